"""Find products as one types, and put them into the basket."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from app.i18n import Translator
from app.widgets.product_names import origin, plain, shortened
from app.widgets.search_box import search_box, typed
from app.widgets.shopper import Shopper

if TYPE_CHECKING:
    from core.recommender.products import Product
    from core.recommender.service import Recommender

SHOWN = 5
_KEY = "recommendations_search"


@st.fragment
def show(_: Translator, service: Recommender, shopper: Shopper) -> None:
    """The box and what it finds; typing draws this part of the page only."""
    if shopper.touched:  # a product was added: the rest of the page has to follow
        st.rerun()
    text = typed(_KEY)
    found = service.search.find(text, SHOWN)
    search_box(
        _("Search for products you like"),
        placeholder=_("Name, brand, or what it is for"),
        status=_status(_, text, len(found)),
        key=_KEY,
    )
    for result in found:
        _row(_, shopper, service.shop.products[result.place], by_meaning=result.how == "meaning")


def _status(_: Translator, text: str, count: int) -> str:
    if not text.strip():
        return _("Product names are in English; you can search in French too.")
    if not count:
        return _("Nothing found. Try fewer or other words, a brand, or a description such as “cream for dry skin”.")
    return _.ngettext("{count} product fits best:", "The {count} products that fit best:", count).format(
        count=_.number(count)
    )


def _row(_: Translator, shopper: Shopper, product: Product, *, by_meaning: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        with st.container(gap=None):
            st.markdown(plain(shortened(product.title, 60)))
            words = [origin(_, product)] + [_("found by its description")] * by_meaning
            st.caption(plain(" · ".join(words)), help=plain(product.title))
        if product.id in shopper.view.liked:
            st.button(_("Added"), key=f"added-{product.id}", icon=":material/check:", disabled=True, width="content")
        else:
            st.button(
                _("Add"),
                key=f"add-{product.id}",
                icon=":material/add:",
                on_click=shopper.like,
                args=(product.id,),
                width="content",
            )
