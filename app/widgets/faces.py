"""What the expression model saw in a picture: boxes, scores, heat maps, tables."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from app.frame import last_made, page_memory
from app.i18n import Translator, explain
from app.widgets import mood_handover
from app.widgets.expression_names import EXPRESSIONS, named
from app.widgets.photos import Photo, name_of
from app.widgets.turns import turn
from core.emotion.drawing import label_faces, number_faces, overlay_heat
from core.emotion.service import EmotionRecognizer, Face, Reading
from core.errors import UserError
from core.images import encode_png
from core.reporting import charts
from core.spreadsheets import defused

_MOST_SHOWN = 12
_HEAT = "expressions_heat"  # the picture that was explained last, and where the model looked


@dataclass(frozen=True)
class Read:
    """A picture, made smaller by `scale`, and what was read in it."""

    photo: Photo
    image: NDArray[np.uint8]
    scale: float
    reading: Reading


@dataclass(frozen=True)
class Unread:
    """A picture that could not be read, and why."""

    photo: Photo
    error: UserError


def verdict(_: Translator, face: Face) -> str:
    """The top answer in words, or the two candidates when the model is unsure."""
    (first, score), (second, other) = face.ranked()[:2]
    names = {"first": _(EXPRESSIONS[first]), "second": _(EXPRESSIONS[second])}
    shares = {"score": _.percent(score, 0), "other": _.percent(other, 0)}
    if face.unsure:
        return _("Unsure: {first} ({score}) or {second} ({other})").format(**names, **shares)
    return _("The model sees {first} ({score}), then {second} ({other})").format(**names, **shares)


def show_picture(_: Translator, read: Read) -> None:
    """The picture with its numbered boxes, and how long it took."""
    faces = read.reading.faces
    count = len(faces)
    found = _.ngettext("{count} face", "{count} faces", count).format(count=_.number(count))
    seconds = read.reading.detection_seconds + read.reading.network_seconds
    st.image(
        number_faces(read.image, [face.box for face in faces]),
        width="stretch",
        alt=_("The picture with a numbered box around each face: {found}").format(found=found),
    )
    st.caption(
        _("{found} · {total} ms: finding faces {detection} ms, reading them {network} ms").format(
            found=found,
            total=_.number(1000 * seconds),
            detection=_.number(1000 * read.reading.detection_seconds),
            network=_.number(1000 * read.reading.network_seconds),
        )
    )
    if faces:
        st.download_button(
            _("Download the picture with its boxes (PNG)"),
            lambda: as_png(_, read),
            "effigies-expressions.png",
            "image/png",
            icon=":material/download:",
            on_click="ignore",
            key="expressions_png",
        )


def as_png(_: Translator, read: Read) -> bytes:
    """The picture, with a box around each face and what the model sees in it; nothing of it is stored."""
    faces = read.reading.faces
    labels = [f"{number} {_seen(_, face)}" for number, face in enumerate(faces, start=1)]
    return encode_png(label_faces(read.image, [face.box for face in faces], labels))


def _seen(_: Translator, face: Face) -> str:
    if face.unsure:
        return _("unsure")
    return f"{_(EXPRESSIONS[face.label])} {_.percent(face.scores[face.label], 0)}"


def show_faces(_: Translator, recognizer: EmotionRecognizer, read: Read, explained: bool) -> None:
    """One card per face: the cut the network saw, the verdict, all eight scores, the heat map when `explained`."""
    faces = read.reading.faces
    heat = _heat_maps(recognizer, read) if explained else []
    for number, face in enumerate(faces[:_MOST_SHOWN], start=1):
        with st.container(border=True):
            picture, bars = st.columns([1, 3], vertical_alignment="center")
            title = _("Face {number}").format(number=number)
            if explained:
                picture.image(
                    overlay_heat(face.cut, heat[number - 1]),
                    caption=title,
                    alt=_("{face}: bright where the model found the signs of {name}").format(
                        face=title, name=_(EXPRESSIONS[face.label])
                    ),
                )
            else:
                picture.image(
                    face.cut, width=112, caption=title, alt=_("{face}, as the model saw it").format(face=title)
                )
            bars.markdown(f"**{verdict(_, face)}**")
            bars.plotly_chart(
                charts.score_bars(named(_, face.scores), _.percent, height=220),
                config={"displayModeBar": False, "staticPlot": True},
                key=f"scores-{number}",
                alt=_("Scores of {face}: {scores}").format(face=title, scores=_spoken(_, face)),
            )
            with bars:
                mood_handover.offer(_, face.scores, f"expressions_emoji_{number}")
    if len(faces) > _MOST_SHOWN:
        st.caption(_("The {count} largest faces are shown; the table has them all.").format(count=_MOST_SHOWN))


def _heat_maps(recognizer: EmotionRecognizer, read: Read) -> list[NDArray[np.float32]]:
    """Of all faces shown, in one turn; kept while the picture is on the page."""
    shown = read.reading.faces[:_MOST_SHOWN]

    def look() -> list[NDArray[np.float32]]:
        with turn():
            return [recognizer.heat_map(face) for face in shown]

    return last_made(_HEAT, (read.photo, [face.box for face in shown]), look)


def forget_heat(photos: Sequence[Photo]) -> None:
    """Let go of the heat maps unless they are of one of these pictures."""
    kept = page_memory().get(_HEAT)
    if kept and kept[0][0] not in photos:
        del page_memory()[_HEAT]


def _spoken(_: Translator, face: Face) -> str:
    return ", ".join(f"{_(EXPRESSIONS[name])} {_.percent(score, 0)}" for name, score in face.ranked())


def table(_: Translator, reads: Sequence[Read | Unread]) -> pd.DataFrame:
    """One row per face of every picture: file, box in pixels of the file, verdict, eight scores 0..1, or the error."""
    columns = [_("file"), _("face"), "x", "y", _("width"), _("height"), _("expression"), _("unsure")]
    rows: list[dict[str, object]] = []
    for read in reads:
        if isinstance(read, Unread):
            rows.append({columns[0]: name_of(_, read.photo), _("remark"): explain(read.error)})
            continue
        if not read.reading.faces:
            rows.append({columns[0]: name_of(_, read.photo), _("remark"): _("no face found")})
        for number, face in enumerate(read.reading.faces, start=1):
            box = [round(side / read.scale) for side in (face.box.x, face.box.y, face.box.width, face.box.height)]
            values = [name_of(_, read.photo), number, *box, _(EXPRESSIONS[face.label]), face.unsure]
            scores = {name: round(score, 4) for name, score in named(_, face.scores).items()}
            rows.append(dict(zip(columns, values, strict=True)) | scores)
    return pd.DataFrame(rows).convert_dtypes()  # whole numbers stay whole beside rows without a face


def as_csv(frame: pd.DataFrame) -> bytes:
    """The table for a spreadsheet: UTF-8 with a byte-order mark; names that look like formulas are defused."""
    return frame.map(defused).to_csv(index=False).encode("utf-8-sig")
