"""Recommendations as cards: the product, why it is there, and what the visitor thinks of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from app.i18n import N_, Translator
from app.widgets import basket, product_names
from app.widgets.product_names import origin, plain, shortened, title
from app.widgets.shopper import COUNTS, DIVERSITIES, Shopper, setting

if TYPE_CHECKING:
    from core.recommender.service import Reason, Recommendation, Recommender

PER_ROW = 2
SMALLEST_SHARE = 0.05  # reasons that count less are not worth reading
HOW = {
    "behaviour": N_("because you liked {product} ({share}): bought by the same shoppers"),
    "content": N_("because you liked {product} ({share}): described alike"),
}


def settings(_: Translator, service: Recommender, shopper: Shopper) -> None:
    """Department, diversity and number."""
    department, diversity, count = st.columns(3, gap="medium")
    department.selectbox(
        _("Department"),
        ["", *service.shop.departments],
        format_func=lambda name: product_names.department(_, name) if name else _("All departments"),
        **setting(shopper, "department"),
    )
    diversity.select_slider(
        _("Diversity"),
        DIVERSITIES,
        format_func=lambda value: _.percent(value / 100, 0),
        help=_("At 0, the best scores; the further right, the less the products resemble each other."),
        **setting(shopper, "diversity"),
    )
    count.select_slider(_("How many"), COUNTS, format_func=_.number, **setting(shopper, "count"))


def show(_: Translator, service: Recommender, shopper: Shopper, found: Sequence[Recommendation]) -> None:
    """The cards; what was just set aside leaves a strip in its place that takes it back."""
    if not shopper.view.liked:
        st.info(
            _(
                "You have picked nothing yet, so this is what sold best when the data end. Add a product you like, or "
                "take a sample shopper: every recommendation then says why it is there."
            ),
            icon=":material/storefront:",
        )
    elif found:
        st.caption(_("In brackets: how much of the score each product you like brought."))
    if not found:
        st.warning(
            _("Nothing is left to recommend here. Choose another department, or allow again what you set aside."),
            icon=":material/inventory_2:",
        )
    for start in range(0, len(found), PER_ROW):
        if start <= shopper.gap < start + PER_ROW:
            _strip(_, service, shopper)
        columns = st.columns(PER_ROW, gap="small")
        for column, row in zip(columns, range(start, min(start + PER_ROW, len(found))), strict=False):
            with column:
                _card(_, shopper, found[row], row)


def _strip(_: Translator, service: Recommender, shopper: Shopper) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        with st.container():
            st.markdown(basket.done(_, service, shopper))
        basket.undo(_, service, shopper, key="undo-here")


def _card(_: Translator, shopper: Shopper, found: Recommendation, row: int) -> None:
    product = found.product
    with st.container(border=True, height="stretch", gap="small", key=f"card-{product.id}"):
        st.markdown(f"**{plain(shortened(title(_, product)))}**")
        st.caption(plain(origin(_, product)), help=plain(title(_, product)))
        if found.because:
            st.markdown("\n".join(f"- {_reason(_, reason)}" for reason in told(found)))
        st.space("stretch")  # buttons of cards side by side stand at the same height
        with st.container(horizontal=True, gap="small"):
            st.button(
                _("I like it"),
                key=f"like-{product.id}",
                on_click=shopper.like,
                args=(product.id, row),
                icon=":material/favorite:",
            )
            st.button(
                _("Not this one"),
                key=f"hide-{product.id}",
                on_click=shopper.hide,
                args=(product.id, row),
                icon=":material/block:",
            )


def told(found: Recommendation) -> Sequence[Reason]:
    """The reasons that count enough to be read, and at least the first."""
    return [reason for reason in found.because if reason.share >= SMALLEST_SHARE] or found.because[:1]


def _reason(_: Translator, reason: Reason) -> str:
    product = f"*{plain(shortened(title(_, reason.product), 40))}*"
    return _(HOW[reason.how]).format(product=product, share=_.percent(reason.share, 0))
