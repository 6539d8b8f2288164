"""Commands of generators: minutes are shared out among stages, what was drawn is written and told."""

import json
from pathlib import Path

import numpy as np
import pytest

from core.gan.picture import Picture
from core.gan.stage_commands import SHARES, Stage, hand_out, train_stages
from core.picture_notes import notes_of


class Order:
    description = "a test"

    def as_dict(self) -> dict[str, object]:
        return {"kind": "test"}


@pytest.fixture
def spent() -> dict[str, float]:
    return {}


def train(stage: Stage, spent: dict[str, float], *, smoke: bool = False) -> None:
    def stage_training(name: str) -> object:
        return lambda minutes: spent.update({name: minutes})

    trainings = {each: stage_training(each.value) for each in SHARES}
    marks = {Stage.PUBLISH: "published", Stage.FINISH: "finished", Stage.BASELINE: "beside"}
    storing = {each: lambda mark=mark: spent.update({mark: 1.0}) for each, mark in marks.items()}
    train_stages(stage, 100, trainings, {} if smoke else storing)  # type: ignore[arg-type]


def test_all_stages_share_the_minutes_and_are_published(spent: dict[str, float]) -> None:
    train(Stage.ALL, spent)
    # in the order they need each other
    assert list(spent) == ["autoencoder", "prior", "judge", "dcgan", "published", "finish", "finished"]
    assert sum(spent.values()) - 2 == pytest.approx(100)


@pytest.mark.parametrize(
    ("stage", "done"),
    [
        (Stage.JUDGE, {"judge": 100}),
        (Stage.PUBLISH, {"published": 1.0}),
        (Stage.BASELINE, {"beside": 1.0}),
        (Stage.FINISH, {"finish": 100, "finished": 1.0}),
    ],
)
def test_a_single_stage_gets_all_minutes_and_is_stored_if_it_can_be(
    spent: dict[str, float], stage: Stage, done: dict[str, float]
) -> None:
    train(stage, spent)
    assert spent == done


def test_a_smoke_run_stores_nothing(spent: dict[str, float]) -> None:
    for stage in (Stage.ALL, Stage.PUBLISH, Stage.BASELINE):
        train(stage, spent, smoke=True)
    assert not spent.keys() & {"published", "beside", "finished"}


def test_pictures_are_written_with_their_notes_and_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    picture = Picture(np.zeros((8, 8, 3), np.uint8), Order(), "model")
    hand_out(tmp_path / "out", [picture, picture], {"asked": "x"}, json_=True)
    told = json.loads(capsys.readouterr().out)
    assert told["asked"] == "x"
    assert [row["file"] for row in told["files"]] == ["000.png", "001.png"]
    assert notes_of((tmp_path / "out" / "001.png").read_bytes()) == {"kind": "test", "model": "model"}
