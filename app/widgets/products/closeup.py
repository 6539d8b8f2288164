"""One picture seen closely: enlarge it, keep it, download it, draw others near it or on the way to another text."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from app.i18n import N_, Translator, explain
from app.resources import upscaler
from app.widgets.generators.gallery import favour_button
from app.widgets.generators.visit import VARIETIES
from app.widgets.products import prompt
from app.widgets.products.visit import Visit, Wish, clean
from app.widgets.turns import turn
from core.enlarging.resizing import enlarge
from core.errors import UserError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from core.product.service import Order, ProductGenerator, ProductPicture

FACTOR = 4
STYLES = {"faithful": N_("True to the pixels"), "sharp": N_("Sharp: details are invented")}
_SHOWN = 256  # pixels wide


def described(_: Translator, picture: ProductPicture) -> str:
    """The alternative text of a picture."""
    order = picture.order
    if order.towards:
        return _("Generated picture: from “{text}” to “{other}”, {share} of the way").format(
            text=order.text, other=order.towards, share=_.percent(order.share, 0)
        )
    return _("Generated picture: “{text}”, seed {seed}").format(text=order.text, seed=order.recipe.seed)


def show(_: Translator, service: ProductGenerator, visit: Visit, picture: ProductPicture) -> None:
    """Open the picture over the page."""
    st.dialog(_("A picture closely"), width="medium", on_dismiss="rerun")(content)(_, service, visit, picture)


def content(_: Translator, service: ProductGenerator, visit: Visit, picture: ProductPicture) -> None:
    """What is shown of the picture, and what can be done with it; an answer to another text closes it."""
    looks, acts = st.columns([2, 3], gap="medium")
    with looks:
        st.image(picture.image, width=_SHOWN, alt=described(_, picture))
    with acts:
        facts(_, picture.order)
        with st.container(horizontal=True):
            _download(_, picture, None, "picture")
            favour_button(_, "products", visit, picture)
            if st.button(_("Similar pictures"), icon=":material/scatter_plot:", key="products_near_this"):
                visit.near(picture.order)
                st.rerun()
    _another_text(_, service, visit, picture.order)
    _enlarge(_, visit, picture)


def facts(_: Translator, order: Order) -> None:
    """What a picture was made from."""
    lines = [_("- Text: {text}").format(text=prompt.quoted(_, order.text, 200))]
    if order.towards:
        lines.append(
            _("- On the way to: {text}, {share}").format(
                text=prompt.quoted(_, order.towards, 200), share=_.percent(order.share, 0)
            )
        )
    lines.append(_("- Seed: {seed}").format(seed=order.recipe.seed))
    if order.recipe.steps:
        lines.append(_("- Steps away from it: {count}").format(count=_.number(len(order.recipe.steps))))
    lines.append(_("- Variety: {share}").format(share=_.percent(order.recipe.truncation, 0)))
    st.markdown("\n".join(lines))


def _download(_: Translator, picture: ProductPicture, image: NDArray[np.uint8] | None, name: str) -> None:
    st.download_button(
        _("Download (PNG)"),
        picture.png(image),
        f"effigies-{picture.order.recipe.seed}-{name}.png",
        "image/png",
        icon=":material/download:",
        on_click="ignore",
        key=f"products_download_{name}",
    )


def _another_text(_: Translator, service: ProductGenerator, visit: Visit, order: Order) -> None:
    with st.form("products_other", border=True):
        other = clean(
            st.text_input(
                _("Another text for this picture"),
                placeholder=_("the same in another colour, or another product"),
                key="products_other_text",
            )
            or ""
        )
        with st.container(horizontal=True):
            same = st.form_submit_button(
                _("Same seed, this text"), icon=":material/swap_horiz:", key="products_same_seed"
            )
            towards = st.form_submit_button(
                _("Eight steps towards it"), icon=":material/linear_scale:", key="products_towards"
            )
    if not (same or towards):
        return
    if service.read(other).empty:
        prompt.nothing(_, other)
        return
    start = replace(order, towards="", share=0.0)
    if towards:
        visit.ask(Wish("between", other, order=start))
    elif order.recipe.steps or round(100 * order.recipe.truncation) not in VARIETIES:
        visit.ask(Wish("one", other, order=replace(start, text=other)))
    else:
        visit.ask(Wish("text", other, order.recipe.seed, order.recipe.truncation))
    st.rerun()


def _enlarge(_: Translator, visit: Visit, picture: ProductPicture) -> None:
    try:
        with st.spinner(_("The enlarging networks are opening…"), show_time=False):
            network = upscaler()
    except UserError as problem:
        st.caption(_("Enlarging is not possible here: {problem}").format(problem=explain(problem)))
        return
    wanted = [(picture.order, style) for style in network.styles]
    if not all(key in visit.enlarged for key in wanted):
        if not st.button(_("Enlarge four times"), icon=":material/open_in_full:", key="products_enlarge"):
            return
        try:
            with turn(), st.spinner(_("The picture is being enlarged…")):
                for key in wanted:
                    visit.enlarge(key, partial(network.upscale, picture.image, FACTOR, key[1]))
        except UserError as problem:
            st.warning(explain(problem), icon=":material/warning:")
            return
    columns = st.columns(1 + len(wanted))
    with columns[0]:
        plain = enlarge(picture.image, FACTOR)
        st.image(plain, width="stretch", alt=_("Enlarged by calculation (bicubic)"))
        st.caption(_("Enlarged by calculation (bicubic)"))
    for column, key in zip(columns[1:], wanted, strict=True):
        said = _(STYLES[key[1]])
        with column:
            st.image(visit.enlarged[key], width="stretch", alt=_("Enlarged by a network: {style}").format(style=said))
            st.caption(said)
            _download(_, picture, visit.enlarged[key], key[1])
