"""The command line of the reader of messages: one JSON object, or one line that says what is wrong."""

import json
from pathlib import Path

import pytest

from core.cli import main
from core.datasets.emoji import AXES, classes


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, list[str]]:
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    captured = capsys.readouterr()
    return int(ended.value.code or 0), captured.out, [x for x in captured.err.splitlines() if x.startswith("error: ")]


def test_messages_are_read_one_by_one_and_as_a_conversation(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "predict", "message", "Merci beaucoup !", "I am so sad :(", "--json")
    assert code == 0
    result = json.loads(out)
    thanks, sad = result["messages"]
    assert (thanks["language"], thanks["interaction"]["best"]) == ("fr", "thanks")
    assert (sad["language"], sad["mood"]["best"]) == ("en", "sadness")
    for axis in AXES:
        assert set(result["conversation"][axis]["probabilities"]) == set(classes(axis))


def test_own_messages_are_measured_beside_the_floors(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    table = tmp_path / "own.csv"
    table.write_text(
        "language,message,mood,topic,interaction\nfr,Merci pour la pizza,joy,food,thanks\nfr,Merci,joy,,thanks\n",
        encoding="utf-8",
    )
    code, out, _ = run(capsys, "evaluate", "messages", "--data", table, "--json")
    assert code == 0
    result = json.loads(out)
    assert result["messages"] == {"all": 2, "en": 0, "fr": 2}
    assert result["axes"]["fr"]["topic"]["accuracy"] == 1
    assert result["axes"]["fr"]["topic"]["majority"]["accuracy"] == 0.5


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--data", "nowhere.csv"), "needs the columns"),
        (("--data", "nowhere.csv", "--write"), "leave out --data"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    code, out, errors = run(capsys, "evaluate", "messages", *arguments)
    assert (code, out, len(errors)) == (2, "", 1)
    assert said in errors[0]
