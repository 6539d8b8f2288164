"""Finished runs become a model that gives way to a better one only; what is said of it is what was measured."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core import artifacts
from core.artifacts import ArtifactError
from core.avatar import commands, evaluation, measuring, originality, publish, retouching
from core.avatar.card import model_card
from core.avatar.judge import HEAD
from core.avatar.originality import REFERENCE, THRESHOLDS, load_originality
from core.avatar.service import AvatarGenerator
from core.avatar.training import run_folder
from core.cli import main
from core.datasets.avatars import theme
from core.datasets.avatars.prepared import write
from core.errors import UserError
from core.gan import classifier, dcgan, latent, publishing
from core.gan.autoencoder_network import AutoencoderConfig, build_decoder
from core.gan.baseline import DCGAN
from core.gan.classifier import Classifier, ClassifierConfig, build_classifier
from core.gan.latent_generator import DECODER, GENERATOR, STANDARD
from core.gan.stages import digest
from core.gan.trainer import write_history
from core.images import encode_png
from core.picture_notes import notes_of
from core.settings import Settings
from tests.core.avatar import toy
from tests.core.avatar.test_originality import upscale

DECODING = AutoencoderConfig(widths=(4, 4, 4), encoder_blocks=(0,) * 3, decoder_blocks=(0,) * 3, latent_channels=2)
STAGES = ("autoencoder", "prior", "judge", "dcgan")
KEYS = ("cats", "saga")  # as prepared avatars are found: in the order of the alphabet
CREDIT = {
    "artist": "Ada", "work": "Shapes", "licence": "CC BY 4.0", "licence_url": "https://example.org/by",
    "link": "https://example.org/ada", "changes": "Parts combined",
}  # fmt: skip


def places(folder: Path) -> Settings:
    return Settings(models=folder / "models", runs=folder / "runs", prepared=folder / "prepared")


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folders with prepared drawings of two themes and finished (tiny, dark) runs."""
    place = places(tmp_path_factory.mktemp("finished"))
    prepare(place.prepared / "avatar", 0)
    for stage in STAGES:
        folder = run_folder(place, stage)
        (folder / "samples").mkdir(parents=True)
        artifacts.write_json(folder / "config.json", {"width": 1})
        write_history(folder / "history.csv", [{"step": 9.0, "images": 90.0, "seconds": 90.0}])
        (folder / "samples" / "0000009.png").write_bytes(encode_png(toy.picture(0, 1)))
    shape = latent.LatentConfig(size=DECODING.latent_size, noise=4, condition=2, width=8, blocks=1)
    artifacts.save_keras(latent.build_generator(shape), run_folder(place, "prior") / GENERATOR)
    ones = np.ones(DECODING.latent_shape, np.float32)
    np.savez(run_folder(place, "prior") / STANDARD, mean=0 * ones, deviation=ones)
    paint(place, -0.7)
    labels = {HEAD: KEYS}
    network = build_classifier((64, 64, 3), labels, ClassifierConfig(widths=(4,), blocks=(0,)))
    Classifier(network, labels).save(run_folder(place, "judge"))
    baseline = dcgan.build_generator(dcgan.DcganConfig(width=2, noise=5, condition=2))
    artifacts.save_keras(baseline, run_folder(place, "dcgan") / GENERATOR)
    return place.models.parent


def prepare(folder: Path, start: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for label, key in enumerate(KEYS):
        seeds = range(start + 1000 * label, start + 1000 * label + 200)
        rows = [{"seed": f"{key}-{seed}"} for seed in seeds]
        write(folder, key, np.stack([toy.picture(label, seed) for seed in seeds]), rows, {})
    sources = {key: {"title": key.title(), "pictures": 200, "credits": [CREDIT]} for key in KEYS}
    artifacts.write_json(folder / "card.json", {"themes": sources})


def paint(where: Settings, light: float) -> None:
    """A decoder whose pictures are about of one brightness."""
    decoder = build_decoder(DECODING)
    last = decoder.get_layer("photo")
    last.set_weights([last.get_weights()[0] * 0.5, np.full(3, light, np.float32)])
    artifacts.save_keras(decoder, run_folder(where, "autoencoder") / DECODER)
    made = digest(run_folder(where, "autoencoder") / DECODER)
    artifacts.write_json(run_folder(where, "prior") / "config.json", {"width": 1, "autoencoder": made})


class Toy:
    """Feature network and upscaler in one."""

    name = "toy"

    def __call__(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return toy.network(images)

    upscale = staticmethod(upscale)


@pytest.fixture
def where(finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A copy of them, measured on few pictures by small networks."""
    shutil.copytree(finished, tmp_path, dirs_exist_ok=True)
    monkeypatch.setattr(measuring, "feature_network", lambda _: Toy())
    monkeypatch.setattr(measuring.Upscaler, "load", lambda _: Toy())
    monkeypatch.setattr(Classifier, "look", lambda _, pictures: toy.ExactJudge().look(pictures))
    monkeypatch.setattr(measuring, "GENERATED", 16)
    monkeypatch.setattr(publish, "MEASURED", 12)
    monkeypatch.setattr(evaluation, "TRUNCATIONS", (0.5, 1.0))
    monkeypatch.setattr(commands, "settings", lambda: places(tmp_path))
    return places(tmp_path)


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as end:
        main([str(argument) for argument in arguments])
    return int(str(end.value.code)), *capsys.readouterr()


def test_a_trained_model_is_stored_measured_and_draws(
    where: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = where.models / "avatar"
    assert run(capsys, "train", "avatar", "--stage", "publish")[0] == 0
    manifest = artifacts.open_artifact(folder)
    files = {GENERATOR, DECODER, STANDARD, DCGAN, *classifier.FILES, REFERENCE, THRESHOLDS, "history.json"}
    assert files <= set(manifest.files)
    assert manifest.parameters["themes"] == list(KEYS)
    assert any("Ada" in credit and "CC BY 4.0" in credit for credit in manifest.credits)
    assert [row.name for row in manifest.data] == ["Shapes"]
    assert {row["stage"] for row in manifest.parameters["samples"]} == {"prior", "dcgan"}
    sheets = manifest.parameters["sheets"]
    assert set(sheets) == set(KEYS)
    assert set(sheets.values()) <= set(manifest.files)
    by_theme, reference = load_originality(folder)
    assert (set(by_theme), len(reference)) == (set(KEYS), 380)  # the held-out pictures are not in it

    code, out, _ = run(capsys, "evaluate", "avatar", "--write", "--json")
    assert code == 0
    result = artifacts.read_metrics(folder)
    assert json.loads(out)["model"] == result["model"] == AvatarGenerator.load(folder).model
    assert [row["theme"] for row in result["uniqueness"]] == [row["theme"] for row in result["by_theme"]] == list(KEYS)
    card = (folder / "CARD.md").read_text(encoding="utf-8")
    assert card == model_card(manifest, result)
    row = result["uniqueness"][0]
    assert f"| cats | 16 | {row['capacity']['matches']} | {row['capacity']['distinct']} |" in card
    assert f"| this one | {result['distribution']['generated']['fid']:.1f} |" in card

    asked = ("generate", "avatar", "--theme", "saga", "--count", 3, "--seed", 3, "--json", "--out")
    code, out, _ = run(capsys, *asked, tmp_path / "a")
    assert (code, [row["file"] for row in json.loads(out)["files"]]) == (0, ["000.png", "001.png", "002.png"])
    assert run(capsys, *asked, tmp_path / "b")[0] == 0
    first, again = ((tmp_path / name / "001.png").read_bytes() for name in "ab")
    assert first == again
    notes = notes_of(first)
    assert notes is not None
    assert notes["themes"] == {"saga": 1.0}
    code, out, err = run(capsys, "generate", "avatar", "--theme", "unicorns", "--out", tmp_path / "c")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "cats, saga" in err
    assert not (tmp_path / "c").exists()


def test_how_themes_are_retouched_is_stored_and_told(where: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = {"cats": replace(theme("pixel"), cell=8), "saga": theme("saga")}
    monkeypatch.setattr(retouching, "themes", lambda: drawn)
    publish.publish(where)
    manifest = artifacts.open_artifact(where.models / "avatar")
    assert manifest.parameters["cells"] == {"cats": 8}
    assert manifest.parameters["flat"] == {"saga": {"sharpen": 1.0, "reach": 8, "tolerance": 40}}
    card = model_card(manifest, measuring.evaluate(where))
    assert "Cats: pictures are drawn in squares of 8 pixels" in card
    assert "Saga: what the network makes is sharpened and made flat by mean shift, 8 pixels and 40 levels wide." in card


def test_other_prepared_avatars_are_measured_on_when_asked(where: Settings, tmp_path: Path) -> None:
    prepare(tmp_path / "other", 100)  # half of them were trained on
    known = measuring.pictures(where)
    given = measuring.with_held_out(known, tmp_path / "other")
    assert 200 <= len(given.validation_images) <= 220
    seen = {image.tobytes() for image in known.train_images}
    assert not any(image.tobytes() in seen for image in given.validation_images)
    with pytest.raises(UserError, match="not trained on"):
        measuring.build_bench(where, toy.ExactJudge(), data=_only_training(where, tmp_path / "same"))  # type: ignore[arg-type]


def _only_training(where: Settings, folder: Path) -> Path:
    known = measuring.pictures(where)
    folder.mkdir()
    for label, key in enumerate(known.keys):
        images = known.train_images[known.train_labels == label]
        write(folder, key, images, [{"seed": str(row)} for row in range(len(images))], {})
    return folder


def test_only_a_better_generator_replaces_the_stored_one(where: Settings) -> None:
    folder = where.models / "avatar"
    assert publish.publish(where, trained_on="a toy")
    dark = artifacts.open_artifact(folder)
    paint(where, 0.15)  # nearer to the drawings
    assert publish.publish(where)
    better = artifacts.open_artifact(folder)
    assert better.metrics["figure"] > dark.metrics["figure"]
    shutil.rmtree(run_folder(where, "dcgan"))
    assert publish.publish(where)  # the same generator again, without a baseline
    stored = artifacts.open_artifact(folder)
    assert DCGAN not in stored.files
    paint(where, -0.7)
    assert not publish.publish(where)
    assert artifacts.open_artifact(folder) == stored
    result = measuring.evaluate(where)
    assert result["distribution"]["baseline"] is None
    assert "\n| DCGAN |" not in model_card(stored, result)


def test_a_baseline_that_learned_longer_takes_its_place_beside_the_same_generator(
    where: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, longer = where.models / "avatar", run_folder(where, "dcgan")
    publish.publish(where)
    artifacts.write_json(folder / artifacts.METRICS, {"measured": "beside the former baseline"})
    before, model = artifacts.open_artifact(folder), AvatarGenerator.load(folder).model
    shape = dcgan.DcganConfig(width=3, noise=5, condition=2)
    artifacts.save_keras(dcgan.build_generator(shape), longer / GENERATOR)
    write_history(longer / "history.csv", [{"step": 99.0, "images": 900.0, "seconds": 900.0}])
    (longer / "samples" / "0000009.png").rename(longer / "samples" / "0000099.png")
    assert run(capsys, "train", "avatar", "--stage", "baseline")[0] == 0
    after = artifacts.open_artifact(folder)
    assert {name for name in after.files if after.files[name] != before.files.get(name)} == {
        DCGAN, "history.json", "samples_dcgan_0000099.webp",
    }  # fmt: skip
    assert before.files.keys() - after.files.keys() == {"samples_dcgan_0000009.webp"}
    assert after.parameters["stages"]["dcgan"]["images_shown"] == 900
    assert after.parameters["stages"]["prior"] == before.parameters["stages"]["prior"]
    assert AvatarGenerator.load(folder).model == model  # what it drew stays its work
    assert not (folder / artifacts.METRICS).exists()  # its figures were beside the former one


def test_a_decoder_that_was_finished_takes_its_place_if_it_is_better(where: Settings) -> None:
    folder, run = where.models / "avatar", run_folder(where, publishing.FINISH)
    publish.publish(where)
    begun, model = artifacts.open_artifact(folder), AvatarGenerator.load(folder).model
    finish(where, 0.15, step=5)
    assert publish.publish_finished(where)
    better = artifacts.open_artifact(folder)
    assert better.metrics["figure"] > begun.metrics["figure"]
    assert AvatarGenerator.load(folder).model != model
    same = {GENERATOR, STANDARD, DCGAN, *classifier.FILES}
    assert {name: better.files[name] for name in same} == {name: begun.files[name] for name in same}
    assert better.parameters["stages"]["finish"].items() >= {"images_shown": 90, "steps": 9}.items()
    with pytest.raises(UserError, match="has changed since"):
        publish.publish_finished(where)  # the same run again: it began with another decoder
    finish(where, 0.15, step=7)
    assert publish.publish_finished(where)  # as good as before
    again = artifacts.open_artifact(folder)
    assert again.parameters["stages"]["finish"]["images_shown"] == 180  # of both runs
    assert [row["file"] for row in again.parameters["samples"] if row["stage"] == "finish"] == [
        "samples_finish_0000007.webp"
    ]
    assert "samples_finish_0000005.webp" not in again.files
    (run / DECODER).unlink()
    with pytest.raises(UserError, match="no finished training"):
        publish.publish_finished(where)


def finish(where: Settings, light: float, step: int) -> None:
    """A run that made the stored decoder paint about of one brightness."""
    run, stored = run_folder(where, publishing.FINISH), where.models / "avatar" / DECODER
    shutil.rmtree(run, ignore_errors=True)
    (run / "samples").mkdir(parents=True)
    (run / "samples" / f"{step:07d}.png").write_bytes(encode_png(toy.picture(0, 1)))
    artifacts.write_json(run / "config.json", {"autoencoder": digest(stored)})
    write_history(run / "history.csv", [{"step": 9.0, "images": 90.0, "seconds": 90.0}])
    decoder = artifacts.load_keras(stored)
    last = decoder.get_layer("photo")
    last.set_weights([last.get_weights()[0], np.full(3, light, np.float32)])
    artifacts.save_keras(decoder, run / DECODER)


@pytest.mark.parametrize(
    ("stage", "file"), [("prior", GENERATOR), ("autoencoder", DECODER), ("judge", classifier.NETWORK)]
)
def test_an_unfinished_stage_is_said(where: Settings, stage: str, file: str) -> None:
    (run_folder(where, stage) / file).unlink()
    with pytest.raises(UserError, match=r"no finished training.*train avatar"):
        publish.publish(where)
    assert not (where.models / "avatar").exists()


def test_what_does_not_belong_together_is_refused(where: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    card = where.prepared / "avatar" / "card.json"
    whole = card.read_text()
    card.write_text('{"themes": {"cats": {}}}')
    with pytest.raises(UserError, match="whose pictures"):
        publish.publish(where)
    card.write_text(whole)
    with monkeypatch.context() as patch:
        patch.setattr(publishing, "MOST_BYTES", 1000)
        with pytest.raises(UserError, match="more than"):
            publish.publish(where)
    publish.publish(where)
    (where.prepared / "avatar" / "saga.npz").unlink()
    with pytest.raises(UserError, match="cats, saga"):
        measuring.evaluate(where)
    (where.models / "avatar" / THRESHOLDS).write_text("{}")
    with pytest.raises(ArtifactError, match=originality.THRESHOLDS):
        load_originality(where.models / "avatar")
