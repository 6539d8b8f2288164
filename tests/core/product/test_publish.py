"""Finished runs become a model that gives way to a better one only; what is said of it is what was measured."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core import artifacts
from core.artifacts import ArtifactError
from core.errors import UserError
from core.gan import dcgan, latent
from core.gan.autoencoder_network import AutoencoderConfig, build_decoder
from core.gan.baseline import DCGAN
from core.gan.latent_generator import DECODER, GENERATOR, STANDARD
from core.gan.publishing import FINISH, SHEET_BYTES
from core.gan.stages import digest
from core.gan.trainer import write_history
from core.images import encode_png
from core.product import evaluation, judge, measuring, publish
from core.product.bench import Bench
from core.product.card import model_card
from core.product.judge import Judge, Labels, Verdict
from core.product.judge_network import JudgeConfig, build_photo_tower, build_text_tower
from core.product.service import ProductGenerator
from core.product.training import run_folder
from core.settings import Settings, settings
from core.text.service import TextEncoder
from tests.core.product import toy

DECODING = AutoencoderConfig(
    height=64, width=48, widths=(4, 4, 4, 4, 4), encoder_blocks=(0,) * 5, decoder_blocks=(0,) * 5, latent_channels=2
)
STAGES = (("autoencoder", "coarse"), ("prior", "coarse"), (judge.STAGE, judge.VARIANT), ("dcgan", "pixels"))


class LightJudge:
    """Sees the asked type and colour in bright pictures only."""

    labels = Labels(toy.TYPES, toy.COLOURS, toy.GENDERS)

    def look(self, pictures: np.ndarray) -> Verdict:
        bright = pictures.mean(axis=(1, 2, 3)) > 128
        values = np.repeat(np.where(bright, 0, 1)[:, None], 3, axis=1)
        return Verdict(values, np.stack([bright, ~bright], axis=1).astype(np.float32))

    def read(self, texts: Sequence[str]) -> np.ndarray:
        return np.eye(2, dtype=np.float32)[[len(text) % 2 for text in texts]]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folders with finished (tiny, dark) runs and the real text encoder."""
    place = places(tmp_path_factory.mktemp("finished"))
    shutil.copytree(settings().models / "text", place.models / "text")
    folders = {stage: run_folder(place, stage, variant) for stage, variant in STAGES}
    for number, folder in enumerate(folders.values()):
        (folder / "samples").mkdir(parents=True)
        artifacts.write_json(folder / "config.json", {"width": number})
        rows = [{"step": 5.0, "images": 80.0, "seconds": 60.0}, {"step": 9.0, "images": 90.0, "seconds": 90.0, "l1": 2}]
        write_history(folder / "history.csv", rows)
        for step in range(9):
            grain = np.random.default_rng(step).integers(0, 256, (200, 300, 3)).astype(np.uint8)
            (folder / "samples" / f"{step:07d}.png").write_bytes(encode_png(grain))
    size = DECODING.latent_size
    generator = latent.build_generator(latent.LatentConfig(size=size, noise=4, condition=128, width=8, blocks=1))
    artifacts.save_keras(generator, folders["prior"] / GENERATOR)
    shape = DECODING.latent_shape
    np.savez(folders["prior"] / STANDARD, mean=np.zeros(shape, np.float32), deviation=np.ones(shape, np.float32))
    paint(place, -1.0)
    small = JudgeConfig(widths=(4, 4), blocks=(0, 0), embedding=4, buckets=16, hidden=4)
    labels = Labels(toy.TYPES, toy.COLOURS, toy.GENDERS)
    Judge(build_photo_tower(small, labels.counts), build_text_tower(small), labels).save(folders[judge.STAGE])
    baseline = dcgan.build_generator(dcgan.DcganConfig(width_pixels=48, width=2, noise=5, condition=128))
    artifacts.save_keras(baseline, folders["dcgan"] / GENERATOR)
    return place.models.parent


@pytest.fixture
def where(finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A copy of them; photos are the toy shop's, all called red T-shirts."""
    shutil.copytree(finished, tmp_path, dirs_exist_ok=True)

    def bench(where: Settings, judge: Judge, *, data: Path | None = None, weights: Path | None = None) -> Bench:
        sets = toy.bench(train=60, held_out=36)
        red = replace(sets.held_out, table=sets.held_out.table.assign(type="Tshirts", colour="Red"))

        def blind(images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            return np.random.default_rng(0).random((len(images), 192), np.float32), np.full((len(images), 2), 0.5)

        return replace(sets, held_out=red, judge=LightJudge(), network=blind)

    monkeypatch.setattr(publish, "build_bench", bench)
    monkeypatch.setattr(measuring, "build_bench", bench)
    return places(tmp_path)


def places(folder: Path) -> Settings:
    return Settings(models=folder / "models", runs=folder / "runs", prepared=folder / "prepared")


def paint(where: Settings, light: float) -> None:
    """A decoder whose pictures are all of one brightness."""
    decoder = build_decoder(DECODING)
    last = decoder.get_layer("photo")
    last.set_weights([0 * last.get_weights()[0], np.full(3, light, np.float32)])
    artifacts.save_keras(decoder, run_folder(where, "autoencoder", "coarse") / DECODER)
    made = digest(run_folder(where, "autoencoder", "coarse") / DECODER)
    artifacts.write_json(run_folder(where, "prior", "coarse") / "config.json", {"width": 1, "autoencoder": made})


def test_only_a_better_generator_replaces_the_stored_one(where: Settings) -> None:
    folder = where.models / "product"
    assert publish.publish(where, trained_on="a toy")
    dark = artifacts.open_artifact(folder)
    assert dark.metrics["type"] == dark.metrics["colour"] == 0
    paint(where, 1.0)
    assert publish.publish(where)
    bright = artifacts.open_artifact(folder)
    assert bright.metrics["type"] == bright.metrics["colour"] == 1
    assert bright.metrics["figure"] > dark.metrics["figure"]
    shutil.rmtree(run_folder(where, "dcgan", "pixels"))
    assert publish.publish(where)  # the same generator again, without a baseline
    stored = artifacts.open_artifact(folder)
    assert DCGAN not in stored.files
    paint(where, -1.0)
    assert not publish.publish(where)
    assert artifacts.open_artifact(folder) == stored


def test_what_is_stored_opens_and_says_how_it_was_made(where: Settings) -> None:
    publish.publish(where, trained_on="a toy")
    folder = where.models / "product"
    manifest = artifacts.open_artifact(folder)
    assert {GENERATOR, DECODER, STANDARD, DCGAN, *judge.FILES, "history.json"} <= set(manifest.files)
    stages = manifest.parameters["stages"]
    assert stages["prior"].items() >= {"width": 1, "minutes": 1.5, "images_shown": 90, "steps": 9}.items()
    assert set(stages) == {stage for stage, _ in STAGES}
    assert manifest.parameters["trained_on"] == "a toy"
    assert json.loads((folder / "history.json").read_text())["prior"][0] == {"step": 5, "images": 80, "seconds": 60}
    sheets = [row["file"] for row in manifest.parameters["samples"]]
    assert len(sheets) == 6
    assert not any("autoencoder" in name for name in sheets)  # its sheets show real photos
    assert all(0 < (folder / name).stat().st_size <= SHEET_BYTES for name in sheets)
    assert [row["step"] for row in manifest.parameters["samples"] if row["stage"] == "prior"][::3] == [0, 8]
    Judge.load(folder)
    bench = publish.build_bench(where, Judge.load(folder))
    again = evaluation.choice_figures(bench, ProductGenerator.load(folder).pictures)
    assert {name: manifest.metrics[name] for name in again} == pytest.approx(again)  # measured as served


def test_evaluate_measures_what_is_stored_and_the_card_tells_it(where: Settings) -> None:
    publish.publish(where)
    folder = where.models / "product"
    result = measuring.evaluate(where)
    publish.write_metrics(folder, result)
    assert artifacts.read_metrics(folder) == json.loads(json.dumps(result))
    manifest = artifacts.open_artifact(folder)
    card = (folder / "CARD.md").read_text(encoding="utf-8")
    assert card == model_card(manifest, artifacts.read_metrics(folder))
    found = result["attributes"]["colour"]
    assert f"| colour | 36 | 3 | {found['accuracy']:.3f} | {found['ceiling']:.3f} |" in card
    assert f"| this one | {result['distribution']['generated']['fid']:.1f} |" in card
    assert f"| DCGAN | {result['distribution']['baseline']['fid']:.1f} |" in card
    assert "| Generator of its latents and critic | 2 | 90 |" in card
    assert result["attributes"]["type"]["baseline"] is not None
    result["distribution"]["baseline"] = result["french"] = result["diversity"] = None
    less = model_card(manifest, result)
    assert "\n| DCGAN |" not in less
    assert "In French" not in less
    (folder / DCGAN).write_bytes(b"damaged")
    with pytest.raises(ArtifactError, match=DCGAN):
        measuring.evaluate(where)


def test_a_finished_decoder_that_is_better_takes_its_place_and_the_card_tells_it(where: Settings) -> None:
    publish.publish(where)
    folder, run = where.models / "product", run_folder(where, FINISH, "coarse")
    run.mkdir(parents=True)
    artifacts.write_json(run / "config.json", {"autoencoder": digest(folder / DECODER)})
    write_history(run / "history.csv", [{"step": 9.0, "images": 90.0, "seconds": 180.0}])
    bright = artifacts.load_keras(folder / DECODER)
    bright.get_layer("photo").set_weights([0 * bright.get_layer("photo").get_weights()[0], np.ones(3, np.float32)])
    artifacts.save_keras(bright, run / DECODER)
    assert publish.publish_finished(where)
    assert artifacts.open_artifact(folder).metrics["type"] == 1
    publish.write_metrics(folder, measuring.evaluate(where))
    card = (folder / "CARD.md").read_text(encoding="utf-8")
    assert "| Decoder, on latents that were generated, and critic | 3 | 90 |" in card
    assert "may flatter" in card


@pytest.mark.parametrize(("stage", "file"), [("prior", GENERATOR), ("autoencoder", DECODER), ("judge", "judge.keras")])
def test_an_unfinished_stage_is_said(where: Settings, stage: str, file: str) -> None:
    folder = run_folder(where, stage, dict(STAGES)[stage])
    (folder / file).unlink()
    with pytest.raises(UserError, match="no finished training"):
        publish.publish(where)
    assert not (where.models / "product").exists()


def test_a_generator_of_another_autoencoder_is_refused(where: Settings) -> None:
    artifacts.write_json(run_folder(where, "prior", "coarse") / "config.json", {"autoencoder": "another"})
    with pytest.raises(UserError, match="another autoencoder"):
        publish.publish(where)


def test_a_model_opens_with_its_own_text_encoder_only(where: Settings) -> None:
    publish.publish(where)
    manifest = where.models / "text" / artifacts.MANIFEST
    manifest.write_bytes(manifest.read_bytes() + b"\n")
    with pytest.raises(ArtifactError, match="another text encoder"):
        ProductGenerator.load(where.models / "product")


def test_a_model_that_is_too_large_is_refused(where: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publish, "MOST_BYTES", 6_000_000)
    with pytest.raises(UserError, match="7 MB"):
        publish.publish(where)
    assert not (where.models / "product").exists()


def test_the_baseline_gives_a_seed_its_picture_again(where: Settings) -> None:
    network = artifacts.load_keras(run_folder(where, "dcgan", "pixels") / GENERATOR)
    make = measuring.baseline_maker(network, TextEncoder.load(where.models / "text"))
    both = make(["red shoes", "blue shoes"], [3, 4])
    np.testing.assert_allclose(make(["blue shoes"], [4])[0].astype(int), both[1].astype(int), atol=1)
    assert not np.array_equal(both[0], both[1])
    assert np.array_equal(make(["red shoes"], [3], truncation=0.0), make(["red shoes"], [9], truncation=0.0))
