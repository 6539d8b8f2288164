"""The same by the taught baseline, a DCGAN, beneath what the generator of a room drew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from app.frame import last_made
from app.i18n import Translator, explain
from app.widgets.generators.gallery import CARD, ROW
from app.widgets.generators.visit import PictureType, Sheet
from app.widgets.turns import turn
from core.errors import UserError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from core.gan.baseline import Baseline


def show(
    _: Translator,
    room: str,
    sheet: Sheet[Any, PictureType],
    opened: Callable[[], Baseline],
    draw: Callable[[Baseline, Sequence[Any]], NDArray[np.uint8]],
) -> None:
    """A toggle, and what the baseline, which is `opened` then, makes of the sheet's orders by `draw`."""
    if not st.toggle(_("The same by a DCGAN"), key=f"{room}_taught", help=_("The network that courses teach.")):
        return

    def make() -> NDArray[np.uint8]:
        with st.spinner(_("The model is opening…"), show_time=False):
            network = opened()
        with turn():
            return draw(network, [picture.order for picture in sheet.pictures])

    try:
        made = last_made(f"{room}_taught_drawn", sheet.wish, make)
    except UserError as problem:
        st.warning(explain(problem), icon=":material/warning:")
        return
    with st.container(horizontal=True, width=ROW, key=f"{room}_taught_grid"):
        for picture, image in zip(sheet.pictures, made, strict=True):
            seed = picture.order.recipe.seed
            with st.container(width=CARD, gap="small"):
                st.image(image, width="stretch", alt=_("Drawn by the DCGAN, seed {seed}").format(seed=seed))
                st.caption(_("Seed {seed}").format(seed=seed))
    st.caption(
        _(
            "The taught baseline: a DCGAN as its paper describes it, trained on the same pictures, asked for the same "
            "with the same seeds. A seed means other noise to it, so pictures of one seed need not be alike."
        )
    )
