"""A button that copies a picture, ready to be pasted into a chat; Streamlit has none."""

import base64

import streamlit as st

from app.i18n import N_, Translator
from app.registry import ASSETS

DONE = N_("Copied: paste it into your message.")
REFUSED = N_(
    "This browser does not let pages copy pictures: take a PNG file, or use “Copy image”, which a long press or a "
    "right click on the picture offers."
)
_FOLDER = ASSETS / "copy_picture"
_HTML, _CSS, _JS = ((_FOLDER / f"button.{kind}").read_text(encoding="utf-8") for kind in ("html", "css", "js"))
_button = st.components.v2.component("effigies_copy_picture", html=_HTML, css=_CSS, js=_JS)


def copy_button(_: Translator, png: bytes, *, key: str) -> None:
    """A button for the PNG file `png`; browsers allow it on secure addresses only (https, localhost)."""
    _button(
        key=key,
        data={
            "png": base64.b64encode(png).decode(),
            "label": _("Copy"),
            "done": _(DONE),
            "refused": _(REFUSED),
        },
        width="content",
    )
