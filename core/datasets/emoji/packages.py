"""npm packages as plain archives: fetched without running anything of theirs, checked by their hashes, read safely.

`npm pack` only downloads, and `--ignore-scripts` forbids even the packer's own scripts. Archives are read in memory:
nothing of them is ever written to disk, whatever their entries are called.
"""

import base64
import gzip
import hashlib
import io
import json
import logging
import shutil
import subprocess
import tarfile
import tempfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from core.errors import N_, DataError

log = logging.getLogger(__name__)

MAX_PACKED = 64 * 2**20
MAX_UNPACKED = 256 * 2**20
_PATIENCE = 900  # seconds for all downloads


@dataclass(frozen=True)
class Package:
    """One release on npm: its archive's hash as npm writes it ("sha512-…"), the licence its package.json declares."""

    name: str
    version: str
    integrity: str
    declares: str

    @property
    def release(self) -> str:
        """As npm names it: name@version."""
        return f"{self.name}@{self.version}"

    @property
    def file(self) -> str:
        """The name `npm pack` gives its archive."""
        return f"{self.name.removeprefix('@').replace('/', '-')}-{self.version}.tgz"


def fetch(packages: Sequence[Package], cache: Path, source: Path | None = None) -> None:
    """Download the packages that are not in the folder `cache` yet; every archive there is checked.

    From the folder `source`, where one is given, they are copied: then nothing is downloaded.

    Raises:
        DataError: npm is missing or fails, `source` lacks an archive, or one is not the one that is pinned.
    """
    if source is not None:
        _require(packages, source)
    cache.mkdir(parents=True, exist_ok=True)
    missing = [package for package in packages if not (cache / package.file).exists()]
    if missing and source is not None:
        _copy(missing, source, cache)
    elif missing:
        log.info("downloading %s", ", ".join(package.release for package in missing))
        with tempfile.TemporaryDirectory(dir=cache) as drafts:  # beside its goal, and without settings of a project
            _pack(missing, Path(drafts), cache)
            for package in missing:
                verify(package, Path(drafts) / package.file)
                (Path(drafts) / package.file).replace(cache / package.file)
    for package in packages:
        verify(package, cache / package.file)


def _require(packages: Sequence[Package], source: Path) -> None:
    absent = [package.file for package in packages if not (source / package.file).is_file()]
    if absent:
        raise DataError(
            N_("{folder} lacks {files}: put them there, as `npm pack` names them, or leave --source out"),
            folder=source,
            files=" ".join(absent),
        )


def _copy(packages: Sequence[Package], source: Path, cache: Path) -> None:
    with tempfile.TemporaryDirectory(dir=cache) as drafts:
        for package in packages:
            verify(package, source / package.file)
            shutil.copyfile(source / package.file, Path(drafts) / package.file)
            (Path(drafts) / package.file).replace(cache / package.file)


def _pack(packages: Sequence[Package], folder: Path, cache: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise DataError(
            N_("Downloading the emoji needs npm, a part of Node.js; or put these files into {folder}: {files}"),
            folder=cache,
            files=" ".join(package.file for package in packages),
        )
    command = [npm, "pack", "--ignore-scripts", "--loglevel=error", "--pack-destination", str(folder)]
    command += [package.release for package in packages]
    try:
        subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, timeout=_PATIENCE)  # noqa: S603
    except (OSError, subprocess.SubprocessError) as error:
        said = (getattr(error, "stderr", None) or str(error)).strip().splitlines()
        raise DataError(N_("npm could not download the emoji ({reason})"), reason=said[0] if said else error) from error


def verify(package: Package, path: Path) -> None:
    """Check an archive's size and hash.

    Raises:
        DataError: it is missing, too large, or not the archive that is pinned.
    """
    try:
        if path.stat().st_size > MAX_PACKED:
            raise DataError(N_("{file} is larger than {limit} MiB; refused"), file=path.name, limit=MAX_PACKED // 2**20)
        digest = hashlib.sha512(path.read_bytes()).digest()
    except FileNotFoundError as error:
        raise DataError(N_("{path}: no such file"), path=path) from error
    if f"sha512-{base64.b64encode(digest).decode()}" != package.integrity:
        raise DataError(
            N_(
                "{path} is not the archive of {package} that is expected (its SHA-512 differs): delete it and try again"
            ),
            path=path,
            package=package.release,
        )


def read(package: Package, cache: Path, wanted: Callable[[str], bool]) -> dict[str, bytes]:
    """The files of a package whose names (within it, such as "dist/svg/1f600.svg") are wanted.

    Raises:
        DataError: the archive is not the pinned one, is damaged, unpacks to too much, holds an entry that a package
            has no use for (a path that leads outside, a link, a device), or declares another licence than expected.
    """
    path = cache / package.file
    verify(package, path)
    found: dict[str, bytes] = {}
    try:
        with gzip.open(path) as unpacked, tarfile.open(fileobj=_Bounded(unpacked, path), mode="r|") as archive:
            for entry in archive:
                name = _inside(entry, path)
                if entry.isfile() and (name == "package.json" or wanted(name)):
                    content = archive.extractfile(entry)
                    found[name] = content.read() if content else b""
    except (OSError, EOFError, zlib.error, tarfile.TarError) as error:
        raise DataError(N_("{path} is damaged ({error}): delete it"), path=path, error=error) from error
    declared = json.loads(found.pop("package.json", b"{}")).get("license")
    if declared != package.declares:
        raise DataError(
            N_("{package} declares the licence {found}; {expected} was expected"),
            package=package.release,
            found=declared,
            expected=package.declares,
        )
    return found


def _inside(entry: tarfile.TarInfo, path: Path) -> str:
    """Name of an entry without the folder that npm puts all in."""
    parts = PurePosixPath(entry.name).parts
    outside = entry.name.startswith("/") or ".." in parts or "\\" in entry.name or ":" in entry.name
    if outside or not (entry.isfile() or entry.isdir()):
        raise DataError(
            N_("{file} holds an entry that leads outside or is no plain file ({entry}); refused"),
            file=path.name,
            entry=entry.name,
        )
    return "/".join(parts[1:])


class _Bounded(io.RawIOBase):
    """Passes on what is read, up to MAX_UNPACKED bytes in all."""

    def __init__(self, file: gzip.GzipFile, path: Path) -> None:
        super().__init__()
        self.file, self.path, self.left = file, path, MAX_UNPACKED

    def read(self, size: int = -1) -> bytes:
        data = self.file.read(size)
        self.left -= len(data)
        if self.left < 0:
            raise DataError(
                N_("{file}: unpacks to more than {limit} MiB; refused"),
                file=self.path.name,
                limit=MAX_UNPACKED // 2**20,
            )
        return data
