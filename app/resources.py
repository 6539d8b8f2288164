"""The only file that opens models: each once per process, shared by all visitors.

`st.cache_resource` holds a lock while a model loads, so a visitor who comes during the warm-up waits for it instead of
loading a second copy, and a load that failed is not remembered: the next visit tries again. A model is warmed before
it is handed out, so that no two threads ever build its function at once. `core` is imported inside the loaders: the
first page does not wait for TensorFlow. One model opens at a time, and pages import no scikit-learn on their own: two
threads that import it at once can each be handed a half-imported module.
"""

from __future__ import annotations

import json
import logging
import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

if TYPE_CHECKING:
    from core.emotion.service import EmotionRecognizer
    from core.product.service import ProductGenerator
    from core.recommender.service import Recommender
    from core.superres.service import Upscaler

log = logging.getLogger(__name__)
_opening = threading.Lock()

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # TensorFlow reads it once; its start-up notes help no one here


@st.cache_resource(show_spinner=False)
def emotion_recognizer() -> EmotionRecognizer:
    """The expression network, warmed up.

    Raises:
        core.artifacts.ArtifactError: the model is missing or damaged.
    """
    with _opening:
        from core.emotion.service import EmotionRecognizer
        from core.settings import settings

        recognizer = EmotionRecognizer.load(settings().models / "emotion")
        recognizer.warm_up()
    return recognizer


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
def recommender() -> Recommender:
    """The recommender with all its methods, warmed up.

    Raises:
        core.artifacts.ArtifactError: the model is missing or damaged.
    """
    with _opening:
        from core.recommender.service import Recommender
        from core.settings import settings

        service = Recommender.load(settings().models / "recommender")
        service.warm_up()
    return service


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
def product_generator() -> ProductGenerator:
    """The generator of product pictures, warmed up.

    Raises:
        core.artifacts.ArtifactError: the model or the text encoder is missing or damaged.
    """
    with _opening:
        from core.product.service import ProductGenerator
        from core.settings import settings

        service = ProductGenerator.load(settings().models / "product")
        service.warm_up()
    return service


@st.cache_resource(show_spinner=False)
def product_record() -> dict[str, Any]:
    """What was measured of the generator of product pictures.

    "metrics" (evaluate's), "history" of the trainings by stage, and "samples": "stage", "step" and "path" of each sheet
    that was drawn while training, first to last. The last two may be empty.

    Raises:
        core.artifacts.ArtifactError: the figures are missing or damaged.
    """
    from core.artifacts import open_artifact, read_metrics
    from core.settings import settings

    folder = settings().models / "product"
    samples = open_artifact(folder).parameters.get("samples", [])
    return {
        "metrics": read_metrics(folder),
        "history": _read_json(folder / "history.json"),
        "samples": [{**row, "path": str(folder / row["file"])} for row in samples],
    }


@st.cache_resource(show_spinner=False)
def upscaler() -> Upscaler:
    """The enlarging networks, warmed up.

    Raises:
        core.artifacts.ArtifactError: the model is missing or damaged.
    """
    with _opening:
        from core.settings import settings
        from core.superres.service import Upscaler

        service = Upscaler.load(settings().models / "superres")
        service.warm_up()
    return service


def _read_json(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}
    except (OSError, ValueError) as error:  # shown as not measured
        log.warning("%s cannot be read: %s", path.name, error)
        return {}


LOADERS = (recommender, emotion_recognizer, product_generator, upscaler)
