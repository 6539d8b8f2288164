"""How good generated avatars are; the figures of models/avatar/metrics.json but for those of their uniqueness.

Each figure stands beside what real, held-out avatars get (a ceiling, or a floor where less is better) and beside what
DCGAN gets. One avatar is made for each held-out picture, of its theme, with fixed seeds.
"""

from typing import Any

import numpy as np

from core.avatar.bench import Bench, Maker, Seen
from core.gan import metrics, quality
from core.gan.reference import thumbnails

TRUNCATIONS = (0.4, 0.6, 0.8, 1.0)
_BATCH = 8
_CHOOSING = 600  # pictures by which two generators are compared, and each truncation is measured


def evaluate(bench: Bench, maker: Maker, baseline: Maker | None = None) -> dict[str, Any]:
    """Everything measured of `maker`, and the main figures of `baseline` beside it."""
    seen = {
        "generated": bench.see(maker),
        "baseline": bench.see(baseline) if baseline else None,
        "real": bench.see_real(),
    }
    made, real, beside = seen["generated"], seen["real"], seen["baseline"]
    assert made is not None and real is not None  # noqa: S101, PT018 - for the type checker
    training = bench.reference.training
    return {
        "n": len(made.labels),
        "pictures": "one for each held-out picture, of its theme, seeds 0, 1, 2 …",
        "network": bench.network_name,
        "distribution": {"n": len(made.labels), "reference": len(training), **_each(seen, training)},
        "theme": {
            "n": len(made.labels),
            "accuracy": made.accuracy,
            "ceiling": real.accuracy,
            "share_of_ceiling": made.accuracy / max(real.accuracy, 1e-9),
            "chance": 1 / len(bench.avatars.keys),
            "baseline": beside.accuracy if beside else None,
        },
        "by_theme": [by_theme(bench, seen, number) for number in range(len(bench.avatars.keys))],
        "memorisation": memorisation(bench, made),
        "truncation": truncation_curve(bench, maker),
        "milliseconds": milliseconds(maker, len(bench.avatars.keys)),
    }


def by_theme(bench: Bench, seen: dict[str, Seen | None], number: int) -> dict[str, Any]:
    """The figures of one theme, against its own training pictures."""
    training = bench.reference.training[bench.reference_labels == number]
    parts = {name: each.part(each.labels == number) if each else None for name, each in seen.items()}
    made, real, beside = parts["generated"], parts["real"], parts["baseline"]
    assert made is not None and real is not None  # noqa: S101, PT018 - for the type checker
    spreads = {name: metrics.spread(each.features) if each else None for name, each in parts.items()}
    return {
        "theme": bench.avatars.keys[number],
        "n": len(made.labels),
        "reference": len(training),
        **_each(parts, training),
        "accuracy": made.accuracy,
        "ceiling": real.accuracy,
        "baseline_accuracy": beside.accuracy if beside else None,
        "diversity": {**spreads, "share_of_real": metrics.spread(made.features) / metrics.spread(real.features)},
    }


def memorisation(bench: Bench, made: Seen) -> dict[str, dict[str, Any]]:
    """Distance to the nearest training picture, in pixels (all, and mirrored) and features (those of the reference)."""
    images = bench.avatars.train_images
    learned = np.concatenate([thumbnails(images), thumbnails(images[:, :, ::-1])])
    return quality.memorisation(
        {
            "pixels": (thumbnails(made.pictures), thumbnails(bench.avatars.validation_images), learned),
            "features": (made.features, bench.reference.held_out, bench.reference.training),
        }
    )


def truncation_curve(bench: Bench, maker: Maker) -> list[dict[str, float]]:
    """What is gained in likeness and lost in variety when the noise is scaled down; on some of the pictures."""
    curve = []
    for value in TRUNCATIONS:
        seen = bench.see(maker, value, _every(bench))
        spreads = [metrics.spread(seen.features[seen.labels == number]) for number in np.unique(seen.labels)]
        curve.append(
            {
                "truncation": value,
                "n": len(seen.labels),
                "kid": metrics.kernel_distance(seen.features, bench.reference.training),
                "accuracy": seen.accuracy,
                "spread": float(np.mean(spreads)),
            }
        )
    return curve


def milliseconds(maker: Maker, themes: int) -> dict[str, Any]:
    """Time for one picture when eight are made at once."""
    labels, seeds = np.arange(_BATCH) % themes, list(range(_BATCH))
    return quality.milliseconds(lambda: maker(labels, seeds), _BATCH)


def choice_figures(bench: Bench, maker: Maker) -> dict[str, float]:
    """What decides which of two generators is kept: `figure`, theme accuracy less the mean KID of the themes.

    Neither can be bought with the other. On some of the held-out pictures' themes.
    """
    seen = bench.see(maker, every=_every(bench))
    kids = [
        metrics.kernel_distance(
            seen.features[seen.labels == number], bench.reference.training[bench.reference_labels == number]
        )
        for number in np.unique(seen.labels)
    ]
    kid = float(np.mean(kids))
    return {"accuracy": seen.accuracy, "kid": kid, "n": len(seen.labels), "figure": seen.accuracy - kid}


def _every(bench: Bench) -> int:
    return max(1, len(bench.seeds) // _CHOOSING)


def _each(seen: dict[str, Seen | None], training: metrics.Features) -> dict[str, Any]:
    return {
        name: quality.distribution(each.features, each.classes, training) if each else None
        for name, each in seen.items()
    }
