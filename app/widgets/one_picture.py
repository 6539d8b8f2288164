"""The upload of one picture that is kept nowhere; on a server that takes no files, the sentence that says so."""

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from app.i18n import Translator
from core.settings import settings


def one_picture(_: Translator, key: str) -> UploadedFile | None:
    """What the visitor gave, None for nothing (yet)."""
    if not settings().uploads:
        st.info(_("On this server no files are taken."), icon=":material/lock:")
        return None
    return st.file_uploader(
        _("A picture"),
        type=["image/*", ".heic", ".heif"],
        help=_("It stays in memory and is never stored."),
        key=key,
    )
