"""One emoji seen closely, on light and on dark: keep it, take it home, animate it, redraw it in another style."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from app.frame import last_made
from app.i18n import Translator, explain
from app.resources import restyler
from app.widgets.copying import copy_button
from app.widgets.emoji import names
from app.widgets.emoji.model_companions import limits
from app.widgets.emoji.visit import Visit
from app.widgets.generators.gallery import favour_button
from app.widgets.turns import turn
from core.emoji.stickers import FRAMES, SIDES, animation, enlarged, shown_on
from core.errors import UserError
from core.picture_notes import png_with_notes

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from core.emoji.orders import Emoji, Order
    from core.emoji.service import EmojiGenerator

_SHOWN = 192  # pixels wide
_LEAST = 0.01  # share of a drawing that is told
_COPIED = 128  # pixels wide: what chats show without making it smaller
_GREYS = {"light": 245, "dark": 28}
_MOVING, _REDRAWN = "emoji_moving", "emoji_redrawn"  # what was made last
_ENDINGS = {"webp": "WebP", "gif": "GIF"}


def show(_: Translator, service: EmojiGenerator, visit: Visit, emoji: Emoji) -> None:
    """Open the emoji over the page."""
    st.dialog(_("An emoji closely"), width="medium", on_dismiss="rerun")(content)(_, service, visit, emoji)


def content(_: Translator, service: EmojiGenerator, visit: Visit, emoji: Emoji) -> None:
    """What is shown of the emoji, and what can be done with it."""
    large = enlarged(emoji.image, 2 * _SHOWN)
    with st.container(horizontal=True, key="emoji_grounds"):
        for ground, said in (("light", _("on light")), ("dark", _("on dark"))):
            with st.container(width=_SHOWN, gap="small"):
                st.image(
                    shown_on(large, _GREYS[ground]),
                    width="stretch",
                    alt=f"{names.described(_, emoji.order)}, {said}",
                )
                st.caption(said)
    st.markdown(facts(_, emoji.order, service.recipe_of(emoji.order)))
    _take(_, f"effigies-emoji-{emoji.order.recipe.seed}", lambda side: emoji.png(enlarged(emoji.image, side)), "emoji")
    with st.container(horizontal=True):
        favour_button(_, "emoji", visit, emoji)
        if st.button(_("Small variations"), icon=":material/scatter_plot:", key="emoji_near_this"):
            visit.near(emoji.order)
            st.rerun()
    _animate(_, service, emoji)
    _redraw(_, emoji)


def facts(_: Translator, order: Order, parts: Sequence[Sequence[tuple[str, float]]]) -> str:
    """What an emoji was made from, in Markdown; `parts` are the known drawings each part is a mixture of."""
    shown = ([each for each in part if each[1] >= _LEAST] for part in parts)
    mixtures = (" + ".join(f"{thing} {_.percent(share, 0)}" for thing, share in part) for part in shown)
    lines = [
        _("- {axis}: {shares}").format(axis=_(title), shares=names.shares(_, axis, order.context[axis]))
        for axis, title in names.AXES.items()
        if order.context.get(axis)
    ]
    lines += [
        _("- New drawings after: {parts}").format(parts="; ".join(mixtures)),
        _("- Seed: {seed}").format(seed=order.recipe.seed),
        _("- Variety: {share}").format(share=_.percent(order.recipe.truncation, 0)),
        _("- Intensity: {share}").format(share=_.percent(order.intensity, 0)),
    ]
    if order.recipe.steps:
        lines.append(_("- Steps away from it: {count}").format(count=_.number(len(order.recipe.steps))))
    return "\n".join(lines)


def _animate(_: Translator, service: EmojiGenerator, emoji: Emoji) -> None:
    if not st.toggle(_("Animate"), key="emoji_animate", help=_("It wanders a little through the network’s codes")):
        return

    def move() -> dict[str, bytes]:
        with turn(), st.spinner(_("The frames are being drawn…")):
            frames = [frame.image for frame in service.loop(emoji.order, FRAMES, seed=emoji.order.recipe.seed)]
            return {form: animation(frames, form) for form in ("webp", "gif")}

    try:
        files = last_made(_MOVING, (service.model, emoji.order), move)
    except UserError as problem:
        st.warning(explain(problem), icon=":material/warning:")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        # as a file: as an array it would stand still
        st.image(
            files["gif"], width=128, alt=_("{emoji}, moving").format(emoji=names.described(_, emoji.order))
        )  # fmt: skip
        for form, file in files.items():
            st.download_button(
                _("Animation ({form})").format(form=_ENDINGS[form]),
                file,
                f"effigies-emoji-{emoji.order.recipe.seed}.{form}",
                f"image/{form}",
                icon=":material/download:",
                on_click="ignore",
                key=f"emoji_download_{form}",
            )


def _redraw(_: Translator, emoji: Emoji) -> None:
    try:
        with st.spinner(_("The restyling network is opening…"), show_time=False):
            network = restyler()
    except UserError as problem:
        st.caption(_("Redrawing in another style is not possible here: {problem}").format(problem=explain(problem)))
        return
    style = st.selectbox(
        _("Redraw in another style"),
        [style for style in network.styles if style != emoji.order.main.style],
        index=None,
        format_func=lambda key: names.name(_, "style", key),
        placeholder=_("none"),
        key=f"emoji_restyle_{_.language}",
    )
    if style is None:
        return

    def redraw() -> NDArray[np.uint8]:
        with turn():
            return network.restyle(emoji.image, style)

    try:
        image = last_made(_REDRAWN, (emoji.model, emoji.order, style), redraw)
    except UserError as problem:
        st.warning(explain(problem), icon=":material/warning:")
        return
    said = names.name(_, "style", style)
    st.image(image, width=128, alt=_("The same emoji redrawn in the style {style}").format(style=said))
    notes = {**emoji.notes, "restyled": style}
    _take(
        _,
        f"effigies-emoji-{emoji.order.recipe.seed}-{style}",
        lambda side: png_with_notes(enlarged(image, side), notes, emoji.order.description),
        "emoji_restyled",
    )
    st.markdown(limits(_))


def _take(_: Translator, stem: str, png: Callable[[int], bytes], key: str) -> None:
    """A button for each size, and one that copies."""
    with st.container(horizontal=True):
        for side in SIDES:
            st.download_button(
                _("PNG, {side} pixels").format(side=side),
                partial(png, side),
                f"{stem}-{side}.png",
                "image/png",
                icon=":material/download:",
                on_click="ignore",
                key=f"{key}_download_{side}",
            )
        copy_button(_, png(_COPIED), key=f"{key}_copy")
