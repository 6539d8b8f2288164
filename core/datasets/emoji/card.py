"""The card of the prepared emoji: what there is, from whom, on what terms, what was dropped, what is held out."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from core.datasets.emoji import prepared as store
from core.datasets.emoji.catalogue import PACKAGES
from core.datasets.emoji.contexts import AXES, classes
from core.datasets.emoji.drawings import SIDE
from core.datasets.emoji.prepared import Pictures
from core.datasets.emoji.split import SPLITS, TEST, TRAIN, VALIDATION, Cell
from core.datasets.emoji.styles import STYLES

CARD, TEXT = "card.json", "DATA_CARD.md"


def counts(pictures: Pictures) -> dict[str, Any]:
    """How many pictures a style has, single emoji and composites apart: by split, and by class and split."""
    both = {"single": ~pictures.is_composite, "composite": pictures.is_composite}
    splits = {name: pictures.splits == number for number, name in enumerate(SPLITS)}

    def per_split(mask: Any) -> dict[str, dict[str, int]]:
        return {
            kind: {name: int(np.count_nonzero(mask & rows & where)) for name, where in splits.items()}
            for kind, rows in both.items()
        }

    return {
        "pictures": per_split(np.ones(len(pictures), bool)),
        "classes": {
            axis: {name: per_split(pictures.labels[:, place] == number) for number, name in enumerate(classes(axis))}
            for place, axis in enumerate(AXES)
        },
    }


def write(folder: Path, cells: Mapping[Cell, str]) -> dict[str, Any]:
    """Describe the styles that lie in `folder` in `card.json` and `DATA_CARD.md`; returns what the former holds."""
    names = store.load_names(folder)
    there = [each.key for each in STYLES if store.path_of(folder, each.key).exists()]
    card = {
        "side": SIDE,
        "emoji": len(names),
        "emoji_per_class": {
            axis: {
                name: {split: _emoji(names, axis, name, split) for split in (TRAIN, VALIDATION, TEST)}
                for name in classes(axis)
            }
            for axis in AXES
        },
        "emoji_with_all_axes": sum(all(record["contexts"].values()) for record in names),
        "held_cells": [{"mood": mood, "topic": topic, "split": split} for (mood, topic), split in cells.items()],
        "annotations": [{"package": each.release, "licence": each.declares} for each in PACKAGES],
        "styles": {key: store.load_card(folder, key) for key in there},
    }
    store.write_text(folder / CARD, json.dumps(card, indent=2, ensure_ascii=False) + "\n")
    store.write_text(folder / TEXT, _text(card))
    return card


def _emoji(names: list[dict[str, Any]], axis: str, name: str, split: str) -> int:
    return sum(record["labels"][axis] == name and record["split"] == split for record in names)


def _sum(table: dict[str, dict[str, int]], kind: str, *splits: str) -> int:
    return sum(count for split, count in table[kind].items() if not splits or split in splits)


def _text(card: dict[str, Any]) -> str:
    styles = card["styles"]
    rows = [
        f"| {each['credit']['work']} (`{key}`) | {_sum(each['pictures'], 'single')} | "
        f"{_sum(each['pictures'], 'composite')} | {each['dropped']['same_pixels']} | {each['dropped']['framed']} | "
        f"{each['package']} |"
        for key, each in styles.items()
    ]
    lines = [
        "# Emoji",
        "",
        f"Emoji of {card['side']}x{card['side']} pixels, RGBA, in {len(styles)} styles, drawn from npm packages by "
        "`python -m core prepare emoji`; flags and skin tones are left out.",
        "",
        "**Single emoji** are the artists' drawings. **Composites** are a face with a prop, a gesture or both in front "
        "of it, of one style: the parts are the artists' drawings, their arrangement is ours. They are needed because "
        f"only {card['emoji_with_all_axes']} of {card['emoji']} emoji say something about mood, topic and interaction "
        "at once.",
        "",
        "| style | single | composites | dropped: same pixels | framed | package |",
        "| --- | --: | --: | --: | --: | --- |",
        *rows,
        "",
        f"The styles are by {len({each['hand'] for each in styles.values()})} hands: styles of one hand are the same "
        "drawings in another finish.",
        "",
        "## Labels",
        "",
        "An emoji has a class where its subgroup (emojibase) says so, or where a word of the class is among its "
        "English keywords and one among its French keywords (CLDR). `emoji.json` names the words that caused each "
        "label. Of several classes the label is the one with the most causes, between equals the rarer one.",
        "",
    ]
    for axis in AXES:
        lines += [
            f"| {axis} | emoji: training | validation | test | single pictures: training | held out | composites |",
            "| --- | --: | --: | --: | --: | --: | --: |",
        ]
        for name in classes(axis):
            emoji = card["emoji_per_class"][axis][name]
            tables = [each["classes"][axis][name] for each in styles.values()]
            lines.append(
                f"| {name} | {emoji[TRAIN]} | {emoji[VALIDATION]} | {emoji[TEST]} | "
                f"{sum(_sum(table, 'single', TRAIN) for table in tables)} | "
                f"{sum(_sum(table, 'single', VALIDATION, TEST) for table in tables)} | "
                f"{sum(_sum(table, 'composite') for table in tables)} |"
            )
        lines.append("")
    lines += ["## Splits", "", "| split | single | composites |", "| --- | --: | --: |"]
    for split in SPLITS:
        single, composite = (
            sum(_sum(each["pictures"], kind, split) for each in styles.values()) for kind in ("single", "composite")
        )
        lines.append(f"| {split} | {single} | {composite} |")
    held = ", ".join(f"{cell['mood']} + {cell['topic']} ({cell['split']})" for cell in card["held_cells"])
    lines += [
        "",
        "An emoji is held out with its look-alikes (other sex, hair, colour or rank) and in every style; a composite "
        "is held out when all its parts are, and none mixes splits. Where a class has fewer than three such families "
        "that could be held out (faces and others apart), all of it is for training. Whole cells are held out too, to "
        f"see whether a model combines what it has seen apart: {held}. Pictures of these cells are made of parts for "
        "training, and no others touch the cells.",
        "",
        "## Credits",
        "",
    ]
    for each in styles.values():
        credit = each["credit"]
        lines.append(
            f"- [{credit['work']}]({credit['link']}) by {credit['artist']}, "
            f"[{credit['licence']}]({credit['licence_url']}). {credit['changes']}."
        )
    annotations = ", ".join(f"{each['package']} ({each['licence']})" for each in card["annotations"])
    lines += ["", f"Names, subgroups and keywords: {annotations}.", ""]
    return "\n".join(lines)
