"""Trains the reader of messages: chooses by cross-validation on phrases and words left out, fits, calibrates."""

import logging
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, sparse
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from core import artifacts
from core.datasets.emoji import AXES
from core.emoji import message_phrases as corpus
from core.emoji.message_annotations import annotations, emoji_file
from core.emoji.message_model import LANGUAGE, Axis, EmojiWords, Floats, ModelConfig, Parts, negates, parts_of
from core.emoji.message_phrases import Message
from core.emoji.message_text import clean, every, pieces
from core.emoji.messages import ANNOTATIONS, WEIGHTS, emoji_words
from core.settings import Settings
from core.text.service import TextEncoder

log = logging.getLogger(__name__)
NAMES = (*AXES, LANGUAGE)
FOLDS = 3
SEED = 20
_CHECKED = 1200  # messages of a fold to check with
_ROUNDS = 25  # through the messages, with SAGA
DATA = [
    {
        "name": "Phrases, words and sample messages",
        "origin": "core/emoji/messages.toml and message_words.toml, written for this project",
        "terms": "MIT, part of this project",
    },
    {
        "name": "CLDR annotations: names and keywords of emoji in English and French",
        "origin": "Unicode CLDR, npm package cldr-annotations-full",
        "terms": "Unicode-3.0",
    },
    {"name": "emojibase-data: subgroups of emoji", "origin": "npm package emojibase-data", "terms": "MIT"},
]
CREDITS = ["Names and keywords of emoji: Unicode CLDR", "Subgroups: emojibase, M. Robenolt and contributors"]


@dataclass(frozen=True)
class TrainingConfig:
    """How many messages are made, how strongly weights are held back (scikit-learn's C), and the reader's shape."""

    messages: int = 9_000
    strength: float = 4.0
    emoji_share: float = 0.08
    model: ModelConfig = field(default_factory=ModelConfig)


CANDIDATES = tuple(
    TrainingConfig(strength=strength, model=ModelConfig(encoder=encoder))
    for encoder in (0.0, 1.0)
    for strength in (4.0, 16.0)
)


@dataclass(frozen=True)
class Table:
    """Messages as features: `rows` (messages, size + width) by whether negation counts, and the labels of each axis.

    A label is None where it is unknown.
    """

    rows: Mapping[bool, sparse.csr_matrix]
    labels: Mapping[str, NDArray[Any]]


def tabulate(messages: Sequence[Message], emoji: EmojiWords, config: ModelConfig, encoder: TextEncoder | None) -> Table:
    """Read messages into features."""
    parts = [
        parts_of(pieces(clean(message.text)[0], emoji.names), emoji, replace(config, encoder=0.0), None)
        for message in messages
    ]
    if config.encoder and encoder is not None:
        parts = _with_vectors(parts, encoder, config.encoder)
    named = {axis: np.array([message.labels.get(axis) for message in messages], object) for axis in AXES}
    named[LANGUAGE] = np.array([message.language or None for message in messages], object)
    return Table({negate: _rows(parts, negate, config) for negate in (False, True)}, named)


def fit(table: Table, strength: float, size: int, encoder: float) -> dict[str, Axis]:
    """One multinomial logistic regression for each axis, and one for the language."""
    axes = {}
    for name in NAMES:
        known = np.array([label is not None for label in table.labels[name]])
        rows = scaled(table.rows[negates(name)], size, encoder)[known]
        model = LogisticRegression(C=strength, solver="saga", max_iter=_ROUNDS, random_state=SEED)
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore", ConvergenceWarning
            )  # more rounds change what it is sure of, not what it says
            model.fit(rows.astype(np.float32), table.labels[name][known].astype(str))
        weights, bias = model.coef_.T, model.intercept_
        if len(model.classes_) == 2:  # scikit-learn keeps the second class only
            weights, bias = np.hstack([-weights / 2, weights / 2]), np.array([-bias[0] / 2, bias[0] / 2])
        axes[name] = Axis(tuple(model.classes_.tolist()), weights.astype(np.float32), bias.astype(np.float32))
    return axes


def scaled(rows: sparse.csr_matrix, size: int, encoder: float) -> sparse.csr_matrix:
    """The rows with the encoder's part (made with a share of 1) weighed anew; left out at 0."""
    if rows.shape[1] == size or not encoder:
        return rows[:, :size]
    return sparse.hstack([rows[:, :size], rows[:, size:] * encoder], format="csr")


def parted(
    config: TrainingConfig, annotated: Sequence[Mapping[str, Any]], fold: int
) -> tuple[list[Message], list[Message]]:
    """Messages to fit and to check with: no phrase and no word that fills a slot is in both."""

    def outside(text: str) -> bool:
        return corpus.fold_of(text, FOLDS) != fold

    fitted = corpus.messages(config.messages // 2, SEED + fold, outside) + corpus.annotated(annotated, SEED)
    checked = corpus.messages(min(config.messages, _CHECKED), 2 * SEED + fold, lambda text: not outside(text))
    share = config.emoji_share
    return corpus.with_emoji(fitted, annotated, SEED, share), corpus.with_emoji(checked, annotated, SEED, share)


def cross_validate(
    candidates: Sequence[TrainingConfig],
    annotated: Sequence[Mapping[str, Any]],
    emoji: EmojiWords,
    encoder: TextEncoder,
) -> tuple[list[dict[str, Any]], dict[int, dict[str, tuple[Floats, NDArray[Any]]]]]:
    """Accuracy and calibrated log loss of each candidate; each one's scores of what was left out, with their labels."""
    scores: dict[int, dict[str, list[tuple[Floats, NDArray[Any], tuple[str, ...]]]]] = {}
    for fold in range(FOLDS):
        widest = replace(candidates[0].model, encoder=1.0)
        fitted, checked = (tabulate(part, emoji, widest, encoder) for part in parted(candidates[0], annotated, fold))
        for place, candidate in enumerate(candidates):
            size, share = candidate.model.size, candidate.model.encoder
            for name, axis in fit(fitted, candidate.strength, size, share).items():
                rows = scaled(checked.rows[negates(name)], size, share)
                found = np.asarray(rows @ axis.weights + axis.bias, np.float32)
                scores.setdefault(place, {}).setdefault(name, []).append((found, checked.labels[name], axis.names))
            log.info("fold %d, candidate %d of %d", fold + 1, place + 1, len(candidates))
    results, held_out = [], {}
    for place, candidate in enumerate(candidates):
        joined = {}
        figures: dict[str, Any] = {"strength": candidate.strength, "encoder": candidate.model.encoder}
        for name, parts in scores[place].items():
            names = parts[0][2]
            each = np.concatenate([part[0] for part in parts])
            truth = np.array([names.index(label) for part in parts for label in part[1]])
            joined[name] = (each, truth)
            figures[name] = {
                "accuracy": float((each.argmax(axis=1) == truth).mean()),
                "log_loss": _loss(temperature(each, truth), each, truth),
            }
        results.append(figures)
        held_out[place] = joined
    return results, held_out


def temperature(scores: Floats, truth: NDArray[Any]) -> float:
    """What scores are divided by so that their softmax has the least log loss (Guo et al. 2017, arXiv:1706.04599)."""

    def loss(value: float) -> float:
        return _loss(float(np.exp(value)), scores, truth)

    found = optimize.minimize_scalar(loss, bounds=(-2, 3), method="bounded")
    return float(np.exp(found.x))


def train(settings: Settings, *, smoke: bool = False) -> None:
    """Choose, fit, calibrate and store the reader in the folder of models; a smoke run stores nothing."""
    encoder = TextEncoder.load(settings.models / "text")
    annotated = annotations(settings.prepared / "emoji")
    file = emoji_file(annotated)
    emoji = emoji_words(file["emoji"])
    candidates = [replace(CANDIDATES[-1], messages=400)] if smoke else list(CANDIDATES)
    results, held_out = cross_validate(candidates, annotated, emoji, encoder)
    losses = [sum(result[axis]["log_loss"] for axis in AXES) for result in results]
    place = int(np.argmin(losses))
    chosen = candidates[place]
    log.info("chosen: %s", results[place])
    if smoke:
        log.info("smoke run done; nothing stored")
        return
    made = corpus.messages(chosen.messages, SEED) + corpus.annotated(annotated, SEED)
    table = tabulate(corpus.with_emoji(made, annotated, SEED, chosen.emoji_share), emoji, chosen.model, encoder)
    axes = {
        name: replace(axis, temperature=temperature(*held_out[place][name]))
        for name, axis in fit(table, chosen.strength, chosen.model.size, 1.0).items()
    }
    publish(settings.models / "messages", axes, chosen, file, results)


def publish(
    folder: Path, axes: Mapping[str, Axis], config: TrainingConfig, file: Mapping[str, Any], results: Sequence[Any]
) -> None:
    """Store a model: weights in steps of a 127th of each class's largest, which changes no figure."""
    arrays: dict[str, NDArray[Any]] = {}
    for name, axis in axes.items():
        steps = np.maximum(np.abs(axis.weights).max(axis=0), 1e-9) / 127
        arrays |= {
            f"{name}_weights": np.round(axis.weights / steps).astype(np.int8),
            f"{name}_steps": steps.astype(np.float32),
            f"{name}_bias": axis.bias,
        }
    figures = {axis: min(results, key=lambda row: sum(row[one]["log_loss"] for one in AXES))[axis] for axis in AXES}
    with artifacts.replacing(folder) as draft:
        np.savez_compressed(draft / WEIGHTS, **arrays)  # type: ignore[arg-type]
        artifacts.write_json(draft / ANNOTATIONS, file)
        artifacts.write_manifest(
            draft,
            name="messages",
            data=DATA,
            parameters={
                "model": asdict(config.model),
                "strength": config.strength,
                "messages": config.messages,
                "emoji_share": config.emoji_share,
                "axes": {name: {"names": axis.names, "temperature": axis.temperature} for name, axis in axes.items()},
                "candidates": list(results),
            },
            metrics={"cross_validation": figures, "set": f"phrases and words left out, {FOLDS} folds"},
            credits=CREDITS,
        )


def _with_vectors(parts: Sequence[Parts], encoder: TextEncoder, share: float) -> list[Parts]:
    """What `parts_of` gives with the encoder, each text read once and in order of length, which is quicker."""
    words = [tuple(every(part.pieces)) for part in parts]
    distinct = sorted(set(words) - {()}, key=len)
    vectors = dict(zip(distinct, share * encoder.encode_words(distinct), strict=True))
    nothing = np.zeros(encoder.width, np.float32)
    return [replace(part, vector=vectors.get(each, nothing)) for part, each in zip(parts, words, strict=True)]


def _rows(parts: Sequence[Parts], negate: bool, config: ModelConfig) -> sparse.csr_matrix:
    ends = np.cumsum([0, *(len(part.places[negate]) for part in parts)])
    shares = np.concatenate([part.shares[negate] for part in parts])
    places = np.concatenate([part.places[negate] for part in parts])
    rows = sparse.csr_matrix((shares, places, ends), (len(parts), config.size))
    rows.sum_duplicates()
    if len(parts[0].vector):
        rows = sparse.hstack([rows, sparse.csr_matrix(np.stack([part.vector for part in parts]))], format="csr")
    return rows


def _loss(value: float, scores: Floats, truth: NDArray[Any]) -> float:
    likely = scores / value
    top = likely.max(axis=1, keepdims=True)
    return float((np.log(np.exp(likely - top).sum(axis=1)) + top[:, 0] - likely[np.arange(len(truth)), truth]).mean())
