"""The archive: named after its owner whatever was typed, checked on re-opening, honest about what is missing."""

import json
import subprocess
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cli import main
from core.errors import UserError
from core.reporting import archive, contents
from core.settings import Settings, settings


@pytest.mark.security
@pytest.mark.parametrize(
    ("name", "group", "expected"),
    [
        ("Jane Doe", "AIA02", "jane_doe_projet5_AIA02.zip"),
        ("  Zoé  O’Neil-Ça ", "AIA 02/b", "zoe_o_neil_ca_projet5_AIA_02_b.zip"),
        ("../../etc/passwd", "..", None),
        ("../../etc", "x", "etc_projet5_x.zip"),
        ("李雷", "A", "李雷_projet5_A.zip"),
        ("", "A", None),
        (" / \u202e ", "A", None),
        ("a" * 61, "A", None),
        ("李" * 41, "A", None),
    ],
)
def test_names_are_made_safe(name: str, group: str, expected: str | None) -> None:
    if expected is None:
        with pytest.raises(UserError):
            archive.file_name(name, group)
    else:
        assert archive.file_name(name, group) == expected


@pytest.mark.security
@given(st.text(max_size=80), st.text(max_size=80))
def test_no_name_leads_out_of_the_folder(name: str, group: str) -> None:
    try:
        made = archive.file_name(name, group)
    except UserError:
        return
    assert Path(made).name == made
    assert not made.startswith((".", "-", "_"))
    assert made.replace("_", "").removesuffix(".zip").isalnum()


def test_a_name_without_letters_ends_with_code_2(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["deliver", "--name", "///", "--class", "A", "--out", str(tmp_path / "out")])
    assert stopped.value.code == 2
    assert "letter or a digit" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.fixture
def bare(models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A machine with a few scripts, two measured models, no data and no history; the report takes no time."""
    root = tmp_path / "project"
    (root / "core").mkdir(parents=True)
    (root / "core" / "a.py").write_text("print('hello')\n", encoding="utf-8")
    (root / ".venv").mkdir()
    (root / ".venv" / "secret").write_text("no", encoding="utf-8")
    monkeypatch.setattr(archive, "ROOT", root)
    monkeypatch.setattr(contents.static, "svg", lambda _: b"<svg/>")

    def publish(_models: Path, out: Path, **_: object) -> None:
        out.mkdir()
        (out / "report_fr.pdf").write_bytes(b"%PDF")

    monkeypatch.setattr(archive, "publish", publish)
    empty = tmp_path / "nothing"
    return settings().model_copy(update={"models": models, "data": empty, "prepared": empty})


def test_what_is_missing_is_listed_and_the_rest_is_there(bare: Settings, tmp_path: Path) -> None:
    told: list[float] = []
    made = archive.deliver(bare, "Jane Doe", "AIA02", tmp_path / "out", step=lambda share, _: told.append(share))
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["jane_doe_projet5_AIA02.zip"]
    assert told == sorted(told)
    with zipfile.ZipFile(made.path) as file:
        names = set(file.namelist())
        listed = json.loads(file.read(archive.MANIFEST))
        numbers = file.read("evaluation/figures/emotion_confusion.csv").decode()
    assert {"scripts/core/a.py", "evaluation/emotion/metrics.json", "report/report_fr.pdf"} <= names
    assert not [name for name in names if "secret" in name]
    assert numbers.startswith("series,x,y\n")
    missing = {"history.bundle", "data/reviews", "data/faces", "images/product", "evaluation/recommender/metrics.json"}
    assert missing <= set(listed["missing"])
    assert set(listed["files"]) == names - {archive.MANIFEST}


@pytest.mark.security
def test_a_changed_file_is_noticed_on_re_opening(bare: Settings, tmp_path: Path) -> None:
    made = archive.deliver(bare, "Jane Doe", "AIA02", tmp_path / "out").path
    archive.check(made)
    changed = tmp_path / "changed.zip"
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(changed, "w") as target:
        for name in source.namelist():
            target.writestr(name, b"other" if name == "scripts/core/a.py" else source.read(name))
    with pytest.raises(UserError, match=r"scripts/core/a\.py"):
        archive.check(changed)
    with zipfile.ZipFile(changed, "a") as target:
        target.writestr("extra.txt", b"")
    with pytest.raises(UserError, match=r"extra\.txt"):
        archive.check(changed)
    made.write_bytes(made.read_bytes()[:-200])
    with pytest.raises(UserError, match="damaged"):
        archive.check(made)


def test_nothing_half_written_is_left(bare: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(archive, "_pack", fail)
    with pytest.raises(OSError, match="disk full"):
        archive.deliver(bare, "Jane Doe", "AIA02", tmp_path / "out")
    assert not list((tmp_path / "out").iterdir())


def test_the_history_can_be_cloned_from_the_archive(tmp_path: Path) -> None:
    root = tmp_path / "project"
    root.mkdir()
    (root / "kept.txt").write_text("kept", encoding="utf-8")
    (root / "left.txt").write_text("left", encoding="utf-8")
    git = ["git", "-C", str(root), "-c", "user.name=x", "-c", "user.email=x@example.org"]
    for command in (["init", "-q"], ["add", "kept.txt"], ["commit", "-q", "-m", "first"]):
        subprocess.run([*git, *command], check=True)
    assert contents.history(root, tmp_path / "history.bundle") == {}
    subprocess.run(["git", "clone", "-q", str(tmp_path / "history.bundle"), str(tmp_path / "again")], check=True)
    assert (tmp_path / "again" / "kept.txt").read_text(encoding="utf-8") == "kept"
    assert contents.scripts(root, tmp_path / "scripts") == {}
    assert [path.name for path in (tmp_path / "scripts").iterdir()] == ["kept.txt"]
