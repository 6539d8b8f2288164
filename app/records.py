"""What pages show of measurements and of the report: read from the models' folders, once per process.

Nothing here opens a model, so a page of figures does not wait for one.
"""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

if TYPE_CHECKING:
    from core.reporting.builds import Workshop
    from core.reporting.document import Section

log = logging.getLogger(__name__)


@st.cache_resource(show_spinner=False)
def emotion_record() -> dict[str, Any]:
    """What was measured of the expression network.

    "metrics" (evaluate's), "history" of its training and "textbook_history" of the textbook network's (by pictures:
    "plain", "prepared"), "detection" (the comparison of face detectors); the last two may be empty.

    Raises:
        core.artifacts.ArtifactError: the model is missing or damaged.
    """
    from core.artifacts import open_artifact, read_metrics
    from core.settings import settings

    folder = settings().models / "emotion"
    open_artifact(folder)
    return {
        "metrics": read_metrics(folder),
        "history": _read_json(folder / "history.json"),
        "textbook_history": _read_json(folder / "textbook" / "history.json"),
        "detection": _read_json(folder / "detection.json"),
    }


@st.cache_resource(show_spinner=False)
def recommender_record() -> dict[str, Any]:
    """What was measured of the recommender: "metrics" (evaluate's) and "studies" (the trials by protocol and method).

    Raises:
        core.artifacts.ArtifactError: the figures are missing or damaged.
    """
    from core.artifacts import read_metrics
    from core.settings import settings

    folder = settings().models / "recommender"
    return {"metrics": read_metrics(folder), "studies": _read_json(folder / "studies.json")}


@st.cache_resource(show_spinner=False)
def product_record() -> dict[str, Any]:
    """What was measured of the generator of product pictures, and of the networks that enlarge them.

    "metrics" (evaluate's), "history" of the trainings by stage, and "samples": "stage", "step" and "path" of each sheet
    that was drawn while training, first to last; "enlarging" are figures of the other. The last three may be empty.

    Raises:
        core.artifacts.ArtifactError: the figures are missing or damaged.
    """
    from core.settings import settings

    return {**_recorded("product"), "enlarging": _read_json(settings().models / "superres" / "metrics.json")}


@st.cache_resource(show_spinner=False)
def avatar_record() -> dict[str, Any]:
    """What was measured of the generator of avatars: "metrics", "history" and "samples", as in `product_record`.

    Raises:
        core.artifacts.ArtifactError: the figures are missing or damaged.
    """
    return _recorded("avatar")


@st.cache_resource(show_spinner=False)
def emoji_record() -> dict[str, Any]:
    """What was measured of the generator of emoji, as in `product_record`, and of others beside it, {} where nothing.

    "messages" are figures of the reader, "restyle" of the restyling network, "worth" of the refined data set.

    Raises:
        core.artifacts.ArtifactError: the figures of the generator are missing or damaged.
    """
    from core.settings import settings

    models = settings().models
    return {
        **_recorded("emoji"),
        "messages": _read_json(models / "messages" / "metrics.json"),
        "restyle": _read_json(models / "restyle" / "metrics.json"),
        "worth": _read_json(models / "emoji" / "refined.json"),
    }


@st.cache_resource(show_spinner=False)
def classroom_experiment() -> dict[str, Any]:
    """What the class's experiment with made faces found, see `core.classroom.experiment.evaluation.evaluate`.

    Raises:
        core.errors.DataError: it was not made here.
    """
    from core.classroom.experiment.record import read
    from core.settings import settings

    return read(settings().models / "classroom")


@st.cache_resource(show_spinner=False)
def result_chapters(language: str) -> dict[str, str]:
    """Titles of the chapters of the results by their keys, in their order."""
    from core.reporting.sections import chapters
    from core.reporting.words import Words

    words = Words(language)
    models = {chapter.KEY: words.of(chapter.KEY)("title") for chapter in chapters()}
    return {
        "glance": words.of("report")("glance_title"),
        **models,
        "data": words.of("data")("title"),
        "accessibility": words.of("report")("access_title"),
    }


@st.cache_resource(show_spinner=False, ttl=600, max_entries=64)
def result_chapter(key: str, language: str) -> Section:
    """A chapter of the results; read again now and then, since models may be measured while the studio is open."""
    from core.reporting import accessibility, chapters
    from core.reporting.sections import chapters as of_models
    from core.reporting.sections import write
    from core.reporting.words import Words
    from core.settings import settings

    words, models = Words(language), settings().models
    if key == "data":
        return chapters.data(words)
    if key == "accessibility":
        return accessibility.section(words)
    if key == "glance":
        return chapters.glance(words, [result_chapter(chapter.KEY, language) for chapter in of_models()], models)
    return next(write(chapter, models, language) for chapter in of_models() if key == chapter.KEY)


@st.cache_resource(show_spinner=False)
def data_model(name: str) -> bytes:
    """The diagram of "warehouse", "ledger" or "classroom" as SVG; the first one loads Matplotlib."""
    from core.reporting import diagrams
    from core.reporting.data_model import MODELS

    return diagrams.draw(MODELS[name](), "svg")


@st.cache_resource(show_spinner=False)
def workshop() -> Workshop:
    """Where report and archive are made."""
    from core.reporting.builds import Workshop

    return Workshop()


def _recorded(name: str) -> dict[str, Any]:
    """Figures, histories by stage and sheets of samples of the generator in the folder `name`."""
    from core.artifacts import open_artifact, read_metrics
    from core.settings import settings

    folder = settings().models / name
    samples = open_artifact(folder).parameters.get("samples", [])
    return {
        "metrics": read_metrics(folder),
        "history": _read_json(folder / "history.json"),
        "samples": [{**row, "path": str(folder / row["file"])} for row in samples],
    }


def _read_json(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}
    except (OSError, ValueError) as error:  # shown as not measured
        log.warning("%s cannot be read: %s", path.name, error)
        return {}
