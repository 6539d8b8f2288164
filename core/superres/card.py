"""The model card (Mitchell et al. 2019, arXiv:1810.03993), written from the manifest and the measured figures."""

from typing import Any

from core.artifacts import Manifest

_NAMES = {
    "bicubic": "floor: bicubic",
    "lanczos": "floor: Lanczos",
    "faithful": "faithful (trained on the absolute difference, chosen by PSNR)",
    "sharp": "sharp (perceptual and adversarial)",
}
_SETS = {"large": "Photos of 96 x 128", "native": "Originals of 60 x 80"}


def model_card(manifest: Manifest, metrics: dict[str, Any]) -> str:
    """Markdown for `models/superres/CARD.md`."""
    runs = {style: manifest.parameters[style] for style in ("faithful", "sharp") if style in manifest.parameters}
    lines = [
        "# Super-resolution networks",
        "",
        "Enlarge pictures twofold or fourfold. Two twins of one architecture (`core/enlarging/network.py`: "
        f"{_shape(runs['faithful']['network'])}), whose answer is added to the bicubic enlargement. The faithful one "
        "errs least per pixel; the sharp one starts from it and also learns a perceptual distance and to fool a critic "
        "of patches (SRGAN).",
        "",
        *(
            f"- {style}: {run['minutes']:.1f} minutes on {run['trained_on']}, {run['steps']} steps"
            for style, run in runs.items()
        ),
        "",
        "## Figures",
        f"All validation photos, which also served to choose the networks, made small by {metrics['reduction']}. "
        "PSNR in dB and SSIM: higher is better. "
        "Perceptual distance: lower is better. Sharpness: mean gradient as a share of the original's, 1 is as sharp. "
        f"Perceptual distance: {metrics['perceptual']}; the sharp twin trained on it, so it flatters that twin.",
    ]
    for name, figures in sorted(metrics["sets"].items()):
        lines += ["", *_table(name, figures)]
    times = ", ".join(
        f"{name.replace('_x', ' x')} {value:.0f}" for name, value in sorted(metrics["milliseconds"].items())
    )
    height, width = metrics["timed_shape"]
    lines += [
        "",
        f"Milliseconds for one picture of {width} x {height}: {times}. All files: {metrics['bytes'] / 1e6:.1f} MB.",
        "",
        "## Data and terms",
        *(f"- {entry.name}: {entry.origin}. {entry.terms}" for entry in manifest.data),
        "- Small pictures for training: area, bicubic or Lanczos reduction, some blurred or saved as JPEG.",
        "",
        "## Limits",
        "- The sharp twin invents texture: likely, not true. Lettering and faces that are not in the small picture do "
        "not come back.",
        "- It knows product photos on white; on other pictures it works less well. Strong JPEG artefacts stay visible.",
        "- Fourfold was learned from pictures of 24 x 24; finer detail of larger pictures is outside what it saw.",
        "- Pictures of up to one million pixels.",
        "",
        "## Train again",
        "`python -m core train superres --minutes 20`, then `python -m core evaluate superres --write`.",
        "",
        "## Credits",
        *(f"- {credit}" for credit in manifest.credits),
        "",
    ]
    return "\n".join(lines)


def _shape(network: dict[str, Any]) -> str:
    return f"{network['blocks']} residual blocks of {network['width']} channels"


def _table(name: str, figures: dict[str, Any]) -> list[str]:
    kind, factor = name.rsplit("_x", 1)
    (low_height, low_width), (height, width) = figures["from"], figures["to"]
    return [
        f"{_SETS[kind]}, x{factor}: {low_width} x {low_height} to {width} x {height}, n = {figures['n']}",
        "",
        "| method | PSNR | PSNR (Y) | SSIM (Y) | perceptual distance | sharpness |",
        "| --- | --- | --- | --- | --- | --- |",
        *(
            f"| {_NAMES[method]} | {row['psnr']:.2f} | {row['psnr_y']:.2f} | {row['ssim']:.4f} | "
            f"{row['perceptual']:.4f} | {row['sharpness']:.2f} |"
            for method, row in (
                (method, figures["methods"][method]) for method in _NAMES if method in figures["methods"]
            )
        ),
    ]
