"""How good generated product pictures are; every figure of models/product/metrics.json comes from here.

Each figure stands beside what real photos get (a ceiling, or a floor where less is better) and beside what a generator
would get that ignores its text. One picture is made for each held-out caption, with fixed seeds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from core.datasets.products import ProductSet, square
from core.gan import metrics, quality
from core.gan.reference import thumbnails
from core.product.bench import Bench, Maker, Seen
from core.product.judge import Verdict
from core.product.judge_network import HEADS
from core.product.wordings import caption_texts
from core.text import captions
from core.text.lexicon import load_lexicon

TRUNCATIONS = (0.4, 0.6, 0.8, 1.0)
CANDIDATES = 100
_SEED = 11
_TYPES, _COLOURS = 10, 8
_PROMPTS, _EACH = 24, 8
_SAID = ("type", "colour", "gender", "usage")


def evaluate(bench: Bench, maker: Maker, baseline: Maker | None = None) -> dict[str, Any]:
    """Everything measured of `maker`, and the main figures of `baseline` beside it."""
    real = bench.see_real()
    made = bench.see(maker(bench.texts, bench.seeds))
    beside = bench.see(baseline(bench.texts, bench.seeds)) if baseline else None
    return {
        "n": len(bench.held_out),
        "captions": "of the held-out photos, one picture each, seeds 0, 1, 2 …",
        "network": bench.network_name,
        "distribution": {
            "n": len(bench.held_out),
            "reference": len(bench.reference.training),
            "generated": distribution(bench, made),
            "baseline": distribution(bench, beside) if beside else None,
            "real": distribution(bench, real),
        },
        "unseen_captions": unseen_captions(bench, {"generated": made.verdict, "real": real.verdict}),
        "attributes": attributes(bench, made.verdict, real.verdict, beside.verdict if beside else None),
        "by_type": by_value(bench, made.verdict, real.verdict, "type", _TYPES),
        "by_colour": by_value(bench, made.verdict, real.verdict, "colour", _COLOURS),
        "r_precision": r_precision(bench, {"generated": made, "baseline": beside, "real": real}),
        "diversity": diversity(bench, maker),
        "memorisation": memorisation(bench, made),
        "french": french(bench, maker, made.verdict),
        "truncation": truncation_curve(bench, maker, made),
        "milliseconds": milliseconds(maker, bench.texts),
    }


def distribution(bench: Bench, seen: Seen) -> dict[str, float]:
    """FID, KID, Inception Score, precision and recall against the training photos."""
    return quality.distribution(seen.features, seen.classes, bench.reference.training)


def unseen_captions(bench: Bench, verdicts: Mapping[str, Verdict]) -> dict[str, Any]:
    """As `accuracy`, for those held-out captions that no training photo has word for word; `n`: how many those are."""
    known = set(caption_texts(bench.train))
    fresh = np.array([text not in known for text in bench.texts])
    wanted = np.where(fresh[:, None], bench.judge.labels.numbers(bench.held_out.table), -1)
    return {"n": int(fresh.sum())} | {
        name: {head: quality.accuracy(seen.values[:, place], wanted[:, place]) for place, head in enumerate(HEADS)}
        for name, seen in verdicts.items()
    }


def accuracy(bench: Bench, verdict: Verdict) -> dict[str, float]:
    """Share of pictures in which the judge sees the asked type, colour and gender, where it knows the word."""
    wanted = bench.judge.labels.numbers(bench.held_out.table)
    return {head: quality.accuracy(verdict.values[:, place], wanted[:, place]) for place, head in enumerate(HEADS)}


def attributes(bench: Bench, made: Verdict, real: Verdict, baseline: Verdict | None) -> dict[str, dict[str, Any]]:
    """Accuracy beside that on real photos, and beside what these pictures would get with their captions shuffled."""
    wanted = bench.judge.labels.numbers(bench.held_out.table)
    ours, theirs = accuracy(bench, made), accuracy(bench, real)
    beside = accuracy(bench, baseline) if baseline else {}
    return {
        head: {
            "n": int((wanted[:, place] >= 0).sum()),
            "accuracy": ours[head],
            "ceiling": theirs[head],
            "share_of_ceiling": ours[head] / max(theirs[head], 1e-9),
            "floor": quality.shuffled_accuracy(made.values[:, place], wanted[:, place]),
            "baseline": beside.get(head),
            "classes": bench.judge.labels.counts[place],
        }
        for place, head in enumerate(HEADS)
    }


def by_value(bench: Bench, made: Verdict, real: Verdict, head: str, most: int) -> list[dict[str, Any]]:
    """Accuracy for each of the `most` frequent values, beside that on real photos of it."""
    place, rows = HEADS.index(head), []
    wanted = bench.judge.labels.numbers(bench.held_out.table)[:, place]
    for number, name in enumerate(getattr(bench.judge.labels, head)[:most]):
        asked = wanted == number
        if asked.any():
            right = [float((seen.values[asked, place] == number).mean()) for seen in (made, real)]
            rows.append({"name": name, "n": int(asked.sum()), "accuracy": right[0], "ceiling": right[1]})
    return rows


def r_precision(bench: Bench, sets: dict[str, Seen | None]) -> dict[str, Any]:
    """How often, to the judge, a picture's own text is nearest among it and other held-out texts drawn at random.

    Xu et al. 2018, arXiv:1711.10485.
    """
    texts = bench.texts
    different = sorted(set(texts))
    candidates = min(CANDIDATES, len(different))
    rng = np.random.default_rng(_SEED)
    own = np.searchsorted(different, texts)
    others = np.stack([rng.permutation(len(different) - 1)[: candidates - 1] for _ in texts])
    others += others >= own[:, None]  # all but the own text
    places = bench.judge.read(different)
    result: dict[str, Any] = {"n": len(texts), "candidates": candidates, "chance": 1 / candidates}
    for name, seen in sets.items():
        if seen is None:
            result[name] = None
            continue
        scores = seen.verdict.embeddings @ places.T
        best = np.take_along_axis(scores, others, axis=1).max(axis=1, initial=-np.inf)
        result[name] = float((scores[np.arange(len(own)), own] > best).mean())
    return result


def diversity(bench: Bench, maker: Maker) -> dict[str, Any] | None:
    """Mean distance between pictures of one prompt, beside real photos that share it; None without such photos."""
    texts = np.array(caption_texts(bench.train))[bench.reference.rows]
    rng = np.random.default_rng(_SEED)
    asked = sorted({text for text in bench.texts if (texts == text).sum() >= _EACH})
    asked = [asked[place] for place in rng.permutation(len(asked))[:_PROMPTS]]
    if not asked:
        return None
    ours, theirs = [], []
    for text in asked:
        features, _ = bench.network(square(maker([text] * _EACH, list(range(_EACH)))))
        photos = rng.permutation(np.flatnonzero(texts == text))[:_EACH]
        ours.append(metrics.spread(features))
        theirs.append(metrics.spread(bench.reference.training[photos]))
    generated, real = float(np.mean(ours)), float(np.mean(theirs))
    return {
        "n": len(asked), "pictures": _EACH, "generated": generated, "real": real, "share_of_real": generated / real,
    }  # fmt: skip


def memorisation(bench: Bench, made: Seen) -> dict[str, dict[str, Any]]:
    """Distance to the nearest training photo, in pixels (all of them) and features (those of the reference).

    In pixels mirrored photos count too, as they are learned from.
    """
    learned = [thumbnails(square(images)) for images in (bench.train.images, bench.train.images[:, :, ::-1])]
    ours, held_out = (thumbnails(square(images)) for images in (made.pictures, bench.held_out.images))
    pixels = (ours, held_out, np.concatenate(learned))
    features = (made.features, bench.reference.held_out, bench.reference.training)
    return quality.memorisation({"pixels": pixels, "features": features})


def french_texts(products: ProductSet) -> list[str]:
    """The captions' content in French wordings; empty where the lexicon lacks the type or the colour."""
    lexicon, rng = load_lexicon(), np.random.default_rng(_SEED)
    texts = []
    for row in products.table[list(_SAID)].itertuples(index=False, name=None):
        said = {kind: name for kind, name in zip(_SAID, row, strict=True) if name in lexicon.values[kind]}
        if said.get("usage", "?").lower() in said.get("type", "").lower():
            del said["usage"]  # "sports sports shoes"
        complete = "type" in said and "colour" in said
        texts.append(captions.french(captions.Description(**said), lexicon, rng) if complete else "")
    return texts


def french(bench: Bench, maker: Maker, english: Verdict) -> dict[str, Any] | None:
    """Accuracy for French wordings beside that for the English captions of the same photos and seeds."""
    texts = french_texts(bench.held_out)
    rows = [row for row, text in enumerate(texts) if text]
    if not rows:
        return None
    verdict = bench.judge.look(maker([texts[row] for row in rows], rows))
    wanted = bench.judge.labels.numbers(bench.held_out.table)[rows]
    pairs = {"french": verdict.values, "english": english.values[rows]}
    found = {
        language: {head: quality.accuracy(values[:, place], wanted[:, place]) for place, head in enumerate(HEADS)}
        for language, values in pairs.items()
    }
    return {"n": len(rows), **found}


def truncation_curve(bench: Bench, maker: Maker, full: Seen) -> list[dict[str, float]]:
    """What is gained in likeness and lost in variety when the noise is scaled down."""
    curve = []
    for value in TRUNCATIONS:
        seen = full if value == 1 else bench.see(maker(bench.texts, bench.seeds, truncation=value))
        found = accuracy(bench, seen.verdict)
        kid = metrics.kernel_distance(seen.features, bench.reference.training)
        curve.append(
            {"truncation": value, "n": len(seen.pictures), "kid": kid, "type": found["type"], "colour": found["colour"]}
        )
    return curve


def milliseconds(maker: Maker, texts: Sequence[str], batch: int = 8) -> dict[str, Any]:
    """Time for one picture, the reading of its text included, when `batch` are made at once."""
    asked, seeds = [texts[place % len(texts)] for place in range(batch)], list(range(batch))
    return quality.milliseconds(lambda: maker(asked, seeds), batch)


def choice_figures(bench: Bench, maker: Maker, most: int = 1000) -> dict[str, float]:
    """What decides which of two generators is kept: `figure`, type accuracy times colour accuracy, less KID.

    Both parts count alike, so neither fidelity to the text nor likeness to photos can be bought with the other. On the
    first `most` held-out captions.
    """
    part = replace(bench, held_out=bench.held_out.subset(np.arange(min(most, len(bench.held_out)))))
    seen = part.see(maker(part.texts, part.seeds))
    found = accuracy(part, seen.verdict)
    kid = metrics.kernel_distance(seen.features, bench.reference.training)
    return {
        "type": found["type"], "colour": found["colour"], "kid": kid, "n": len(seen.pictures),
        "figure": found["type"] * found["colour"] - kid,
    }  # fmt: skip
