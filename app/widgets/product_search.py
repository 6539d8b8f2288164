"""Find products as one types, and put them into the basket."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from app.frame import last_made, page_memory
from app.i18n import Translator
from app.widgets import product_names
from app.widgets.product_names import origin, plain, shortened, title
from app.widgets.search_box import search_box, typed
from app.widgets.shopper import Shopper

if TYPE_CHECKING:
    from core.recommender.products import Product
    from core.recommender.service import Recommender

SHOWN = 5
MORE = 10  # that each press of "Show more" adds
MOST = 45
_KEY = "recommendations_search"
_FOUND = "recommendations_found"
_WANTED = "recommendations_wanted"


@st.fragment
def show(_: Translator, service: Recommender, shopper: Shopper) -> None:
    """The box and what it finds, in the department if one is chosen; typing draws this part of the page only."""
    if shopper.touched:  # a product was added: the rest of the page has to follow
        st.rerun()
    text, department = typed(_KEY), shopper.view.department
    asked, wanted = page_memory().get(_WANTED, ("", SHOWN))
    wanted = wanted if asked == text else SHOWN
    found = last_made(
        _FOUND,
        (text, department, wanted),
        lambda: service.search.find(text, wanted + 1, department or None),  # one more tells whether there are more
    )
    shown = found[:wanted]
    search_box(
        _("Search for products you like"),
        placeholder=_("Name, brand, or what it is for"),
        status=_status(_, text, len(shown), product_names.department(_, department)),
        key=_KEY,
    )
    for result in shown:
        _row(_, shopper, service.shop.products[result.place], by_meaning=result.how == "meaning")
    if len(found) > wanted and wanted < MOST:
        st.button(
            _("Show more"),
            key="search-more",
            icon=":material/expand_more:",
            on_click=lambda: page_memory().update({_WANTED: (text, wanted + MORE)}),
            width="content",
        )


def _status(_: Translator, text: str, count: int, department: str) -> str:
    if not text.strip():
        return _("Product names are in English; you can search in French too.")
    if not count and department:
        return _("Nothing found in {department}. Choose all departments, or try fewer or other words.").format(
            department=department
        )
    if not count:
        return _("Nothing found. Try fewer or other words, a brand, or a description such as “cream for dry skin”.")
    if department:
        return _.ngettext(
            "{count} product fits best in {department}:", "The {count} products that fit best in {department}:", count
        ).format(count=_.number(count), department=department)
    return _.ngettext("{count} product fits best:", "The {count} products that fit best:", count).format(
        count=_.number(count)
    )


def _row(_: Translator, shopper: Shopper, product: Product, *, by_meaning: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        with st.container(gap=None):
            st.markdown(plain(shortened(title(_, product), 60)))
            words = [origin(_, product)] + [_("found by its description")] * by_meaning
            st.caption(plain(" · ".join(words)), help=plain(title(_, product)))
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
