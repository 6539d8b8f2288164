"""The archive: named after its owner whatever was typed, checked on re-opening, honest about what is missing."""

import csv
import json
import subprocess
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cli import main
from core.errors import UserError
from core.reporting import archive, contents, project
from core.settings import ROOT, Settings, settings


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
        numbers, french = (
            file.read(f"evaluation/figures/{one}/emotion_confusion.csv").decode() for one in ("en", "fr")
        )
    assert {"scripts/core/a.py", "evaluation/emotion/metrics.json", "report/report_fr.pdf"} <= names
    assert not [name for name in names if "secret" in name]
    assert numbers.startswith("series,x,y\n")
    assert "joy" in numbers
    assert "joie" in french
    missing = {"history.bundle", "data/reviews", "data/faces", "images/product", "evaluation/recommender/metrics.json"}
    missing |= {"scripts/LICENSE", "scripts/README.md", "scripts/tests"}
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
    assert project.history(root, tmp_path / "history.bundle") == {}
    subprocess.run(["git", "clone", "-q", str(tmp_path / "history.bundle"), str(tmp_path / "again")], check=True)
    assert (tmp_path / "again" / "kept.txt").read_text(encoding="utf-8") == "kept"
    assert "scripts/README.md" in project.scripts(root, tmp_path / "scripts")
    assert [path.name for path in (tmp_path / "scripts").iterdir()] == ["kept.txt"]


@pytest.mark.security
def test_a_copy_without_git_hands_out_the_project_and_nothing_beside_it(bare: Settings, tmp_path: Path) -> None:
    root = tmp_path / "project"
    claims, out = root / "app" / "claims", root / "core" / "handed"
    for name in (
        "README.md", "app/.streamlit/config.toml", "data/cards/a.json",
        ".env.production", "compose.override.yaml", "certs/key.pem", "app/key.pem", "app/.streamlit/secrets.toml",
        "backup.sqlite3", "core/backup.sqlite3", "data/theirs/a.csv", "deliverable/somebody.zip", "app/claims/a.json",
    ):  # fmt: skip
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("x", encoding="utf-8")
    (root / "app" / "elsewhere.json").symlink_to(tmp_path / "project" / ".env.production")
    where = bare.model_copy(update={"state": claims})
    for _ in range(2):  # the second finds what the first one left
        made = archive.deliver(where, "Jane Doe", "AIA02", out)
    assert {name for name in made.files if name.startswith("scripts/")} == {
        f"scripts/{name}" for name in ("README.md", "app/.streamlit/config.toml", "core/a.py", "data/cards/a.json")
    }


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="no git history here")
def test_with_git_and_without_the_same_files_are_the_projects(tmp_path: Path) -> None:
    root = tmp_path / "project"
    tracked = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-z"], capture_output=True, text=True, check=True)
    names = {name for name in tracked.stdout.split("\0") if name and (ROOT / name).exists()}
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    assert project.scripts(root, tmp_path / "scripts") == {}
    copied = (path for path in (tmp_path / "scripts").rglob("*") if path.is_file())
    assert {path.relative_to(tmp_path / "scripts").as_posix() for path in copied} == names


def test_the_container_holds_what_the_archive_hands_out() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert {line[1:] for line in lines if line.startswith("!")} == {
        *project.FILES, *(name.partition("/")[0] for name in project.FOLDERS),
    }  # fmt: skip


def test_a_history_that_is_cut_off_is_said_to_be_missing(tmp_path: Path) -> None:
    root = tmp_path / "project"
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    for message in ("first", "second"):
        subprocess.run(
            ["git", "-C", str(root), "-c", "user.name=x", "-c", "user.email=x@example.org", "commit", "-q",
             "--allow-empty", "-m", message], check=True,
        )  # fmt: skip
    shallow = tmp_path / "shallow"
    subprocess.run(["git", "clone", "-q", "--depth", "1", root.as_uri(), str(shallow)], check=True)
    assert project.history(shallow, tmp_path / "history.bundle") == {"history.bundle": project.SHALLOW}
    assert not (tmp_path / "history.bundle").exists()


@pytest.mark.security
def test_of_the_reviews_no_reviewer_and_no_word_is_passed_on(bare: Settings, tmp_path: Path) -> None:
    stored = tmp_path / "prepared" / "recommender" / "tables"
    stored.mkdir(parents=True)
    (stored.parent / "quality.json").write_text('{"users": 2}', encoding="utf-8")
    for name, text in {
        "dim_user": "user_key,user_id\n0,A1REVIEWER\n",
        "dim_product": 'product_key,title\n0,"=HYPERLINK(""x"")"\n1,Soap\n',
        "dim_date": "date_key,year\n20140723,2014\n",
        "fact_interaction": "user_key,product_key,date_key\n0,1,20140723\n1,1,20140701\n0,1,20140801\n0,0,20140801\n",
        "review": "user_key,review_text\n0,My hair loved it\n",
    }.items():
        (stored / f"{name}.csv").write_text(text, encoding="utf-8")
    contents.tables(bare.model_copy(update={"prepared": tmp_path / "prepared"}), tmp_path / "data")
    given = {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "data" / "reviews").iterdir()}
    assert set(given) == {"dim_product.csv", "dim_date.csv", "quality.json", "reviews_per_month.csv"}
    assert not [text for text in given.values() if "user_key" in text or "REVIEWER" in text or "loved" in text]
    titles = [row["title"] for row in csv.DictReader(given["dim_product.csv"].splitlines())]
    assert titles == ['\'=HYPERLINK("x")', "Soap"]
    assert given["reviews_per_month.csv"].splitlines() == [
        "product_key,year,month,reviews", "0,2014,8,1", "1,2014,7,2", "1,2014,8,1",
    ]  # fmt: skip


def test_pictures_are_drawn_turn_by_turn_by_generators_that_are_open(tmp_path: Path) -> None:
    (tmp_path / "models" / "avatar").mkdir(parents=True)
    (tmp_path / "models" / "avatar" / "manifest.json").touch()
    turns: list[str] = []
    picture = SimpleNamespace(png=lambda: b"PNG", notes={"seed": 1})

    def generate(theme: str, n: int) -> list[SimpleNamespace]:
        turns.append(theme)
        return [picture] * n

    @contextmanager
    def turn() -> Iterator[None]:
        turns.append("begin")
        yield
        turns.append("end")

    service = SimpleNamespace(themes=("cats", "saga"), generate=generate)
    missing = contents.generated(tmp_path / "models", tmp_path / "images", {"avatar": lambda: service}, turn)
    assert set(missing) == {"images/product", "images/emoji"}
    assert turns == ["begin", "cats", "end", "begin", "saga", "end"]
    described = (tmp_path / "images" / "avatar" / "descriptions.csv").read_text(encoding="utf-8").splitlines()
    assert len(described) == len(list((tmp_path / "images" / "avatar").glob("*.png"))) + 1 == 17


def test_what_a_generator_will_not_draw_is_missed_and_the_rest_is_drawn(tmp_path: Path) -> None:
    (tmp_path / "models" / "emoji").mkdir(parents=True)
    (tmp_path / "models" / "emoji" / "manifest.json").touch()

    def generate(context: SimpleNamespace, count: int) -> list[SimpleNamespace]:
        if context.mood == "joy":
            raise UserError("there is no mood joy")
        return [SimpleNamespace(png=lambda: b"PNG", notes={})] * count

    open_ones = {"emoji": lambda: SimpleNamespace(generate=generate)}
    missing = contents.generated(tmp_path / "models", tmp_path / "images", open_ones, nullcontext)
    assert missing["images/emoji: joy"] == "there is no mood joy"
    with (tmp_path / "images" / "emoji" / "descriptions.csv").open(encoding="utf-8") as file:
        drawn = {row["description"] for row in csv.DictReader(file)}
    assert drawn
    assert "joy" not in drawn
