"""From prepared emoji to trained networks, stage by stage: autoencoder, generator of latents, baseline.

The autoencoder and the generator learn emoji one by one, as parts (`core.emoji.parts`); the baseline learns whole
pictures, composites included.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.datasets import emoji as dataset
from core.datasets.emoji import catalogue
from core.emoji.drawings import LANGUAGES, ROLES, Drawings, role_of
from core.emoji.network import (
    AUTOENCODER,
    SIDE,
    Condition,
    EmojiConditions,
    NamedConditions,
    learning_shares,
    restoring_shares,
)
from core.gan.adversarial import AdversarialConfig
from core.gan.autoencoder import TrainingConfig
from core.gan.dcgan import SMALL, DcganConfig
from core.gan.latent_game import PriorConfig
from core.gan.perceptual import find_weights
from core.gan.stages import fit_autoencoder, fit_dcgan, fit_prior
from core.gan.transparency import premultiplied
from core.settings import Settings
from core.text.service import TextEncoder
from core.text.words import words_of

_SMOKE_PICTURES = 512
# the name says nearly all of a drawing, so what it looks like may be shown as well as judged
PRIOR = PriorConfig(
    width=768,
    game=AdversarialConfig(
        penalty=(2.0, 0.5), anchor=(150.0, 40.0), alone=0.7, learning_rate=(8e-4, 5e-5), batch_size=256, ema_decay=0.999
    ),
)


@dataclass(frozen=True)
class EmojiData:
    """Pictures (N, 64, 64, 4) as networks learn them (`core.gan.transparency`), and labels (N, 4) in the order of AXES.

    Those of the validation split are beside them (M), and what the labels mean.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    validation_images: NDArray[np.uint8]
    validation_labels: NDArray[np.int64]
    condition: Condition


@dataclass(frozen=True)
class PartsData(EmojiData):
    """Pictures of one emoji each: what the generator draws an emoji from, part by part.

    `vectors` (N, languages, K) and `validation_vectors` (M, languages, K) are those of their names.
    """

    vectors: NDArray[np.float32]
    validation_vectors: NDArray[np.float32]

    @property
    def asked(self) -> NDArray[np.float32]:
        """The condition of each validation picture (M, axes + K), by its first name."""
        return np.concatenate([self.condition.one_hot(self.validation_labels), self.validation_vectors[:, 0]], axis=1)


def run_folder(settings: Settings, stage: str, *, smoke: bool = False) -> Path:
    """Where a stage keeps its checkpoint and what it made."""
    return settings.runs / f"emoji-{stage}{'-smoke' if smoke else ''}"


def labels_of(emoji: dataset.EmojiSet) -> NDArray[np.int64]:
    """Mood, topic, interaction and style of each picture (N, 4), -1 for none."""
    return np.column_stack([emoji.pictures.labels, emoji.styles])


def condition_of(emoji: dataset.EmojiSet) -> Condition:
    """What the labels of these emoji mean."""
    return Condition({**emoji.classes, "style": emoji.keys})


def pictures(settings: Settings, *, smoke: bool = False) -> EmojiData:
    """The prepared emoji of all styles; a few for a smoke run.

    Raises:
        DataError: they are not prepared.
    """
    emoji = dataset.load(settings.prepared / "emoji")
    chosen = [emoji.of(split) for split in ("train", "validation")]
    train, validation = (_few(part) for part in chosen) if smoke else chosen
    return EmojiData(
        premultiplied(train.pictures.images), labels_of(train),
        premultiplied(validation.pictures.images), labels_of(validation), condition_of(emoji),
    )  # fmt: skip


def parts(settings: Settings, *, smoke: bool = False) -> PartsData:
    """The prepared emoji that are no composites, with the vectors of their names; a few for a smoke run.

    Raises:
        UserError: they are not prepared, or the text encoder is missing or damaged.
    """
    emoji = dataset.load(settings.prepared / "emoji")
    vectors = name_vectors(settings, emoji)
    singles = emoji.subset(~emoji.pictures.is_composite)
    chosen = [singles.of(split) for split in ("train", "validation")]
    train, validation = (_few(part) for part in chosen) if smoke else chosen
    return PartsData(
        premultiplied(train.pictures.images), labels_of(train),
        premultiplied(validation.pictures.images), labels_of(validation), condition_of(emoji),
        vectors[train.pictures.emoji], vectors[validation.pictures.emoji],
    )  # fmt: skip


def name_vectors(settings: Settings, emoji: dataset.EmojiSet) -> NDArray[np.float32]:
    """Vectors (names, languages, K) of the names of all emoji.

    Raises:
        core.artifacts.ArtifactError: the text encoder is missing or damaged.
    """
    encoder = TextEncoder.load(settings.models / "text")
    said = [[words_of(each["names"][language]) for each in emoji.names] for language in LANGUAGES]
    return np.stack([encoder.encode_words(names) for names in said], axis=1)


def keywords(settings: Settings) -> dict[str, list[str]]:
    """What people call each emoji (by code) in either language, folded; fetched if it is not in the prepared folder."""
    known = catalogue.load(settings.prepared / "emoji" / "downloads").emoji
    return {
        code: sorted(
            {
                folded
                for language in LANGUAGES
                for word in (*emoji.words[language], emoji.names[language])
                if len(folded := " ".join(words_of(word))) > 2
            }
        )
        for code, emoji in known.items()
    }


def drawings_of(settings: Settings) -> Drawings:
    """What the generator learns to draw by name: the training emoji, each once.

    Raises:
        UserError: they are not prepared, or the text encoder is missing or damaged.
    """
    emoji = dataset.load(settings.prepared / "emoji")
    train = emoji.of("train").pictures
    places = np.unique(train.emoji[~train.is_composite])
    records = [emoji.names[place] for place in places]
    said = keywords(settings)
    labels = [
        [list(emoji.classes[axis]).index(name) if (name := record["labels"][axis]) else -1 for axis in emoji.classes]
        for record in records
    ]
    return Drawings(
        [record["character"] for record in records],
        {language: [record["names"][language] for record in records] for language in LANGUAGES},
        [said.get(record["code"], []) for record in records],
        np.array(labels, np.int64),
        np.array([ROLES.index(role_of(record)) for record in records], np.int64),
        name_vectors(settings, emoji)[places],
    )


def train_autoencoder(
    settings: Settings, *, minutes: float, resume: bool, smoke: bool, weights: Path | None = None, devices: int = 1
) -> None:
    """Train encoder and decoder; at the end their averages lie in the run's folder.

    `weights` is the folder of feature networks (default: `weights` beside the data folder).

    Raises:
        UserError: emoji or feature network are missing, or the checkpoint does not fit.
    """
    distance = find_weights(weights or settings.data.parent / "weights")
    data = parts(settings, smoke=smoke)
    config = TrainingConfig(network=AUTOENCODER, batch_size=16 if smoke else 32, learning_rate=8e-4, critic_from=1.0)
    fit_autoencoder(
        run_folder(settings, "autoencoder", smoke=smoke), data.images, data.validation_images, distance, config,
        shares=restoring_shares(data.labels), minutes=minutes, resume=resume, smoke=smoke, devices=devices,
    )  # fmt: skip


def train_prior(settings: Settings, *, minutes: float, resume: bool, smoke: bool, devices: int = 1) -> None:
    """Train the generator of latents by classes, style and name; at the end its average lies in the run's folder.

    Raises:
        UserError: emoji or autoencoder are missing, or the checkpoint does not fit.
    """
    data = parts(settings, smoke=smoke)
    fit_prior(
        run_folder(settings, "prior", smoke=smoke), run_folder(settings, "autoencoder", smoke=smoke),
        data.images, data.validation_images, PRIOR,
        conditions=NamedConditions(data.labels, data.condition, data.vectors),
        asked=data.asked,
        mirror=False, shares=learning_shares(data.labels), minutes=minutes, resume=resume, smoke=smoke, devices=devices,
    )  # fmt: skip


def train_dcgan(settings: Settings, *, minutes: float, resume: bool, smoke: bool, devices: int = 1) -> None:
    """Train the baseline on the same pictures and contexts; at the end its generator lies in the run's folder.

    Raises:
        UserError: emoji are missing, or the checkpoint does not fit.
    """
    data = pictures(settings, smoke=smoke)
    fit_dcgan(
        run_folder(settings, "dcgan", smoke=smoke), data.images,
        DcganConfig(height=SIDE, width_pixels=SIDE, width=SMALL, condition=data.condition.size, channels=4),
        conditions=EmojiConditions(data.labels, data.condition), asked=data.condition.one_hot(data.validation_labels),
        mirror=False, shares=learning_shares(data.labels), minutes=minutes, resume=resume, smoke=smoke, devices=devices,
    )  # fmt: skip


def _few(emoji: dataset.EmojiSet) -> dataset.EmojiSet:
    """Some of every style."""
    return emoji.subset(np.linspace(0, len(emoji) - 1, min(_SMOKE_PICTURES, len(emoji))).astype(np.intp))
