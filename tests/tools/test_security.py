"""What could not be checked is never a pass; what is planted is found."""

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tools import security
from tools.security import BASELINE, Outcome, dependencies, pinned, secrets, together

PINNED = ["numpy==2.4.0", "jinja2==3.0.0", "colorama==0.4.6 ; sys_platform == 'win32'"]
Entry = dict[str, Any]


def service(known: dict[str, Entry], asked: list[Sequence[str]]) -> Any:
    """A service of advisories that knows `known` and skips the rest; it notes what it was asked."""

    def ask(requirements: Sequence[str]) -> list[Entry]:
        asked.append(requirements)
        names = [line.partition("==")[0] for line in requirements if ";" not in line]
        return [{"name": name, **known.get(name, {"skip_reason": "not found"})} for name in names]

    return ask


def test_libraries_without_known_weakness_pass_and_one_with_is_named() -> None:
    clean: Entry = {"version": "1", "vulns": []}
    assert dependencies(PINNED, service({"numpy": clean, "jinja2": clean}, []))[0] is Outcome.PASSED
    weak = {"version": "1", "vulns": [{"id": "PYSEC-1"}, {"id": "PYSEC-2"}]}
    outcome, said = dependencies(PINNED, service({"numpy": clean, "jinja2": weak}, []))
    assert (outcome, "jinja2 (PYSEC-1, PYSEC-2)" in said) == (Outcome.FOUND, True)


def test_a_service_that_is_not_there_is_asked_once_and_never_a_pass() -> None:
    asked: list[Sequence[str]] = []
    outcome, said = dependencies(PINNED, service({}, asked))
    assert (outcome, said.startswith("NOT AUDITED")) == (Outcome.UNKNOWN, True)
    assert asked == [["numpy==2.4.0"]]
    assert dependencies(PINNED, lambda _: None)[0] is Outcome.UNKNOWN


def test_a_library_that_the_service_does_not_know_is_no_pass_but_a_weakness_elsewhere_counts_more() -> None:
    clean: Entry = {"version": "1", "vulns": []}
    outcome, said = dependencies(PINNED, service({"numpy": clean}, []))
    assert (outcome, "jinja2" in said) == (Outcome.UNKNOWN, True)
    weak: Entry = {"version": "1", "vulns": [{"id": "PYSEC-1"}]}
    assert dependencies(PINNED, service({"numpy": weak}, []))[0] is Outcome.FOUND


@pytest.mark.parametrize("printed", ["", "Traceback", "[]", '{"dependencies": 3}'])
def test_what_is_no_answer_of_pip_audit_is_none(printed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = subprocess.CompletedProcess([], 1, printed, "ERROR: no route to host")
    monkeypatch.setattr(security, "_python", lambda *_, **__: answer)
    assert security.ask(PINNED) is None


def test_requirements_are_read_as_compiled() -> None:
    lines = ["# made by uv", "numpy==2.4.0            # via keras", "", "    # via x", "numpy==2.4.0"]
    assert pinned(lines) == ["numpy==2.4.0"]
    assert len(security._pinned_here()) > 100


@pytest.mark.parametrize(
    ("outcomes", "status"),
    [
        ([Outcome.PASSED, Outcome.PASSED], 0),
        ([Outcome.PASSED, Outcome.UNKNOWN], 3),
        ([Outcome.UNKNOWN, Outcome.FOUND], 1),
    ],
)
def test_found_beats_unknown_and_unknown_beats_passed(outcomes: list[Outcome], status: int) -> None:
    assert together(outcomes) == status


def test_a_planted_key_is_found_and_a_known_one_is_not(tmp_path: Path) -> None:
    key = "AKIA" + "Z7QX4M2LKD9VTB3W"  # in two parts, so that this file is not found itself
    (tmp_path / "settings.py").write_text(f'key = "{key}"\n', encoding="utf-8")
    (tmp_path / BASELINE).write_bytes((security.ROOT / BASELINE).read_bytes())
    assert secrets(tmp_path)[0] is Outcome.UNKNOWN  # no git, so nobody knows which files
    for command in (["init", "-q"], ["add", "settings.py"]):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    outcome, said = secrets(tmp_path)
    assert (outcome, "settings.py:1" in said) == (Outcome.FOUND, True)
    (tmp_path / "settings.py").write_text("key = None\n", encoding="utf-8")
    assert secrets(tmp_path)[0] is Outcome.PASSED
