"""What goes into the archive. Each function lays files out and returns what is missing, with the reason."""

import csv
import json
import logging
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from core.artifacts import CARD, MANIFEST, METRICS
from core.errors import N_, UserError
from core.reporting import figure_data, static
from core.reporting.sections import chapters, write
from core.settings import Settings

log = logging.getLogger(__name__)

Missing = dict[str, str]
NO_HISTORY = N_("there is no git history on this machine")
NO_DATA = N_("the data are not on this machine")
NOT_MEASURED = N_("not measured on this machine")
NO_MODEL = N_("the model is not on this machine")
_BUNDLE_SECONDS = 300
_LEFT_OUT = {".git", ".venv", "__pycache__", "raw", "prepared", "state", "runs", ".mypy_cache", ".ruff_cache",
             ".pytest_cache", ".hypothesis", "node_modules", ".env", "secrets.toml"}  # fmt: skip
_PER_GENERATOR = 8
_ORDERS = {
    "product": ("red sports shoes", "chemise bleue", "black watch", "sac à main marron"),
    "emoji": ("joy", "love", "surprise", "sadness"),
}


def scripts(root: Path, folder: Path) -> Missing:
    """The project's files: those that git knows, or, without git, those that are not made by tools."""
    names = _git(root, "ls-files", "-z")
    paths: Iterable[Path] = (root / name for name in names.split("\0") if name) if names is not None else _tree(root)
    for path in paths:
        if path.is_file() and not path.is_symlink():
            target = folder / path.relative_to(root)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    return {}


def history(root: Path, bundle: Path) -> Missing:
    """The git history as a bundle: `git clone history.bundle` brings the project back."""
    bundle.parent.mkdir(parents=True, exist_ok=True)
    made = _git(root, "bundle", "create", str(bundle), "HEAD", "--branches", "--tags")
    if made is None or _git(root, "bundle", "verify", "--quiet", str(bundle)) is None:
        bundle.unlink(missing_ok=True)
        return {bundle.name: NO_HISTORY}
    return {}


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


def figures(models: Path, folder: Path, language: str = "en") -> Missing:
    """Every chart as SVG and its numbers as CSV."""
    folder.mkdir(parents=True, exist_ok=True)
    for chapter in chapters():
        for chart in write(chapter, models, language).charts():
            (folder / f"{chart.key}.svg").write_bytes(static.svg(chart.figure))
            (folder / f"{chart.key}.csv").write_text(figure_data.as_csv(chart.figure), encoding="utf-8", newline="\n")
    return {}


def generated(models: Path, folder: Path) -> Missing:
    """Pictures drawn now by the stored generators, with a table of what each is and how to draw it again."""
    missing = {}
    for name, make in (("product", _product_pictures), ("avatar", _avatar_pictures), ("emoji", _emoji_pictures)):
        rows = []
        if not (models / name / MANIFEST).is_file():  # before libraries are loaded for nothing
            missing[f"images/{name}"] = NO_MODEL
            continue
        try:
            for number, (description, picture) in enumerate(make(models / name)):
                (folder / name).mkdir(parents=True, exist_ok=True)
                (folder / name / f"{number:03d}.png").write_bytes(picture.png())
                notes = json.dumps(picture.notes, ensure_ascii=False, sort_keys=True)
                rows.append((f"{number:03d}.png", description, notes))
        except (UserError, ImportError) as error:
            log.info("no pictures of %s: %s", name, error)
            missing[f"images/{name}"] = NO_MODEL
        if rows:
            _write_csv(folder / name / "descriptions.csv", ("file", "description", "recipe"), rows)
    return missing


def _product_pictures(folder: Path) -> Iterator[tuple[str, Any]]:
    from core.product.service import ProductGenerator

    service = ProductGenerator.load(folder)
    for text in _ORDERS["product"]:
        yield from ((text, picture) for picture in service.generate(text, _PER_GENERATOR))


def _avatar_pictures(folder: Path) -> Iterator[tuple[str, Any]]:
    from core.avatar.service import AvatarGenerator

    service = AvatarGenerator.load(folder)
    for theme in service.themes:
        yield from ((theme, picture) for picture in service.generate(theme, _PER_GENERATOR))


def _emoji_pictures(folder: Path) -> Iterator[tuple[str, Any]]:
    from core.emoji.orders import EmojiContext
    from core.emoji.service import EmojiGenerator

    service = EmojiGenerator.load(folder)
    for mood in _ORDERS["emoji"]:
        yield from ((mood, picture) for picture in service.generate(EmojiContext(mood=mood), _PER_GENERATOR))


def _reviews(where: Settings, folder: Path) -> None:
    from core.recommender.etl import clean, extract
    from core.recommender.warehouse import EXPORTS, QUALITY, write_warehouse

    stored = where.prepared / "recommender"
    with TemporaryDirectory() as work:
        if not (stored / QUALITY).exists():
            stored = Path(work) / "recommender"
            write_warehouse(clean(extract(where.data / "amazon" / "beauty")), stored)
        for path in [*(stored / EXPORTS).glob("*.csv"), stored / QUALITY]:
            (folder / "reviews").mkdir(exist_ok=True)
            shutil.copyfile(path, folder / "reviews" / path.name)


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
    named.to_csv(folder / "products" / "products.csv", index=False, lineterminator="\n")


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
        writer.writerows(rows)


def _tree(root: Path) -> Iterator[Path]:
    for path in root.rglob("*"):
        if not _LEFT_OUT & set(path.relative_to(root).parts) and path.is_file():
            yield path


def _git(root: Path, *arguments: str) -> str | None:
    """What git prints, None where there is no history or no git."""
    if not (root / ".git").exists():  # unpacked inside some other repository, git would answer for that one
        return None
    command = ["git", "-C", str(root), *arguments]
    try:
        result = subprocess.run(  # noqa: S603 - our own arguments
            command, capture_output=True, text=True, check=True, timeout=_BUNDLE_SECONDS
        )
    except (OSError, subprocess.SubprocessError) as error:
        log.warning("git %s: %s", arguments[0], error)
        return None
    return result.stdout
