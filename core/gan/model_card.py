"""Parts of a model card (Mitchell et al. 2019, arXiv:1810.03993) that all generators have, as lines of Markdown."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.artifacts import Manifest
from core.gan.latent_generator import DECODER, GENERATOR, STANDARD

STAGES = {
    "autoencoder": "Autoencoder",
    "prior": "Generator of its latents and critic",
    "finish": "Decoder, on latents that were generated, and critic",
    "judge": "Judge (measures, takes no part in generating)",
    "dcgan": "DCGAN, the baseline",
}
FLATTERED = (
    "The critic of the decoder's last stage looked through SqueezeNet (`core/gan/projection.py`). That is not the "
    "network of the figures, but both were trained on ImageNet, so the figures may flatter it."
)
SERVED = (GENERATOR, DECODER, STANDARD)  # files that make a picture


def size_and_pace(metrics: Mapping[str, Any], what: str = "a picture", files: Sequence[str] = SERVED) -> str:
    """How large it is, `files` together, and how fast."""
    served = sum(metrics["bytes"][name] for name in files) / 1e6
    pace = metrics["milliseconds"]
    return f"{served:.1f} MB; {pace['per_picture']:.0f} ms for {what} when {pace['batch']} are made at once."


def stages(manifest: Manifest) -> list[str]:
    """What each stage of the training cost, and what the last one means for the figures."""
    spent = manifest.parameters["stages"]
    warned = ["", FLATTERED] if "finish" in spent else []
    return [
        "| stage | minutes | pictures shown |",
        "| --- | --- | --- |",
        *(
            f"| {name} | {spent[stage]['minutes']:.0f} | {spent[stage]['images_shown']:,} |"
            for stage, name in STAGES.items()
            if stage in spent
        ),
        *warned,
    ]


def distribution(found: Mapping[str, Any], real: str) -> list[str]:
    """Distances to real pictures: this one's, DCGAN's, and those of `real` ones, held out."""
    names = {"generated": "this one", "baseline": "DCGAN", "real": f"{real}, held out (as good as can be)"}
    return [
        "| pictures | FID | KID | Inception Score | precision | recall |",
        "| --- | --- | --- | --- | --- | --- |",
        *(
            f"| {name} | {row['fid']:.1f} | {row['kid']:.4f} | {row['inception_score']:.2f} | "
            f"{row['precision']:.3f} | {row['recall']:.3f} |"
            for row, name in ((found[key], name) for key, name in names.items())
            if row
        ),
    ]


def copies(found: Mapping[str, Any], what: str = "pictures") -> list[str]:
    """How near it comes to what it learned from, in pixels and in features; `what` it learned from."""
    return [
        f"- Copies? In {name}, the nearest of {row['training']} training {what} is {row['generated_median']:.2f} "
        f"away (median), from held-out real {what} {row['held_out_median']:.2f}; nearer than 95 % of those: a "
        f"share of {row['suspicious']:.3f} (chance {row['chance']:.2f}, n = {row['n']})."
        for name, row in ((name, found[name]) for name in ("pixels", "features"))
    ]


def sources(manifest: Manifest) -> list[str]:
    """The data and its terms."""
    return ["## Data and terms", *(f"- {entry.name}: {entry.origin}. {entry.terms}" for entry in manifest.data)]


def credits(lines: Sequence[str]) -> list[str]:
    """Whom to name."""
    return ["## Credits", *(f"- {credit}" for credit in lines), ""]


def or_dash(value: float | None, digits: int) -> str:
    """A figure, or a dash where there is none."""
    return "–" if value is None else f"{value:,.{digits}f}"
