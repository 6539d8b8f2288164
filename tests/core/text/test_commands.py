"""The command line of the encoder: one JSON object, or one line that says what is missing."""

import json
from pathlib import Path

import numpy as np
import pytest

from core.cli import main
from core.text import evaluation


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, list[str]]:
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    captured = capsys.readouterr()
    return int(ended.value.code or 0), captured.out, [x for x in captured.err.splitlines() if x.startswith("error: ")]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("prepare", "text", "--source", "nowhere"), "pip download"),
        (("evaluate", "text", "--data", "nowhere"), "python -m core prepare text"),
        (("evaluate", "text", "--data", "nowhere", "--write"), "leave out --data"),
        (("train", "text", "--minutes", "0"), "minutes"),
    ],
)
def test_what_is_missing_is_said_in_one_line(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    code, out, errors = run(capsys, *arguments)
    assert code == 2
    assert not out
    assert len(errors) == 1
    assert said in errors[0]


def test_evaluate_measures_against_the_prepared_texts(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(evaluation, "TEST_SIZE", 100)
    texts = evaluation.reference_texts()
    vectors = np.random.default_rng(0).normal(size=(len(texts), 384)).astype(np.float16)
    np.savez(tmp_path / "reference.npz", texts=np.array(texts), vectors=vectors)
    code, out, _ = run(capsys, "evaluate", "text", "--data", tmp_path, "--json")
    assert code == 0
    described = json.loads(out)["descriptions"]
    assert described["floor"]["recall_at_1"] < 0.05 < described["french"]["recall_at_1"]  # the teacher here is noise
