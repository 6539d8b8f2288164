"""Where pictures come from: bundled samples, the visitor's files, or the camera where the browser allows it."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import streamlit as st

from app.i18n import N_, Translator
from app.registry import ASSETS
from app.widgets.classroom.room_entry import class_goes_on
from app.widgets.openings import key_in
from core.database import DatabaseError
from core.settings import settings

log = logging.getLogger(__name__)

SAMPLES = ASSETS / "samples"
MOST_FILES = 20
# phones offer their camera for image/*; some browsers know no media type for HEIC, hence the endings
_ACCEPTED = ["image/*", ".heic", ".heif"]
_SOURCES = {"sample": N_("Samples"), "upload": N_("Your photos"), "camera": N_("Camera")}


@dataclass(frozen=True)
class Photo:
    """A picture as it came, undecoded. `name` is that of its file, empty for one that the camera took."""

    name: str
    data: bytes


def name_of(_: Translator, photo: Photo) -> str:
    """What a picture is called on the page."""
    return photo.name or _("camera")


@cache
def samples() -> list[dict[str, Any]]:
    """The bundled samples in the order they are shown: file, and by language title, author, origin and licence."""
    return list(json.loads((SAMPLES / "credits.json").read_text(encoding="utf-8")))


def is_sample(photo: Photo) -> bool:
    """Whether it is one of the bundled samples, which every visitor may have chosen."""
    return any(photo == _photo_of(sample) for sample in samples())


def choose_photos(_: Translator) -> list[Photo]:
    """Let the visitor choose; returns the pictures chosen so far, none stored anywhere."""
    if reason := _samples_only(_):
        st.info(reason, icon=":material/lock:")
        return [_sample(_)]
    source = st.segmented_control(
        _("Where the picture comes from"),
        list(_SOURCES),
        format_func=lambda key: _(_SOURCES[key]),
        required=True,
        default="sample",
        key="expressions_source",
    )
    if source == "upload":
        return _uploaded(_)
    if source == "camera":
        return _snapped(_)
    return [_sample(_)]


def _samples_only(_: Translator) -> str:
    """Why visitors may bring no pictures of their own; empty if they may."""
    if not settings().uploads:
        return _("On this server the page takes its bundled samples only.")
    if settings().class_uploads:
        return ""
    try:
        if not class_goes_on():
            return ""
    except DatabaseError as error:  # without an answer, the cautious one
        log.warning("Whether a class is open is not known: %s", error)
        return _("Whether a class is open cannot be found out just now: the page takes its bundled samples only.")
    return _(
        "A class is open in this studio, so this page takes its bundled samples only: inferring the emotions of pupils "
        "is prohibited in the European Union (AI Act, article 5(1)(f))."
    )


def _sample(_: Translator) -> Photo:
    place = st.selectbox(
        _("Sample picture"),
        range(len(samples())),
        format_func=lambda index: samples()[index]["title"][_.language],
        key=key_in(_, "expressions_sample"),
    )
    sample = samples()[place]
    st.caption(" · ".join(sample[part][_.language] for part in ("author", "origin", "licence")))
    return _photo_of(sample)


def _photo_of(sample: Mapping[str, Any]) -> Photo:
    return Photo(sample["file"], (SAMPLES / sample["file"]).read_bytes())


def _uploaded(_: Translator) -> list[Photo]:
    files = st.file_uploader(
        _("Photos with faces"),
        type=_ACCEPTED,
        accept_multiple_files=True,
        help=_("JPEG, PNG, WebP, BMP, GIF or HEIC. They stay in memory while you look at them and are never stored."),
        key="expressions_files",
    )
    if len(files) > MOST_FILES:
        st.warning(_("Only the first {count} photos are read.").format(count=MOST_FILES))
    return [Photo(file.name, file.getvalue()) for file in files[:MOST_FILES]]


def _snapped(_: Translator) -> list[Photo]:
    if not _may_use_camera():
        st.info(
            _(
                "Browsers open the camera only on secure pages (https). On a phone, choose “Your photos”: "
                "the phone then offers its camera."
            ),
            icon=":material/no_photography:",
        )
        return []
    shot = st.camera_input(_("Take a photo"), key="expressions_camera")
    return [Photo("", shot.getvalue())] if shot else []


def _may_use_camera() -> bool:
    address = st.context.url or ""
    return address.startswith(("https://", "http://localhost", "http://127.0.0.1"))
