"""The whole deliverable as one ZIP file: what is missing on this machine is listed in it, never made up.

It is written under another name, opened again and compared with its own list of checksums before it gets its name.
"""

import hashlib
import json
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from core.errors import N_, UserError
from core.reporting import contents, project
from core.reporting.contents import Loaders, Turn
from core.reporting.document import Step
from core.reporting.naming import file_name
from core.reporting.project import Missing
from core.reporting.publish import data_model, publish, silent
from core.reporting.report import ADDRESS
from core.settings import ROOT, Settings

MANIFEST = "MANIFEST.json"
_PACKED = {".zip", ".keras", ".npz", ".webp", ".png", ".jpg", ".pptx", ".pdf", ".parquet", ".bundle", ".onnx", ".mo"}
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # the first day a ZIP file knows: equal files give equal archives

COLLECTING = N_("Collecting scripts and history")
PREPARING = N_("Preparing the data tables")
GENERATING = N_("Generating pictures")
REPORTING = N_("Making report and slides")
PACKING = N_("Packing the archive")
CHECKING = N_("Opening the archive again and checking it")


@dataclass
class Archive:
    """An archive that was written: where it is, what is in it, and what is missing with the reason."""

    path: Path
    files: dict[str, str] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)


def deliver(
    where: Settings,
    name: str,
    group: str,
    out: Path,
    *,
    address: str = ADDRESS,
    step: Step = silent,
    generators: Loaders | None = None,
    turn: Turn = nullcontext,
) -> Archive:
    """Write the archive into `out`, made if need be; when something fails nothing is left there.

    `generators` gives those that are open already (default: they are opened from the models folder), and `turn` a turn
    at the processors, where others have theirs too.

    Raises:
        UserError: a name cannot be used, or the archive does not hold what it should when opened again.
    """
    target = out / file_name(name, group)
    out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=out, prefix=".") as work:
        folder = Path(work)
        pictures = partial(
            contents.generated,
            where.models,
            folder / "content" / "images",
            generators or contents.stored_generators(where.models),
            turn,
        )
        missing = _collect(where, folder / "content", pictures, address, step)
        draft = Archive(folder / "draft.zip", missing=missing)
        step(0.85, PACKING)
        _pack(folder / "content", draft)
        step(0.95, CHECKING)
        check(draft.path)
        draft.path.replace(target)
    step(1, CHECKING)
    return Archive(target, draft.files, missing)


def check(path: Path) -> None:
    """Open an archive and compare every file with the list of checksums in it.

    Raises:
        UserError: it cannot be read, a file differs, is missing, or is not in the list.
    """
    wrong = N_("The archive {path} is damaged: {reason}")
    try:
        with zipfile.ZipFile(path) as archive:
            listed = json.loads(archive.read(MANIFEST))["files"]
            there = set(archive.namelist()) - {MANIFEST}
            if there != set(listed):
                names = ", ".join(sorted(there ^ set(listed))[:5])
                raise UserError(wrong, path=path.name, reason=names)
            for name, entry in listed.items():
                with archive.open(name) as file:
                    if hashlib.file_digest(file, "sha256").hexdigest() != entry["sha256"]:  # type: ignore[arg-type]
                        raise UserError(wrong, path=path.name, reason=name)
    except (OSError, KeyError, TypeError, ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        if isinstance(error, UserError):  # a ValueError itself
            raise
        raise UserError(wrong, path=path.name, reason=error) from error


def _collect(
    where: Settings, folder: Path, pictures: Callable[[], Missing], address: str, step: Step
) -> dict[str, str]:
    """Lay everything out in `folder`; returns what is missing, with the reason."""
    missing: dict[str, str] = {}
    stages: tuple[tuple[float, str, Callable[[], Missing]], ...] = (
        (0.0, COLLECTING, lambda: project.scripts(ROOT, folder / "scripts", project.private_folders(where))),
        (0.1, COLLECTING, lambda: project.history(ROOT, folder / "history.bundle")),
        (0.15, PREPARING, lambda: contents.tables(where, folder / "data")),
        (0.3, COLLECTING, lambda: contents.evaluation(where.models, folder / "evaluation")),
        (0.35, GENERATING, pictures),
    )
    for share, message, stage in stages:
        step(share, message)
        missing |= stage()
    step(0.45, REPORTING)
    publish(
        where.models, folder / "report", address=address, step=lambda share, _: step(0.45 + 0.35 * share, REPORTING)
    )
    data_model(folder / "report")
    contents.figures(where.models, folder / "evaluation" / "figures")
    return missing


def _pack(folder: Path, archive: Archive) -> None:
    described: dict[str, dict[str, str | int]] = {}
    with zipfile.ZipFile(archive.path, "w", compresslevel=6) as file:
        for path in _files(folder):
            name = path.relative_to(folder).as_posix()
            with path.open("rb") as content:
                digest = hashlib.file_digest(content, "sha256").hexdigest()
            packed = zipfile.ZIP_STORED if path.suffix.lower() in _PACKED else zipfile.ZIP_DEFLATED
            entry = zipfile.ZipInfo(name, _EARLIEST)
            entry.compress_type, entry.external_attr = packed, 0o644 << 16
            with path.open("rb") as content, file.open(entry, "w", force_zip64=True) as place:
                for piece in _pieces(content.read):
                    place.write(piece)
            described[name] = {"sha256": digest, "bytes": path.stat().st_size}
            archive.files[name] = digest
        listed = {"files": described, "missing": archive.missing}
        text = json.dumps(listed, indent=1, ensure_ascii=False, sort_keys=True)
        file.writestr(zipfile.ZipInfo(MANIFEST, _EARLIEST), text + "\n", zipfile.ZIP_DEFLATED)


def _files(folder: Path) -> Iterable[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink())


def _pieces(read: Callable[[int], bytes]) -> Iterator[bytes]:
    return iter(lambda: read(1 << 20), b"")
