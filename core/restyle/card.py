"""The model card (Mitchell et al. 2019, arXiv:1810.03993), written from the manifest and the measured figures."""

from typing import Any

from core.artifacts import Manifest

_NAMES = {"model": "network", "identity": "floor: source unchanged", "nearest": "floor: nearest training emoji"}


def model_card(manifest: Manifest, metrics: dict[str, Any]) -> str:
    """Markdown for `models/restyle/CARD.md`."""
    run, ceiling = manifest.parameters, metrics["ceiling"]
    both = metrics["better_than_both"]
    lines = [
        "# Restyling network",
        "",
        f"Redraws an emoji of 64 x 64 pixels, RGBA, in one of {len(run['styles'])} styles: {', '.join(run['styles'])}. "
        "One U-Net for all styles (`core/restyle/network.py`), trained on the same emoji in two styles: pixels, edges, "
        "a perceptual distance and a critic of patches that sees the source as well (pix2pix).",
        "",
        f"- {run['minutes']:.1f} minutes on {run['trained_on']}, {run['steps']} steps of {run['batch_size']} pairs",
        f"- {metrics['milliseconds']:.0f} ms a picture, {metrics['bytes'] / 1e6:.1f} MB",
        "",
        "## Figures",
        f"{metrics['n']} pairs of {metrics['emoji']} emoji that were held out of training in every style "
        f"({metrics['split']} split), against the artist's drawing in the wanted style; lower is better. "
        "l1 is the mean absolute difference of the four channels, 0 to 1.",
        f"Perceptual distance: {metrics['perceptual']}; the network trained on it, so it flatters the network.",
        "",
        "| method | l1 | perceptual distance |",
        "| --- | --: | --: |",
        *(
            f"| {name} | {metrics['methods'][key]['l1']:.4f} | {metrics['methods'][key]['perceptual']:.4f} |"
            for key, name in _NAMES.items()
        ),
        f"| ceiling: network on {ceiling['what']} (n = {ceiling['n']}) | {ceiling['l1']:.4f} | "
        f"{ceiling['perceptual']:.4f} |",
        "",
        f"Better than both floors: {both['l1']:.0%} of the pairs by l1, {both['perceptual']:.0%} by perceptual "
        "distance.",
        "",
        "| wanted style | n | network | source unchanged | nearest | better than both |",
        "| --- | --: | --: | --: | --: | --: |",
        *(
            f"| {key} | {each['n']} | "
            + " | ".join(f"{each['methods'][name]['perceptual']:.4f}" for name in _NAMES)
            + f" | {each['better_than_both']['perceptual']:.0%} |"
            for key, each in sorted(metrics["styles"].items())
        ),
        "",
        "Perceptual distance, by wanted style.",
        "",
        "## Data and terms",
        *(f"- {entry.name}: {entry.origin}. {entry.terms}" for entry in manifest.data),
        "",
        "## Limits",
        "- It changes colours, outlines and shading; it seldom redraws a shape that two artists see differently.",
        "- It knows emoji. A photo comes back recoloured, not drawn.",
        "- Lettering and fine detail become soft. Answers have 64 x 64 pixels whatever came in.",
        "",
        "## Train again",
        "`python -m core train restyle --minutes 60`, then `python -m core evaluate restyle --write`.",
        "",
        "## Credits",
        *(f"- {credit}" for credit in manifest.credits),
        "",
    ]
    return "\n".join(lines)
