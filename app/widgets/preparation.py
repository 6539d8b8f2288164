"""How a face is prepared for a network, shown on the visitor's own picture."""

from collections.abc import Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from app.i18n import N_, Translator
from app.widgets.openings import drawer
from core.emotion.detection import cut_face
from core.emotion.preparation import Step, steps, variations
from core.emotion.service import Face

_CAPTIONS = {
    "original": N_("The face, upright, in grey"),
    "resized": N_("Resized to 48 × 48"),
    "edges_before": N_("Canny edges (30, 30) before"),
    "blurred": N_("Gaussian blur (5, 5)"),
    "sharpened": N_("Sharpened: 1.5 × picture − 0.6 × blur"),
    "denoised": N_("Non-local means (15, 5, 20)"),
    "edges_after": N_("Canny edges (30, 30) after"),
    "rotated": N_("Rotation"),
    "zoomed": N_("Zoom"),
    "flipped": N_("Flip"),
    "brightened": N_("Brightness"),
    "all_together": N_("As in training: all at once"),
}
_SHOWN_SIDE = 192


def show(_: Translator, image: NDArray[np.uint8], found: Sequence[Face]) -> None:
    """The steps and the variations for one of the faces of an RGB picture."""
    title = _("What happens to a face before a network learns from it")
    drawer(_, title, "expressions_preparation", lambda: _one(_, image, found))


def _one(_: Translator, image: NDArray[np.uint8], found: Sequence[Face]) -> None:
    place = 0
    if len(found) > 1:
        numbers = range(len(found))
        label = _("Face {number}")
        place = st.selectbox(_("Face"), numbers, format_func=lambda index: label.format(number=index + 1))
    face = found[place]
    st.markdown(_("**The classic preparation**, step by step. Whether it helps is measured in “The model” below."))
    _row(_, steps(cut_face(image, face.box, side=_SHOWN_SIDE)))
    st.markdown(_("**Augmentation**: in training the network never sees the same picture twice."))
    _row(_, variations(face.cut))


def _row(_: Translator, shown: Sequence[Step]) -> None:
    with st.container(horizontal=True):
        for step in shown:
            caption = _(_CAPTIONS[step.key])
            st.image(step.image, width=132, caption=caption, alt=caption)
