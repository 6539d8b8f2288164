"""One avatar seen closely: what it is made from, how far from all others, keep it, vary it, claim it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import streamlit as st

from app.i18n import N_, Translator
from app.resources import upscaler
from app.widgets.avatars import claiming, wording
from app.widgets.avatars.visit import STRENGTHS, Visit, name_of
from app.widgets.generators.gallery import favour_button
from app.widgets.turns import turn
from core.enlarging.resizing import enlarge
from core.errors import UserError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from app.widgets.avatars.gallery import Counter
    from core.avatar.service import Avatar, AvatarGenerator, Order

FACTOR = 4
_SHOWN = 256  # pixels wide
_STRENGTHS = dict(zip(STRENGTHS, (N_("hardly"), N_("a little"), N_("clearly")), strict=True))


def mixture(_: Translator, themes: Mapping[str, float]) -> str:
    """The themes of an avatar, with their shares if there are several."""
    if len(themes) == 1:
        return wording.theme_title(_, next(iter(themes)))
    return ", ".join(f"{wording.theme_title(_, key)} {_.percent(share, 0)}" for key, share in themes.items())


def described(_: Translator, avatar: Avatar) -> str:
    """The alternative text of an avatar."""
    order = avatar.order
    return _("Generated avatar: {themes}, seed {seed}").format(themes=mixture(_, order.themes), seed=order.recipe.seed)


def show(_: Translator, service: AvatarGenerator, visit: Visit, counter: Counter, avatar: Avatar) -> None:
    """Open the avatar over the page."""
    st.dialog(_("An avatar closely"), width="medium", on_dismiss="rerun")(content)(_, service, visit, counter, avatar)


def content(_: Translator, service: AvatarGenerator, visit: Visit, counter: Counter, avatar: Avatar) -> None:
    """What is shown of the avatar, and what can be done with it."""
    looks, acts = st.columns([2, 3], gap="medium")
    with looks:
        st.image(large(visit, avatar), width=_SHOWN, alt=described(_, avatar))
    with acts:
        st.markdown(facts(_, avatar.order))
        favour_button(_, "avatars", visit, avatar)
        _vary(_, visit, avatar.order)
    claiming.show(_, service, counter, avatar)


def facts(_: Translator, order: Order) -> str:
    """What an avatar was made from, in Markdown."""
    lines = [
        _("- Theme: {themes}").format(themes=mixture(_, order.themes)),
        _("- Seed: {seed}").format(seed=order.recipe.seed),
        _("- Variety: {share}").format(share=_.percent(order.recipe.truncation, 0)),
    ]
    if order.recipe.steps:
        lines.append(_("- Steps away from it: {count}").format(count=_.number(len(order.recipe.steps))))
    return "\n".join(lines)


def large(visit: Visit, avatar: Avatar) -> NDArray[np.uint8]:
    """The avatar four times as large, as its owner gets it."""

    def by_network() -> NDArray[np.uint8]:
        with turn():
            return upscaler().upscale(avatar.image, FACTOR)

    try:
        return visit.enlarge(name_of(avatar.order), by_network)
    except UserError:  # no network, or too many in line; the picture is shown all the same
        return enlarge(avatar.image, FACTOR, "lanczos")


def _vary(_: Translator, visit: Visit, order: Order) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        strength = st.select_slider(
            _("How different"), STRENGTHS, value=STRENGTHS[1], format_func=lambda value: _(_STRENGTHS[value]),
            key="avatars_strength", width=200,
        )  # fmt: skip
        if st.button(_("Small variations"), icon=":material/scatter_plot:", key="avatars_near_this"):
            visit.near(order, strength)
            st.rerun()
