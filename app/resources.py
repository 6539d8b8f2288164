"""The only file that opens models: each once per process, shared by all visitors.

`st.cache_resource` holds a lock while a model loads, so a visitor who comes during the warm-up waits for it instead of
loading a second copy, and a load that failed is not remembered: the next visit tries again. A model is warmed before
it is handed out, so that no two threads ever build its function at once. `core` is imported inside the loaders: the
first page does not wait for TensorFlow. One model opens at a time, and pages import no scikit-learn on their own: two
threads that import it at once can each be handed a half-imported module.
"""

from __future__ import annotations

import logging
import os
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from core.avatar.service import AvatarGenerator
    from core.classroom.forgers import Forgers
    from core.emoji.messages import MessageReader
    from core.emoji.service import EmojiGenerator
    from core.emotion.service import EmotionRecognizer
    from core.enlarging.upscaler import Upscaler
    from core.gan.baseline import Baseline
    from core.gan.classifier import Classifier
    from core.ledger.service import Ledger
    from core.product.service import ProductGenerator
    from core.recommender.service import Recommender
    from core.restyle.service import Restyler

log = logging.getLogger(__name__)
_opening = threading.Lock()
_enlarging = threading.Lock()  # files are made outside the line of turns, when they are fetched: one after another

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
def baseline(name: str) -> Baseline:
    """The taught baseline stored beside a generator ("product", "avatar"), warmed up; not at start: few ask for it.

    Raises:
        core.artifacts.ArtifactError: the model is missing or damaged, or was stored without one.
    """
    with _opening:
        from core.gan.baseline import Baseline
        from core.settings import settings

        network = Baseline.load(settings().models / name)
        network.warm_up()
    return network


@st.cache_resource(show_spinner=False)
def upscaler() -> Upscaler:
    """The enlarging networks, warmed up.

    Raises:
        core.artifacts.ArtifactError: the model is missing or damaged.
    """
    with _opening:
        from core.enlarging.upscaler import Upscaler
        from core.settings import settings

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
def plain_ledger() -> Ledger:
    """Wallets, claims and certificates, by the usual thresholds and without the training pictures.

    Raises:
        core.database.DatabaseError: the database cannot be used.
        core.ledger.signing.SigningKeyError: the signing keys can be neither read nor made.
        core.ledger.tills.TillError: the Stripe key is not one of test mode.
    """
    with _opening:
        from core.ledger.service import Ledger
        from core.settings import settings

        return Ledger.open(settings(), enlarge=_four_times)


@st.cache_resource(show_spinner=False)
def measured_ledger() -> Ledger:
    """The same, by the thresholds measured on the avatar generator, and against the pictures it learned from.

    Raises:
        core.errors.UserError: as `plain_ledger`, or what was measured is missing or damaged.
    """
    register = plain_ledger()
    with _opening:
        from core.avatar.originality import load_originality
        from core.ledger.claims import Rule
        from core.settings import settings

        thresholds, reference = load_originality(settings().models / "avatar")
        return replace(register, rule=Rule(by_theme=thresholds), reference=reference)


def ledger() -> Ledger:
    """Wallets, claims and certificates; claims are held against the training pictures listed beside the model.

    While that list is missing, `reference` of the ledger is None, and pages say so; it is taken up once it is there.

    Raises:
        core.errors.UserError: as `plain_ledger`.
    """
    from core.errors import UserError

    register = plain_ledger()
    try:
        return measured_ledger()
    except UserError:  # wallets and claimed avatars are there all the same
        return register


def _four_times(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Four times as large, by the network, or without it by Lanczos' filter."""
    from core.enlarging.resizing import enlarge
    from core.errors import UserError

    try:
        network = upscaler()
        with _enlarging:
            return network.upscale(image, 4)
    except UserError as error:
        log.warning("%s", error)
        return enlarge(image, 4, "lanczos")


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


LOADERS = (
    recommender,
    emotion_recognizer,
    product_generator,
    upscaler,
    avatar_generator,
    emoji_generator,
    message_reader,
    restyler,
    ledger,
)
