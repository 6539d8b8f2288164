"""Product images: pictures of products that do not exist, from a description."""

from functools import partial

import streamlit as st

from app.i18n import explain, translator
from app.records import product_record
from app.resources import baseline, product_generator
from app.widgets.generators import taught
from app.widgets.product_names import plain
from app.widgets.products import gallery, model_panel, own_picture, prompt, saved, visit, wording
from core.errors import UserError

_ = translator()
with st.spinner(_("The model is opening…"), show_time=False):
    service = product_generator()
st.markdown(
    _(
        "Describe a product: a network draws eight that **do not exist**. Its limits: 64 × 64 pixels, the look of shop "
        "photos, invented people, no brands."
    )
)
visitor = visit.enter()
prompt.show(_, service, visitor)
asking, answers = st.columns([5, 8], gap="large")
with asking:
    prompt.refine(_, service, visitor)
with answers:
    wish = visitor.wanted(wording.example(0, _.language))
    sheet = gallery.draw(_, service, visitor, wish)
    prompt.understood(_, service, visitor, wish.text)
    if sheet.pictures:
        gallery.show(_, service, visitor, sheet)
        if wish.kind == "text":
            taught.show(_, "products", sheet, partial(baseline, "product"), service.taught)
    elif sheet.problem:
        st.warning(plain(explain(sheet.problem)), icon=":material/warning:")
    else:
        prompt.nothing(_, wish.text)
saved.show(_, service, visitor)
own_picture.show(_)
try:
    model_panel.show(_, product_record(), service)
except UserError as problem:  # such as figures that are not measured yet: the rest of the page goes on working
    st.warning(explain(problem), icon=":material/monitoring:")
visit.leave(visitor)
