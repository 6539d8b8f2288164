"""Finished runs become a model, which is measured on emoji it has not seen and then draws transparent emoji."""

import io
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from core import artifacts
from core.cli import app
from core.datasets.emoji.prepared import NAMES, edition_of, write
from core.emoji import measuring, publish, training
from core.emoji.card import model_card
from core.emoji.message_model import EmojiWords, ModelConfig
from core.emoji.messages import MessageReader, Reading
from core.emoji.training import run_folder
from core.errors import UserError
from core.gan.baseline import DCGAN
from core.gan.latent_generator import DECODER
from core.settings import Settings
from tests.core.emoji import toy

Figures = dict[str, Any]


class Looker:
    """Stands in for the feature network."""

    name = "toy"

    def __call__(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        features = images[:, ::16, ::16].reshape(len(images), -1).astype(np.float32) / 255
        share = images.mean(axis=(1, 2, 3)) / 255
        return features, np.stack([share, 1 - share], axis=1).astype(np.float32)


@pytest.fixture(scope="module")
def where(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Prepared emoji and finished runs."""
    where = toy.places(tmp_path_factory.mktemp("emoji"))
    toy.prepare(where)
    toy.finish_runs(where)
    return where


@pytest.fixture(autouse=True)
def _light(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "feature_network", lambda _: Looker())
    monkeypatch.setattr(training, "keywords", lambda _: {})
    monkeypatch.setattr("core.emoji.evaluation.TRUNCATIONS", (1.0,))
    monkeypatch.setattr("core.emoji.evaluation.INTENSITIES", (0.0, 1.0))


@pytest.fixture(scope="module")
def found(where: Settings) -> Figures:
    """Published and measured."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(measuring, "feature_network", lambda _: Looker())
        patch.setattr(training, "keywords", lambda _: {})
        assert publish.publish(where, trained_on="a toy")
        result = measuring.evaluate(where)
    publish.write_metrics(where.models / "emoji", result)
    return result


def test_the_model_says_what_it_knows_and_whose_drawings_it_learned_from(where: Settings, found: Figures) -> None:
    manifest = artifacts.open_artifact(where.models / "emoji")
    assert manifest.parameters["classes"]["style"] == list(toy.STYLES)
    assert manifest.parameters["classes"]["mood"][0] == "joy"
    credits = " ".join(manifest.credits)
    assert "originally released as EmojiOne" in credits
    assert credits.count("CC BY 4.0") == 1
    assert {row.origin for row in manifest.data} == {"npm @iconify-json/noto@1.2.9", "npm @iconify-json/emojione@1.2.3"}


def test_evaluate_measures_test_pictures_and_unseen_cells_and_the_card_tells_it(
    where: Settings, found: Figures
) -> None:
    assert found["n"] == 48
    assert found["unseen_cells"]["n"] == 16
    mood = found["relevance"]["mood"]
    assert 0 < mood["n"] < 48  # pictures without a mood are not asked about theirs
    assert mood["baseline"] is not None
    assert sum(row["n"] for row in found["by_mood"]) == mood["n"]
    assert found["distribution"]["real"]["kid"] < found["distribution"]["generated"]["kid"]
    folder = where.models / "emoji"
    assert artifacts.read_metrics(folder) == json.loads(json.dumps(found))
    card = (folder / "CARD.md").read_text(encoding="utf-8")
    assert f"| mood | {mood['n']} | 12 | {mood['accuracy']:.3f} | {mood['ceiling']:.3f} |" in card
    assert "arrangement, which is ours" in card
    assert "only 1 of 50 single emoji" in card
    less = model_card(
        artifacts.open_artifact(folder),
        {**found, "unseen_cells": None, "diversity": None, "distribution": {**found["distribution"], "baseline": None}},
    )
    assert "\n| DCGAN |" not in less


def test_generate_writes_transparent_emoji_and_names_them(
    where: Settings, found: Figures, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.emoji.commands.settings", lambda: where)
    arguments = ["generate", "emoji", "--mood", "joy", "--topic", "food", "--style", "noto", "--count", "3"]
    result = CliRunner().invoke(app, [*arguments, "--out", str(tmp_path / "made"), "--json"])
    assert result.exit_code == 0, result.output
    said = json.loads(result.stdout)
    assert [said["mood"], said["topic"], said["interaction"]] == ["joy", "food", None]
    assert [file["file"] for file in said["files"]] == ["000.png", "001.png", "002.png"]
    with Image.open(io.BytesIO((tmp_path / "made" / "002.png").read_bytes())) as picture:
        assert picture.mode == "RGBA"
        assert picture.size == (64, 64)


def test_a_message_is_read_and_what_is_asked_beside_it_comes_first(
    where: Settings, found: Figures, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(_: object, text: str) -> Reading:
        says = {"mood": {"joy": 0.9}, "topic": {"food": 0.8}, "interaction": {"thanks": 0.1}}
        silent = {axis: dict.fromkeys(names, 0.0) for axis, names in says.items()}
        return Reading(text, "en", says if "lunch" in text else silent, {})

    monkeypatch.setattr("core.emoji.commands.settings", lambda: where)
    monkeypatch.setattr(MessageReader, "load", lambda *_: MessageReader({}, EmojiWords({}, {}), ModelConfig(), None))
    monkeypatch.setattr(MessageReader, "read", read)
    arguments = ["generate", "emoji", "--count", "1", "--out", str(tmp_path / "made"), "--json", "--message"]
    result = CliRunner().invoke(app, [*arguments, "a fine lunch", "--mood", "cool"])
    assert result.exit_code == 0, result.output
    said = json.loads(result.stdout)
    assert [said["mood"], said["topic"], said["interaction"]] == ["cool", "food", None]
    refused = CliRunner().invoke(app, [*arguments, "zzz"])
    assert refused.exit_code != 0
    assert isinstance(refused.exception, UserError | SystemExit)


def test_pictures_of_training_are_no_test_of_it(where: Settings, tmp_path: Path) -> None:
    given = tmp_path / "given"
    shutil.copytree(where.prepared / "emoji", given)
    bench = measuring.build_bench(where, None, "test", data=given)  # type: ignore[arg-type]
    assert len(bench.labels) == 48
    for number, key in enumerate(toy.STYLES):
        pictures = toy.pictures(number)
        pictures.images[pictures.splits == 2] = pictures.images[:24]
        write(given, key, pictures, edition_of((given / NAMES).read_text("utf-8")), {})
    with pytest.raises(UserError, match="not trained on"):
        measuring.build_bench(where, None, "test", data=given)  # type: ignore[arg-type]


def test_only_a_better_generator_replaces_the_stored_one(
    where: Settings, found: Figures, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    again = toy.places(tmp_path)
    shutil.copytree(where.runs.parent, tmp_path, dirs_exist_ok=True)
    figures = iter((0.5, 0.6, 0.7, 0.6))  # new, stored; new, stored
    monkeypatch.setattr("core.emoji.evaluation.choice_figures", lambda *_: {"figure": next(figures)})
    stored = artifacts.open_artifact(again.models / "emoji")
    shutil.rmtree(run_folder(again, "dcgan"))
    assert not publish.publish(again)
    assert artifacts.open_artifact(again.models / "emoji") == stored
    assert publish.publish(again)
    assert DCGAN not in artifacts.open_artifact(again.models / "emoji").files
    (run_folder(again, "autoencoder") / DECODER).unlink()
    with pytest.raises(UserError, match="train emoji"):
        publish.publish(again)
