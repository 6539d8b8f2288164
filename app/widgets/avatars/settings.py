"""What to draw: a theme by its picture, and the knobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from app.i18n import Translator
from app.widgets.avatars import wording
from app.widgets.avatars.visit import SHARES, Visit, greeting
from app.widgets.generators import knobs as shared
from core.gan.recipe import Recipe

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from core.avatar.service import AvatarGenerator

TILE = 104  # pixels wide: three themes in a row on a phone
_SHOWN_SEED = 3


def themes(_: Translator, service: AvatarGenerator, visit: Visit) -> None:
    """A picture and a button for each theme."""
    chosen = visit.wanted(service.themes).themes
    current = visit.view.theme or greeting(service.themes)
    with st.container(horizontal=True, key="avatars_themes"):
        for theme, image in zip(service.themes, examples(service.model, service), strict=True):
            title = wording.theme_title(_, theme)
            with st.container(width=TILE, gap="small"):
                st.image(image, width="stretch", alt=_("An avatar of the theme {theme}").format(theme=title))
                here = bool(chosen) and theme == current
                st.button(
                    f":primary[**{title}**]" if here else title,
                    on_click=visit.choose,
                    args=(theme,),
                    type="tertiary",  # without a frame, for long titles
                    width="stretch",
                    key=f"avatars_theme_{theme}",
                )


@st.cache_data(show_spinner=False, max_entries=2)
def examples(model: str, _service: AvatarGenerator) -> list[NDArray[np.uint8]]:
    """One avatar of each theme; drawn once for a model."""
    from core.avatar.service import Order  # here, for the reason given in app/resources.py

    orders = [Order(Recipe(_SHOWN_SEED, 0.7), {theme: 1.0}) for theme in _service.themes]
    return [avatar.image for avatar in _service.make(orders)]


def knobs(_: Translator, service: AvatarGenerator, visit: Visit) -> None:
    """Seed, variety, and a second theme to mix in."""
    first, second = st.columns(2, vertical_alignment="bottom")
    shared.variety(_, "avatars", visit, first)
    about = _("Same theme, same seed: same avatars. Write it down to come back to them.")
    shared.seed(_, "avatars", visit, second, about)
    key = shared.key_of(_, "avatars", visit, "other")
    others = [theme for theme in service.themes if theme != (visit.view.theme or greeting(service.themes))]
    first.selectbox(
        _("Mix in another theme"),
        others,
        index=others.index(visit.view.other) if visit.view.other in others else None,
        format_func=lambda theme: wording.theme_title(_, theme),
        placeholder=_("none"),
        key=key,
        on_change=shared.follow(visit, key, "other"),
    )
    if not visit.view.other:
        return
    key = shared.key_of(_, "avatars", visit, "share")
    second.select_slider(
        _("How much of it"),
        SHARES,
        value=visit.view.share if visit.view.share in SHARES else 50,
        format_func=lambda value: _.percent(value / 100, 0),
        key=key,
        on_change=shared.follow(visit, key, "share"),
    )
