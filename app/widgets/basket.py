"""The products a visitor likes: in order, each can be taken out; sample shoppers to try; one step back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from app.i18n import N_, Translator
from app.widgets import product_names
from app.widgets.product_names import plain, shortened, title
from app.widgets.shopper import MOST_PRODUCTS, Shopper

if TYPE_CHECKING:
    from core.recommender.service import Recommender

_DONE = {
    "liked": N_("Added: {product}"),
    "removed": N_("Taken out: {product}"),
    "hidden": N_("Set aside: {product}"),
    "emptied": N_("The basket was emptied."),
    "restored": N_("What was set aside is allowed again."),
    "sample": N_("The basket is now a sample shopper’s."),
}
_PUSHED_OUT = {
    "liked": N_("The basket holds {count} products: the oldest was taken out."),
    "hidden": N_("At most {count} products stay set aside: the oldest may be recommended again."),
}


def show(_: Translator, service: Recommender, shopper: Shopper) -> None:
    """The basket, and how to fill it quickly."""
    if shopper.pushed_out:
        st.toast(_(_PUSHED_OUT[shopper.pushed_out]).format(count=_.number(MOST_PRODUCTS)), icon=":material/info:")
        shopper.pushed_out = ""
    st.subheader(_("You like"), anchor=False)
    if not shopper.view.liked:
        st.caption(_("Nothing yet: search above, press “I like it” on a product, or take a sample shopper."))
    for place, item in enumerate(shopper.view.liked, start=1):
        product = service.product(item)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            with st.container():
                st.markdown(f"{place}\\. {plain(shortened(title(_, product), 48))}", help=plain(title(_, product)))
            st.button(
                _("Take out"),
                key=f"remove-{item}",
                on_click=shopper.remove,
                args=(item,),
                icon=":material/close:",
                type="tertiary",
                width="content",
            )
    with st.container(horizontal=True):
        if shopper.last:
            undo(_, service, shopper, key="undo-basket")
        if shopper.view.liked:
            st.button(_("Empty the basket"), on_click=shopper.empty, icon=":material/delete:", key="empty")
        if shopper.view.hidden:
            st.button(
                _("Allow what was set aside ({count})").format(count=_.number(len(shopper.view.hidden))),
                on_click=shopper.restore,
                icon=":material/visibility:",
                key="restore",
            )
    _samples(_, service, shopper)


def undo(_: Translator, service: Recommender, shopper: Shopper, *, key: str) -> None:
    """The button that takes back what was done last; its help says what that was."""
    st.button(
        _("Undo"),
        on_click=shopper.undo,
        icon=":material/undo:",
        key=key,
        help=done(_, service, shopper),
        width="content",
    )


def done(_: Translator, service: Recommender, shopper: Shopper) -> str:
    """What was done last, as a sentence in Markdown."""
    change = shopper.last
    if change is None:
        return ""
    product = plain(shortened(title(_, service.product(change.product)))) if change.product else ""
    return _(_DONE[change.kind]).format(product=product)


def _samples(_: Translator, service: Recommender, shopper: Shopper) -> None:
    """One button per segment; pressing it again takes the next shopper of that segment."""
    baskets: dict[int, list[list[str]]] = {}
    for row in service.record["shoppers"]:
        baskets.setdefault(row["segment"], []).append(row["liked"])
    st.caption(_("Sample shoppers, by what they mostly buy; press again for another:"))
    with st.container(horizontal=True, gap="small"):
        for number, choices in baskets.items():
            current = [list(shopper.view.liked) == liked for liked in choices]
            following = choices[(current.index(True) + 1) % len(choices) if any(current) else 0]
            st.button(
                product_names.segment(_, service.segments[number]),
                key=f"sample-{number}",
                on_click=shopper.become,
                args=(following,),
                icon=":material/person:",
            )
