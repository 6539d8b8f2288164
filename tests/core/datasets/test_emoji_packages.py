"""npm archives: only the pinned ones are read, nothing in them reaches outside, and terms that changed are noticed."""

import base64
import hashlib
import io
import json
import subprocess
import tarfile
from pathlib import Path

import pytest

from core.datasets.emoji import packages
from core.datasets.emoji.packages import Package, fetch, read
from core.errors import DataError


def entry(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info


def archive(*entries: tuple[tarfile.TarInfo, bytes], licence: str = "MIT") -> bytes:
    buffer = io.BytesIO()
    about = json.dumps({"license": licence}).encode()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for info, content in ((entry("package/package.json"), about), *entries):
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def store(cache: Path, content: bytes, name: str = "@some/emoji") -> Package:
    digest = base64.b64encode(hashlib.sha512(content).digest()).decode()
    package = Package(name, "1.0.0", f"sha512-{digest}", "MIT")
    cache.mkdir(exist_ok=True)
    (cache / package.file).write_bytes(content)
    return package


def everything(name: str) -> bool:
    return bool(name)


def test_only_what_is_wanted_is_read(tmp_path: Path) -> None:
    package = store(tmp_path, archive((entry("package/a.svg"), b"<svg/>"), (entry("package/b.txt"), b"no")))
    assert package.file == "some-emoji-1.0.0.tgz"
    assert read(package, tmp_path, lambda name: name.endswith(".svg")) == {"a.svg": b"<svg/>"}


@pytest.mark.parametrize(
    "hostile",
    [
        entry("../evil.svg"),
        entry("package/../../evil.svg"),
        entry("/evil.svg"),
        entry("package/..\\evil.svg"),
        entry("C:/evil.svg"),
        entry("package/a.svg", tarfile.SYMTYPE, "/etc/passwd"),
        entry("package/a.svg", tarfile.LNKTYPE, "package/package.json"),
        entry("package/a.svg", tarfile.CHRTYPE),
        entry("package/a.svg", tarfile.FIFOTYPE),
    ],
    ids=lambda info: f"{info.name} {info.type!r}",
)
def test_entries_that_lead_outside_or_are_no_files_are_refused(tmp_path: Path, hostile: tarfile.TarInfo) -> None:
    cache = tmp_path / "cache"
    package = store(cache, archive((hostile, b"")))
    with pytest.raises(DataError, match="refused"):
        read(package, cache, everything)
    assert list(tmp_path.rglob("*")) == [cache, cache / package.file]


@pytest.mark.parametrize("wanted", [everything, lambda name: False])
def test_an_archive_that_unpacks_to_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wanted: packages.Callable[[str], bool]
) -> None:
    monkeypatch.setattr(packages, "MAX_UNPACKED", 100_000)
    package = store(tmp_path, archive((entry("package/a.svg"), bytes(200_000))))
    with pytest.raises(DataError, match="unpacks to more than"):
        read(package, tmp_path, wanted)


def test_an_archive_that_is_too_large_is_not_even_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = store(tmp_path, archive())
    monkeypatch.setattr(packages, "MAX_PACKED", 10)
    with pytest.raises(DataError, match="larger than"):
        read(package, tmp_path, everything)


def test_another_archive_under_the_same_name_is_refused(tmp_path: Path) -> None:
    package = store(tmp_path, archive((entry("package/a.svg"), b"<svg/>")))
    store(tmp_path, archive((entry("package/a.svg"), b"<svg onload='evil()'/>")))
    for use in (lambda: read(package, tmp_path, everything), lambda: fetch([package], tmp_path)):
        with pytest.raises(DataError, match="SHA-512"):
            use()


def test_a_damaged_archive_says_so(tmp_path: Path) -> None:
    package = store(tmp_path, archive((entry("package/a.svg"), bytes(range(256)) * 50))[:-60])
    with pytest.raises(DataError, match="damaged"):
        read(package, tmp_path, everything)


def test_other_terms_than_expected_are_refused(tmp_path: Path) -> None:
    package = store(tmp_path, archive(licence="CC-BY-NC-4.0"))
    with pytest.raises(DataError, match=r"CC-BY-NC-4\.0.*MIT was expected"):
        read(package, tmp_path, everything)


def test_downloads_run_no_scripts_and_are_kept_only_when_they_are_the_pinned_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = archive()
    package = store(tmp_path / "elsewhere", content)
    delivered, commands = [b"something else", content], []

    def npm(command: list[str], cwd: Path, **options: object) -> None:
        commands.append(command)
        (Path(cwd) / package.file).write_bytes(delivered.pop(0))

    monkeypatch.setattr(packages.shutil, "which", lambda name: name)
    monkeypatch.setattr(packages.subprocess, "run", npm)
    cache = tmp_path / "cache"
    with pytest.raises(DataError, match="SHA-512"):
        fetch([package], cache)
    assert list(cache.iterdir()) == []
    fetch([package], cache)
    assert (cache / package.file).read_bytes() == content
    fetch([package], cache)  # kept, so not asked for again
    assert len(commands) == 2
    assert all(command[:3] == ["npm", "pack", "--ignore-scripts"] for command in commands)
    assert commands[0][-1] == "@some/emoji@1.0.0"


def test_archives_are_copied_from_a_folder_and_nothing_is_downloaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, cache = tmp_path / "source", tmp_path / "cache"
    package = store(source, archive())
    monkeypatch.setattr(packages.shutil, "which", lambda name: None)
    with pytest.raises(DataError, match=r"lacks other-1\.0\.0\.tgz: put"):
        fetch([package, Package("other", "1.0.0", "sha512-", "MIT")], cache, source)
    assert not cache.exists()
    fetch([package], cache, source)
    assert [path.name for path in cache.iterdir()] == [package.file]
    assert (cache / package.file).read_bytes() == (source / package.file).read_bytes()
    (cache / package.file).unlink()
    (source / package.file).write_bytes(archive(licence="other"))
    with pytest.raises(DataError, match="SHA-512"):
        fetch([package], cache, source)
    assert list(cache.iterdir()) == []


def test_without_npm_or_network_one_learns_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = Package("@some/emoji", "1.0.0", "sha512-", "MIT")
    monkeypatch.setattr(packages.shutil, "which", lambda name: None)
    with pytest.raises(DataError, match=r"npm.*some-emoji-1\.0\.0\.tgz"):
        fetch([package], tmp_path)

    def fail(command: list[str], **options: object) -> None:
        raise subprocess.CalledProcessError(1, command, stderr="npm error network is down\nnpm error a log")

    monkeypatch.setattr(packages.shutil, "which", lambda name: name)
    monkeypatch.setattr(packages.subprocess, "run", fail)
    with pytest.raises(DataError, match="network is down"):
        fetch([package], tmp_path)
