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
    import numpy as np
    from numpy.typing import NDArray

    from core.avatar.service import AvatarGenerator
    from core.classroom.forgers import Forgers
    from core.emoji.messages import MessageReader
    from core.emoji.service import EmojiGenerator
    from core.emotion.service import EmotionRecognizer
    from core.gan.classifier import Classifier
    from core.ledger.service import Ledger
    from core.product.service import ProductGenerator
    from core.recommender.service import Recommender
    from core.reporting.builds import Workshop
    from core.reporting.document import Section
    from core.restyle.service import Restyler
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


@st.cache_resource(show_spinner=False)
def avatar_generator() -> AvatarGenerator:
    """The generator of avatars, warmed up.

    Raises:
        core.artifacts.ArtifactError: the model is missing or damaged.
    """
    with _opening:
        from core.avatar.service import AvatarGenerator
        from core.settings import settings

        service = AvatarGenerator.load(settings().models / "avatar")
        service.warm_up()
    return service


@st.cache_resource(show_spinner=False)
def avatar_record() -> dict[str, Any]:
    """What was measured of the generator of avatars: "metrics", "history" and "samples", as in `product_record`.

    Raises:
        core.artifacts.ArtifactError: the figures are missing or damaged.
    """
    from core.artifacts import open_artifact, read_metrics
    from core.settings import settings

    folder = settings().models / "avatar"
    samples = open_artifact(folder).parameters.get("samples", [])
    return {
        "metrics": read_metrics(folder),
        "history": _read_json(folder / "history.json"),
        "samples": [{**row, "path": str(folder / row["file"])} for row in samples],
    }


@st.cache_resource(show_spinner=False)
def emoji_generator() -> EmojiGenerator:
    """The generator of emoji, warmed up.

    Raises:
        core.artifacts.ArtifactError: the model is missing or damaged.
    """
    with _opening:
        from core.emoji.service import EmojiGenerator
        from core.settings import settings

        service = EmojiGenerator.load(settings().models / "emoji")
        service.warm_up()
    return service


@st.cache_resource(show_spinner=False)
def emoji_judge() -> Classifier:
    """The judge stored beside the generator of emoji, warmed up.

    Raises:
        core.artifacts.ArtifactError: a file is missing or damaged.
    """
    with _opening:
        import numpy as np

        from core.gan.classifier import Classifier
        from core.settings import settings

        judge = Classifier.load(settings().models / "emoji")
        judge.look(np.zeros((1, 64, 64, 3), np.uint8))
    return judge


@st.cache_resource(show_spinner=False)
def emoji_record() -> dict[str, Any]:
    """What was measured: "metrics" of the generator of emoji, and "messages", those of the reader; {} for none.

    Raises:
        core.artifacts.ArtifactError: the figures of the generator are missing or damaged.
    """
    from core.artifacts import read_metrics
    from core.settings import settings

    models = settings().models
    return {"metrics": read_metrics(models / "emoji"), "messages": _read_json(models / "messages" / "metrics.json")}


@st.cache_resource(show_spinner=False)
def message_reader() -> MessageReader:
    """What reads messages, warmed up.

    Raises:
        core.artifacts.ArtifactError: the model or the text encoder is missing or damaged.
    """
    with _opening:
        from core.emoji.messages import MessageReader
        from core.settings import settings

        reader = MessageReader.load(settings().models / "messages", settings().models / "text")
        reader.read("Bonjour")
    return reader


@st.cache_resource(show_spinner=False)
def restyler() -> Restyler:
    """The network that redraws emoji in another style, warmed up.

    Raises:
        core.artifacts.ArtifactError: the model is missing or damaged.
    """
    with _opening:
        from core.restyle.service import Restyler
        from core.settings import settings

        network = Restyler.load(settings().models / "restyle")
        network.warm_up()
    return network


@st.cache_resource(show_spinner=False)
def ledger() -> Ledger:
    """Wallets, claims and certificates; claims are held against the training pictures listed beside the model.

    Where that list is missing, `reference` of the ledger is None, and pages say so.

    Raises:
        core.database.DatabaseError: the database cannot be used.
        core.ledger.signing.SigningKeyError: the signing keys can be neither read nor made.
        core.ledger.tills.TillError: the Stripe key is not one of test mode.
    """
    with _opening:
        from core.avatar.originality import load_originality
        from core.errors import UserError
        from core.ledger.claims import Rule
        from core.ledger.service import Ledger
        from core.settings import settings

        rule, reference = None, None
        try:
            thresholds, reference = load_originality(settings().models / "avatar")
            rule = Rule(by_theme=thresholds)
        except UserError as error:  # wallets and claimed avatars are there all the same
            log.warning("%s", error)
        return Ledger.open(settings(), rule=rule, reference=reference, enlarge=_four_times)


def _four_times(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Four times as large, by the network, or without it by Lanczos' filter."""
    from core.errors import UserError
    from core.superres.resizing import enlarge

    try:
        return upscaler().upscale(image, 4)
    except UserError as error:
        log.warning("%s", error)
        return enlarge(image, 4, "lanczos")


@st.cache_resource(show_spinner=False)
def result_chapters(language: str) -> dict[str, str]:
    """Titles of the chapters of the results by their keys, in their order."""
    from core.reporting.sections import chapters
    from core.reporting.words import Words

    words = Words(language)
    models = {chapter.KEY: words.of(chapter.KEY)("title") for chapter in chapters()}
    return {"glance": words.of("report")("glance_title"), **models, "data": words.of("data")("title")}


@st.cache_resource(show_spinner=False, ttl=600, max_entries=64)
def result_chapter(key: str, language: str) -> Section:
    """A chapter of the results; read again now and then, since models may be measured while the studio is open."""
    from core.reporting import chapters
    from core.reporting.sections import chapters as of_models
    from core.reporting.sections import write
    from core.reporting.words import Words
    from core.settings import settings

    words, models = Words(language), settings().models
    if key == "data":
        return chapters.data(words, drawn=False)
    if key == "glance":
        return chapters.glance(words, [result_chapter(chapter.KEY, language) for chapter in of_models()], models)
    return next(write(chapter, models, language) for chapter in of_models() if key == chapter.KEY)


@st.cache_resource(show_spinner=False)
def workshop() -> Workshop:
    """Where report and archive are made."""
    from core.reporting.builds import Workshop

    return Workshop()


@st.cache_resource(show_spinner=False)
def class_game() -> Forgers:
    """The pictures of the class's game.

    Raises:
        core.artifacts.ArtifactError: the model is missing or damaged.
    """
    with _opening:
        from core.classroom.forgers import Forgers
        from core.settings import settings

        return Forgers.load(settings().models / "classroom")


def _read_json(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}
    except (OSError, ValueError) as error:  # shown as not measured
        log.warning("%s cannot be read: %s", path.name, error)
        return {}


LOADERS = (
    recommender,
    emotion_recognizer,
    product_generator,
    upscaler,
    avatar_generator,
    emoji_generator,
    message_reader,
    ledger,
)
