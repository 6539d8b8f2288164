"""What goes into the archive. Each function lays files out and returns what is missing, with the reason."""

import csv
import json
import logging
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from core.artifacts import CARD, MANIFEST, METRICS
from core.errors import N_, UserError
from core.reporting import figure_data, static
from core.reporting.project import Missing
from core.reporting.sections import chapters, write
from core.reporting.words import LANGUAGES
from core.settings import Settings
from core.spreadsheets import defused

log = logging.getLogger(__name__)

Loaders = Mapping[str, Callable[[], Any]]  # "product", "avatar", "emoji": what gives the generator of each
Turn = Callable[[], AbstractContextManager[None]]  # around what takes the processors
NO_DATA = N_("the data are not on this machine")
NOT_MEASURED = N_("not measured on this machine")
NO_MODEL = N_("the model is not on this machine")
_PER_ORDER = 8
_TEXTS = ("red sports shoes", "chemise bleue", "black watch", "sac à main marron")
_MOODS = ("joy", "love", "surprise", "sadness")


def tables(where: Settings, folder: Path) -> Missing:
    """Prepared data as CSV files, made from the raw data or taken from the prepared folder."""
    folder.mkdir(parents=True, exist_ok=True)
    missing = {}
    makers = {"reviews": _reviews, "faces": _faces, "products": _products, "emoji": _emoji}
    for name, make in makers.items():
        try:
            make(where, folder)
        except (UserError, FileNotFoundError) as error:
            log.info("%s: %s", name, error)
            missing[f"data/{name}"] = NO_DATA
    return missing


def evaluation(models: Path, folder: Path) -> Missing:
    """What is said of every model: figures, manifest, card, histories and studies."""
    missing = {}
    for chapter in chapters():
        source = models / chapter.KEY
        kept = [*source.glob("*.json"), *source.glob("*.md"), *source.glob("*.webp")] if source.is_dir() else []
        for path in kept:
            (folder / chapter.KEY).mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, folder / chapter.KEY / path.name)
        for name in (MANIFEST, METRICS, CARD):
            if source / name not in kept:
                missing[f"evaluation/{chapter.KEY}/{name}"] = NOT_MEASURED
    return missing


def figures(models: Path, folder: Path) -> Missing:
    """Every chart as SVG and its numbers as CSV, in a folder for each language."""
    for language in LANGUAGES:
        place = folder / language
        place.mkdir(parents=True, exist_ok=True)
        for chapter in chapters():
            for chart in write(chapter, models, language).charts():
                (place / f"{chart.key}.svg").write_bytes(static.svg(chart.figure))
                numbers = figure_data.as_csv(chart.figure)
                (place / f"{chart.key}.csv").write_text(numbers, encoding="utf-8", newline="\n")
    return {}


def generated(models: Path, folder: Path, generators: Loaders, turn: Turn) -> Missing:
    """Pictures drawn now by the generators, order by order, with a table of what each is and how to draw it again."""
    missing = {}
    for name, orders in _ORDERS.items():
        if not (models / name / MANIFEST).is_file():  # before libraries are loaded for nothing
            missing[f"images/{name}"] = NO_MODEL
            continue
        try:
            service = generators[name]()
        except (UserError, ImportError) as error:
            log.info("no pictures of %s: %s", name, error)
            missing[f"images/{name}"] = NO_MODEL
            continue
        rows: list[tuple[str, str, str]] = []
        (folder / name).mkdir(parents=True, exist_ok=True)
        for description, draw in orders(service):
            with turn():
                try:
                    pictures = draw()
                except UserError as error:  # a model that was trained for other words, say
                    log.warning("no picture of %s, %s: %s", name, description, error)
                    missing[f"images/{name}: {description}"] = str(error)
                    continue
            for picture in pictures:
                file = f"{len(rows):03d}.png"
                (folder / name / file).write_bytes(picture.png())
                rows.append((file, description, json.dumps(picture.notes, ensure_ascii=False, sort_keys=True)))
        _write_csv(folder / name / "descriptions.csv", ("file", "description", "recipe"), rows)
    return missing


def stored_generators(models: Path) -> dict[str, Callable[[], Any]]:
    """What opens the generators of a models folder, for a process that has none open."""

    def product() -> Any:
        from core.product.service import ProductGenerator

        return ProductGenerator.load(models / "product")

    def avatar() -> Any:
        from core.avatar.service import AvatarGenerator

        return AvatarGenerator.load(models / "avatar")

    def emoji() -> Any:
        from core.emoji.service import EmojiGenerator

        return EmojiGenerator.load(models / "emoji")

    return {"product": product, "avatar": avatar, "emoji": emoji}


Orders = Iterator[tuple[str, Callable[[], Sequence[Any]]]]  # a description, and what draws the pictures of it


def _product_orders(service: Any) -> Orders:
    yield from ((text, partial(service.generate, text, _PER_ORDER)) for text in _TEXTS)


def _avatar_orders(service: Any) -> Orders:
    yield from ((theme, partial(service.generate, theme, _PER_ORDER)) for theme in service.themes)


def _emoji_orders(service: Any) -> Orders:
    from core.emoji.orders import EmojiContext

    yield from ((mood, partial(service.generate, EmojiContext(mood=mood), _PER_ORDER)) for mood in _MOODS)


_ORDERS: dict[str, Callable[[Any], Orders]] = {
    "product": _product_orders,
    "avatar": _avatar_orders,
    "emoji": _emoji_orders,
}


def _reviews(where: Settings, folder: Path) -> None:
    """Products, days, and how often each product was reviewed in each month; no reviewer and no review is passed on."""
    import pandas as pd

    from core.recommender.etl import clean, extract
    from core.recommender.warehouse import EXPORTS, QUALITY, write_warehouse

    stored = where.prepared / "recommender"
    with TemporaryDirectory() as work:
        if not (stored / QUALITY).exists():
            stored = Path(work) / "recommender"
            write_warehouse(clean(extract(where.data / "amazon" / "beauty")), stored)
        (folder / "reviews").mkdir(exist_ok=True)
        shutil.copyfile(stored / QUALITY, folder / "reviews" / QUALITY)
        for name in ("dim_product.csv", "dim_date.csv"):
            with (stored / EXPORTS / name).open(encoding="utf-8", newline="") as file:
                head, *rows = csv.reader(file)
            _write_csv(folder / "reviews" / name, head, rows)
        facts = pd.read_csv(stored / EXPORTS / "fact_interaction.csv", usecols=["product_key", "date_key"])
    months = facts.groupby(["product_key", facts["date_key"] // 100]).size()
    counted = ((product, month // 100, month % 100, count) for (product, month), count in months.items())
    _write_csv(folder / "reviews" / "reviews_per_month.csv", ("product_key", "year", "month", "reviews"), counted)


def _faces(where: Settings, folder: Path) -> None:
    """Labels, votes and measures; the pixels stay where they are, their terms forbid passing them on."""
    from core.datasets import fer2013
    from core.emotion.data import clean

    head = ("split", "row", "label", "name", "mean", "contrast", *fer2013.VOTE_COLUMNS)
    rows: list[Sequence[object]] = []
    for split in fer2013.SPLITS:
        faces = fer2013.load(where.data / "fer2013", split)
        faces = clean(faces) if split == "train" else faces
        for number, (image, label, votes) in enumerate(zip(faces.images, faces.labels, faces.votes, strict=True)):
            measures = (round(float(image.mean()), 2), round(float(image.std()), 2))
            rows.append((split, number, int(label), fer2013.CLASSES[label], *measures, *map(int, votes)))
    _write_csv(folder / "faces" / "labels.csv", head, rows)


def _products(where: Settings, folder: Path) -> None:
    import pandas as pd

    from core.datasets.products import COLUMNS

    table = pd.read_parquet(where.data / "products" / "metadata_64.parquet", columns=["id", *COLUMNS.values()])
    named = table.rename(columns={theirs: ours for ours, theirs in COLUMNS.items()})
    (folder / "products").mkdir(exist_ok=True)
    named.map(defused).to_csv(folder / "products" / "products.csv", index=False, lineterminator="\n")


def _emoji(where: Settings, folder: Path) -> None:
    records = json.loads((where.prepared / "emoji" / "emoji.json").read_bytes())
    records = records if isinstance(records, list) else list(records.values())
    rows = [[json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
             for value in record.values()] for record in records]  # fmt: skip
    _write_csv(folder / "emoji" / "emoji.csv", tuple(records[0]), rows)


def _write_csv(path: Path, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(map(defused, row) for row in rows)
