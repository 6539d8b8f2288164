"""Data cards: how many rows or pictures a data set had before and after preparation, in `data/cards/<name>.json`.

They hold counts only, so they are kept with the project; what they count is not.
"""

import json
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from core.artifacts import write_json
from core.datasets.emoji.split import TRAIN
from core.reporting.stored import at
from core.settings import ROOT, Settings

log = logging.getLogger(__name__)

FOLDER = ROOT / "data" / "cards"
Counts = dict[str, int]  # step of the preparation -> how many; the first is what was read, the last what was kept
Card = dict[str, Any]  # "steps": Counts, and whatever else `FACTS` of the chapter on data knows


def read(folder: Path = FOLDER) -> dict[str, Card]:
    """All cards by name; one that cannot be read is left out with a warning."""
    cards = {}
    for path in (folder / f"{name}.json" for name in _MAKERS):
        try:
            card = json.loads(path.read_bytes())
            card["steps"] = {str(step): int(count) for step, count in card["steps"]}
        except FileNotFoundError:
            continue
        except (OSError, ValueError, KeyError, TypeError) as error:
            log.warning("the data card %s cannot be read: %s", path.name, error)
        else:
            cards[path.stem] = card
    return cards


def write(where: Settings, folder: Path = FOLDER) -> dict[str, Card]:
    """Store cards of all data sets that are prepared on this machine; cards of others stay as they are."""
    folder.mkdir(parents=True, exist_ok=True)
    made = {}
    for name, make in _MAKERS.items():
        card = make(where)
        if card is None:
            log.info("%s: not prepared on this machine", name)
            continue
        write_json(folder / f"{name}.json", {**card, "steps": list(card["steps"].items())})  # in this order
        made[name] = card
    return made


def _report(path: Path) -> dict[str, Any] | None:
    try:
        return dict(json.loads(path.read_bytes()))
    except FileNotFoundError:
        return None


def _recommender(where: Settings) -> Card | None:
    report = _report(where.prepared / "recommender" / "quality.json")
    if report is None:
        return None
    reading = report["reading"]
    steps = {name: reading[name] for name in ("read", "refused", "duplicates", "removed_by_minimum", "kept")}
    facts = {name: report[name] for name in ("users", "products", "density", "same_day_share", "repeated_titles")}
    facts |= {"first": at(report, "dates", "first"), "last": at(report, "dates", "last")}
    return {"steps": steps, "without_metadata": reading["products_without_metadata"], **facts}


def _emotion(where: Settings) -> Card | None:
    report = _report(where.prepared / "emotion" / "report.json")
    if report is None:
        return None
    train, test = report["train"], report["public_test"]
    copies = train["n"] - train["not_a_face"] - train["kept"]
    return {
        "steps": {
            "read": train["n"], "not_a_face": train["not_a_face"], "copies_or_contradictions": copies,
            "kept": train["kept"],
        },
        "validation": test["kept"], "near_copies": test["near_copies_of_train"], "classes": train["classes"],
    }  # fmt: skip


def _product(where: Settings) -> Card | None:
    import pyarrow.parquet as pq

    try:
        read = pq.read_metadata(where.data / "products" / "images_native.parquet").num_rows
        table = pq.read_table(where.data / "products" / "metadata_64.parquet", columns=["articleType", "baseColour"])
    except FileNotFoundError:
        return None
    held = at(_report(where.models / "product" / "metrics.json") or {}, "n") or 0
    distinct = {name: len(table.column(column).unique()) for name, column in _PRODUCT_COLUMNS.items()}
    return {"steps": {"read": read, "held_out": held, "kept": table.num_rows - held}, **distinct}


def _avatar(where: Settings) -> Card | None:
    card = _report(where.prepared / "avatar" / "card.json")
    if card is None:
        return None
    themes = card["themes"].values()
    return _drawn(
        sum(theme["candidates"] for theme in themes),
        [theme["dropped"] for theme in themes],
        sum(theme["validation"] for theme in themes),
        sum(theme["pictures"] - theme["validation"] for theme in themes),
        themes=len(card["themes"]),
    )


def _emoji(where: Settings) -> Card | None:
    card = _report(where.prepared / "emoji" / "card.json")
    if card is None:
        return None
    styles = card["styles"].values()
    kinds = {kind: sum(sum(style["pictures"][kind].values()) for style in styles) for kind in ("single", "composite")}
    learned = sum(style["pictures"][kind][TRAIN] for style in styles for kind in kinds)
    dropped = [style["dropped"] for style in styles]
    drawn = sum(kinds.values())
    read = drawn + sum(sum(each.values()) for each in dropped)
    return _drawn(read, dropped, drawn - learned, learned, styles=len(styles), emoji=card["emoji"], **kinds)


def _drawn(candidates: int, dropped: list[Mapping[str, int]], held_out: int, kept: int, **facts: int) -> Card:
    reasons = dict.fromkeys(name for each in dropped for name in each)
    lost = {name: sum(each.get(name, 0) for each in dropped) for name in reasons}
    return {"steps": {"candidates": candidates, **lost, "held_out": held_out, "kept": kept}, **facts}


_PRODUCT_COLUMNS = {"types": "articleType", "colours": "baseColour"}
_MAKERS: dict[str, Callable[[Settings], Card | None]] = {
    "recommender": _recommender, "emotion": _emotion, "product": _product, "avatar": _avatar, "emoji": _emoji,
}  # fmt: skip
