"""Recommendations: products for a visitor who likes some, each with its reasons."""

import streamlit as st

from app.i18n import explain, translator
from app.records import recommender_record
from app.resources import recommender
from app.widgets import (
    basket,
    lenses,
    popular,
    product_cards,
    product_search,
    recommended_list,
    recommender_model,
    shopper,
)
from core.errors import UserError

_ = translator()
with st.spinner(_("The shop is opening…"), show_time=False):
    service = recommender()
st.markdown(
    _(
        "Learnt from {choices} choices of {shoppers} shoppers among {products} real beauty products (Amazon, 2002 to "
        "2014). Pick some you like and get others, each with its reason. The address of this page keeps what you "
        "pick: a link reopens it. Pictures, prices and links to a shop are not in the data."
    ).format(
        choices=_.number(service.manifest.parameters["choices"]),
        shoppers=_.number(service.manifest.parameters["shoppers"]),
        products=_.number(len(service.shop)),
    )
)
visitor = shopper.enter(service, _.language)
if visitor.strange:
    st.warning(_("Part of this link is not known in this shop and was left out."), icon=":material/link_off:")
picking, answers = st.columns([5, 8], gap="large")
with picking:
    product_search.show(_, service, visitor)
    basket.show(_, service, visitor)
with answers:
    popular.show(_, service, visitor)
    st.subheader(
        _("Recommended for you") if visitor.view.liked else _("What sold best when the data end (July 2014)"),
        anchor=False,
    )
    product_cards.settings(_, service, visitor)
    found = service.recommend(
        visitor.view.liked,
        visitor.view.count,
        exclude=visitor.view.hidden,
        department=visitor.view.department or None,
        diversity=visitor.view.diversity / 100,
    )
    product_cards.show(_, service, visitor, found)
    recommended_list.offer(_, found)
lenses.show(_, service, visitor, found)
try:
    recommender_model.show(_, recommender_record(), service)
except UserError as problem:  # such as figures that are not measured yet: the rest of the page goes on working
    st.warning(explain(problem), icon=":material/monitoring:")
shopper.leave(visitor)
