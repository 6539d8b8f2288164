"""Expressions: every face in a photo, and the expression the model sees in it."""

from functools import partial

import streamlit as st

from app.frame import page_memory
from app.i18n import Translator, explain, translator
from app.records import emotion_record
from app.resources import emotion_recognizer
from app.widgets import expressions_model, faces, preparation
from app.widgets.photos import Photo, choose_photos, is_sample, name_of
from app.widgets.remembered import once
from app.widgets.turns import turn
from core.emotion.service import EmotionRecognizer
from core.errors import UserError
from core.images import decode, fit_within
from core.settings import settings

# what faces are looked for in; twenty phone photos made so small do not fill the memory
_LONGEST_SIDE = 1440


def read_photo(recognizer: EmotionRecognizer, photo: Photo, whole: bool) -> faces.Read | faces.Unread:
    """Decode a picture and read its faces, within limits; what goes wrong is part of the answer."""
    try:
        full = decode(photo.data, settings().image_limits)
        image = fit_within(full, _LONGEST_SIDE)
        scale = image.shape[1] / full.shape[1]
        return faces.Read(photo, image, scale, recognizer.read(image, whole_picture=whole))
    except UserError as error:
        return faces.Unread(photo, error)


def read_photos(recognizer: EmotionRecognizer, photos: list[Photo]) -> list[faces.Read | faces.Unread]:
    """As `read_photo` for each; what was read is kept for this visitor only, while the pictures are on the page."""
    seen: dict[tuple[Photo, bool], faces.Read | faces.Unread] = page_memory()["seen"]
    kept = {}
    for photo in photos:
        key = (photo, photo in page_memory()["whole"])
        if key in seen:
            kept[key] = seen[key]
            continue
        if is_sample(photo):
            kept[key] = once((recognizer, *key), turn(), partial(read_photo, recognizer, *key))
            continue
        with turn():
            kept[key] = read_photo(recognizer, *key)
    page_memory()["seen"] = kept
    return list(kept.values())


def forget_others(photos: list[Photo]) -> None:
    """Let go of pictures that were taken off the page, and of what was read in them."""
    memory = page_memory()
    memory["seen"] = {key: read for key, read in memory.get("seen", {}).items() if key[0] in photos}
    memory["whole"] = {photo for photo in memory.get("whole", ()) if photo in photos}
    faces.forget_heat(photos)


def use_whole(photo: Photo) -> None:
    """From now on take this picture as one face."""
    page_memory()["whole"].add(photo)


def choose_one(_: Translator, reads: list[faces.Read | faces.Unread]) -> faces.Read | faces.Unread:
    """With several pictures: which one to look at."""
    if len(reads) == 1:
        return reads[0]
    labels = [f"{number}. {name_of(_, read.photo)}" for number, read in enumerate(reads, start=1)]
    return reads[st.selectbox(_("Look at"), range(len(reads)), format_func=labels.__getitem__, key="expressions_shown")]


def show(_: Translator, recognizer: EmotionRecognizer, read: faces.Read | faces.Unread) -> None:
    """One picture: boxes on the left, faces with their scores on the right."""
    if isinstance(read, faces.Unread):
        st.error(explain(read.error))
        return
    picture, answers = st.columns([4, 5], gap="large")
    with picture:
        faces.show_picture(_, read)
    with answers:
        if read.reading.faces:
            explained = st.toggle(_("Show where the model looked"), key="expressions_explained")
            faces.show_faces(_, recognizer, read, explained)
        else:
            st.warning(_("No face found. Try a photo where the face is larger, better lit or seen from the front."))
            st.button(_("Use the whole picture"), on_click=use_whole, args=(read.photo,), icon=":material/crop_free:")
    if read.reading.faces:
        preparation.show(_, read.image, read.reading.faces)


def show_table(_: Translator, reads: list[faces.Read | faces.Unread]) -> None:
    """All faces of all pictures as a table, to look at and to download."""
    frame = faces.table(_, reads)
    with st.expander(_("All faces as a table"), expanded=len(reads) > 1):
        st.dataframe(frame, hide_index=True, alt=_("One row per face of every photo"))
        st.download_button(
            _("Download the table (CSV)"),
            faces.as_csv(frame),
            "expressions.csv",
            "text/csv",
            icon=":material/download:",
        )


_ = translator()
st.markdown(
    _(
        "The model finds every face and says which expression it **sees**: it reads pixels, not feelings. "
        "Photos stay in memory while you look at them and are never stored."
    )
)
photos = choose_photos(_)
forget_others(photos)
try:
    with st.spinner(_("The model is opening…"), show_time=False):
        model = emotion_recognizer()
    if photos:
        with st.spinner(_("Reading faces…")):
            results = read_photos(model, photos)
        show(_, model, choose_one(_, results))
        show_table(_, results)
    expressions_model.show(_, emotion_record())
except UserError as problem:
    st.error(explain(problem))
