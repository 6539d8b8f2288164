"""The card of the prepared avatars: what there is, from whom, on what terms, what was dropped."""

import json
from pathlib import Path
from typing import Any

from core.datasets.avatars import prepared as store
from core.datasets.avatars.drawing import SIDE
from core.datasets.avatars.themes import themes

CARD, TEXT = "card.json", "DATA_CARD.md"


def write(folder: Path) -> dict[str, Any]:
    """Describe the themes that lie in `folder` in `card.json` and `DATA_CARD.md`; returns what the former holds."""
    there = [key for key in themes() if store.path_of(folder, key).exists()]
    card = {"side": SIDE, "themes": {key: store.load_card(folder, key) for key in there}}
    for name, text in ((CARD, json.dumps(card, indent=2) + "\n"), (TEXT, _text(card))):
        draft = folder / f".{name}"
        draft.write_text(text, "utf-8")
        draft.replace(folder / name)
    return card


def _text(card: dict[str, Any]) -> str:
    rows = [
        f"| {theme['title']} (`{key}`) | {theme['pictures'] - theme['validation']} | {theme['validation']} | "
        f"{theme['dropped']['same_pixels']} | {theme['dropped']['same_figure']} | {theme['dropped']['near_copies']} | "
        f"{'yes' if theme['cc0'] else 'no'} |"
        for key, theme in card["themes"].items()
    ]
    credits = {tuple(credit.items()): credit for theme in card["themes"].values() for credit in theme["credits"]}
    packages = {package: release for theme in card["themes"].values() for package, release in theme["packages"].items()}
    thanks = [
        f"- [{credit['work']}]({credit['link']}) by {credit['artist']}, "
        f"[{credit['licence']}]({credit['licence_url']}). {credit['changes']}."
        for credit in credits.values()
    ]
    made = ", ".join(f"{package} {release}" for package, release in packages.items())
    return "\n".join(
        [
            "# Avatars",
            "",
            f"Themed pictures of {card['side']}x{card['side']} pixels, RGB, composed from artists' parts by "
            "`python -m core prepare avatar`.",
            "The artists drew the parts; their combination, the colours, and the grounds behind them are ours.",
            "Every picture has a seed of its own; the same package versions draw it again from that, bit for bit.",
            "",
            "| theme | training | validation | dropped: same pixels | same figure | near copies | CC0 only |",
            "| --- | --: | --: | --: | --: | --: | --- |",
            *rows,
            "",
            "The same figure on another ground counts as a repetition, so no figure is on both sides of the split.",
            "A near copy has a 16x16 RGB thumbnail within `near` (`card.json`; root mean square, of 1) of another's.",
            "",
            "## Credits",
            "",
            *thanks,
            "",
            f"Made with {made}.",
            "",
        ]
    )
