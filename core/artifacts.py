"""A trained model on disk: a folder of files and a manifest that says what they are, made from what, and how good.

`manifest.json` names every file of the model with its SHA-256, so a damaged copy is noticed before it is used.
`metrics.json` (written by `evaluate`), `CARD.md` and folders of other models may lie beside them and are not in it.
Nothing is pickled. Files are replaced whole: what is half-written is never seen under its name.
"""

import hashlib
import json
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.errors import N_, UserError
from core.precision import halved
from core.settings import ROOT

if TYPE_CHECKING:
    import keras

FORMAT_VERSION = 1
MANIFEST, METRICS, CARD = "manifest.json", "metrics.json", "CARD.md"
_KERAS_WEIGHTS = "model.weights.h5"

# a plain name in the folder itself: no way out of it, nothing hidden
FileName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9._-]*$")]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


_MISSING = N_("The model {name} is not here yet. Train it: python -m core train {train}")
_NEWER = N_(
    "The model {name} was made by a newer version of Effigies. Update Effigies, or train the model again: "
    "python -m core train {train}"
)
_BAD_MANIFEST = N_(
    "The model {name} is damaged: its manifest.json is not valid. Get the project's models folder again, or train it: "
    "python -m core train {train}"
)
_UNREADABLE_FILE = N_(
    "The model {name} is damaged: its file {file} is missing or cannot be read. Get the project's models folder again, "
    "or train it: python -m core train {train}"
)
_CHANGED_FILE = N_(
    "The model {name} is damaged: its file {file} has changed since it was stored. Get the project's models folder "
    "again, or train it: python -m core train {train}"
)
_UNUSABLE_FILE = N_(
    "The model {name} cannot be used: its file {file} does not open. Get the project's models folder again, or train "
    "it: python -m core train {train}"
)
_NO_METRICS = N_(
    "The figures of the model {name} are missing or damaged. Measure it: python -m core evaluate {train} --write"
)


class ArtifactError(UserError):
    """A stored model that is missing or damaged; the sentence says how to get it back."""


class DataSource(BaseModel):
    """A data set a model was trained on: what it is, where it came from, on what terms."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    origin: str
    terms: str


class Manifest(BaseModel):
    """What a model folder holds; `metrics` is the headline only, the figures in full are in metrics.json."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    format_version: Annotated[int, Field(ge=1, le=FORMAT_VERSION)] = FORMAT_VERSION
    created: date
    commit: str | None
    files: dict[FileName, Digest]
    data: list[DataSource]
    parameters: dict[str, Any]
    metrics: dict[str, Any]
    credits: list[str]


def open_artifact(folder: Path, *, train: str | None = None) -> Manifest:
    """Read the manifest in `folder` and check every file it names.

    `train` is what follows `python -m core train` to make this model, for the advice in errors (default: the name of
    the folder).

    Raises:
        ArtifactError: the model is missing, damaged, or made by a newer version.
    """
    train = train or folder.name
    manifest = _read_manifest(folder, train)
    for name, digest in manifest.files.items():
        try:
            actual = _digest(folder / name)
        except OSError as error:
            raise _error(_UNREADABLE_FILE, folder, train, file=name) from error
        if actual != digest:
            raise _error(_CHANGED_FILE, folder, train, file=name)
    return manifest


def write_manifest(
    folder: Path,
    *,
    name: str,
    data: Sequence[Mapping[str, str]],
    parameters: Mapping[str, Any],
    metrics: Mapping[str, Any],
    credits: Sequence[str],
) -> Manifest:
    """Describe the model files that lie directly in `folder`; each row of `data` has name, origin and terms."""
    files = [path for path in folder.iterdir() if path.is_file() and not path.name.startswith(".")]
    manifest = Manifest(
        name=name,
        created=datetime.now(UTC).date(),
        commit=git_commit(),
        files={path.name: _digest(path) for path in files if path.name not in (MANIFEST, METRICS, CARD)},
        data=[DataSource.model_validate(row) for row in data],
        parameters=dict(parameters),
        metrics=dict(metrics),
        credits=list(credits),
    )
    write_json(folder / MANIFEST, manifest.model_dump())
    return manifest


@contextmanager
def replacing(folder: Path) -> Iterator[Path]:
    """Yield a draft folder; at the end its files become the model in `folder`, the manifest last.

    Files of the former model and its metrics.json, which no longer hold, are removed; the rest stays. When the block
    raises, `folder` is left as it was. A crash while files move leaves a model that `open_artifact` calls damaged.
    """
    draft = folder.parent / f".{folder.name}-{uuid4().hex}"
    draft.mkdir(parents=True)
    try:
        yield draft
        if not (draft / MANIFEST).is_file():
            raise FileNotFoundError(f"no {MANIFEST} was written for {folder.name}")
        folder.mkdir(exist_ok=True)
        former = _files_of(folder)
        (folder / METRICS).unlink(missing_ok=True)
        kept = {path.name for path in draft.iterdir()}
        for name in sorted(kept, key=lambda name: (name == MANIFEST, name)):
            (draft / name).replace(folder / name)
        for name in former - kept:
            (folder / name).unlink(missing_ok=True)
    finally:
        shutil.rmtree(draft)


def save_keras(model: "keras.Model", path: Path, *, half: bool = False) -> None:
    """Save a Keras model as a `.keras` file; pass it without optimizer, which would be stored too.

    With `half`, kernels and other arrays of two or more axes are rounded to float16 on disk: about half the size, and
    still an ordinary Keras file that loads as the float32 model it was. Biases and normalisation statistics, which are
    small and sensitive, stay exact, and so does an array with a value that float16 cannot hold. Packing saves another
    tenth.
    """
    with _replaced(path) as draft:
        model.save(draft)
        if half:
            with zipfile.ZipFile(draft) as archive:
                members = {name: archive.read(name) for name in archive.namelist()}
            members[_KERAS_WEIGHTS] = halved(members[_KERAS_WEIGHTS])
            with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
                for name, content in members.items():
                    archive.writestr(name, content)


def load_keras(path: Path) -> "keras.Model":
    """Load a `.keras` file for use, not for training; code inside the file is refused.

    Raises:
        ArtifactError: the file is missing, damaged, or not to be trusted.
    """
    import keras

    try:
        return keras.saving.load_model(path, compile=False, safe_mode=True)
    except Exception as error:  # Keras, h5py and zipfile raise nearly every kind of exception on a bad file
        raise _error(_UNUSABLE_FILE, path.parent, path.parent.name, file=path.name) from error


def write_json(path: Path, content: object) -> None:
    """Write JSON with sorted keys and a final newline, so that equal content gives equal bytes; NumPy values allowed.

    Raises:
        ValueError: the content holds NaN or infinity, which JSON has no word for.
        TypeError: it holds something that is not data.
    """
    text = json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False, default=_plain)
    with _replaced(path) as draft:
        draft.write_text(text + "\n", encoding="utf-8", newline="\n")


def write_metrics(folder: Path, result: Mapping[str, Any], card: Callable[[Manifest, Any], str]) -> None:
    """Store what `evaluate` found beside the model in `folder`, and the `card` that tells it.

    Raises:
        ArtifactError: the model is missing or damaged.
    """
    text = card(open_artifact(folder), result)
    write_json(folder / METRICS, result)
    (folder / CARD).write_text(text, encoding="utf-8", newline="\n")


def read_metrics(folder: Path) -> dict[str, Any]:
    """The figures that `evaluate` stored beside the model in `folder`.

    Raises:
        ArtifactError: they are missing or damaged.
    """
    try:
        metrics = json.loads((folder / METRICS).read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise _error(_NO_METRICS, folder, folder.name) from error
    if not isinstance(metrics, dict):
        raise _error(_NO_METRICS, folder, folder.name)
    return metrics


def git_commit() -> str | None:
    """The commit of this checkout, with "-dirty" when files differ from it; None outside a checkout or without git."""
    if not (ROOT / ".git").exists():  # unpacked inside some other repository, git would name that one's commit
        return None
    command = ["git", "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
    try:
        result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=30)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return None
    return result.stdout.strip()


def _read_manifest(folder: Path, train: str) -> Manifest:
    try:
        content = json.loads((folder / MANIFEST).read_bytes())
    except (FileNotFoundError, NotADirectoryError) as error:
        raise _error(_MISSING, folder, train) from error
    except (OSError, ValueError, RecursionError) as error:
        raise _error(_BAD_MANIFEST, folder, train) from error
    version = content.get("format_version") if isinstance(content, dict) else None
    if isinstance(version, int) and version > FORMAT_VERSION:
        raise _error(_NEWER, folder, train)
    try:
        return Manifest.model_validate(content)
    except ValidationError as error:
        raise _error(_BAD_MANIFEST, folder, train) from error


def _error(template: str, folder: Path, train: str, **params: str) -> ArtifactError:
    return ArtifactError(template, name=folder.name, train=train, **params)


def _files_of(folder: Path) -> set[str]:
    try:
        return set(_read_manifest(folder, folder.name).files)
    except ArtifactError:  # none yet, or one that cannot be trusted to say what may be removed
        return set()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _replaced(path: Path) -> Iterator[Path]:
    """Yield a draft beside `path` that takes its place at the end; on an exception `path` is left as it was."""
    draft = path.with_name(f".{uuid4().hex}{path.suffix}")
    try:
        yield draft
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _plain(value: Any) -> Any:
    """NumPy scalars and arrays as Python values, dates as ISO text."""
    if hasattr(value, "tolist"):
        return value.tolist()
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is not data that JSON can hold")
