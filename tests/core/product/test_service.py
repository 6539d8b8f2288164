"""The product service: the same order gives the same picture, texts matter, bad orders are refused in a sentence."""

import io
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.artifacts import ArtifactError, save_keras, write_manifest
from core.cli import main
from core.errors import UserError
from core.gan import latent
from core.gan.autoencoder_network import AutoencoderConfig, build_decoder
from core.gan.latent_generator import DECODER, GENERATOR, STANDARD
from core.gan.recipe import Recipe
from core.picture_notes import notes_of
from core.product.service import Order, ProductGenerator
from core.settings import ROOT, settings
from core.text.service import TextEncoder

SMALL = AutoencoderConfig(
    height=64, width=48, widths=(4, 6, 8), encoder_blocks=(0, 0, 0), decoder_blocks=(0, 0, 0), latent_channels=2
)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Models folder with the real text encoder and an untrained generator."""
    folder = tmp_path_factory.mktemp("models")
    shutil.copytree(ROOT / "models" / "text", folder / "text")
    product = folder / "product"
    product.mkdir()
    shape = latent.LatentConfig(
        size=SMALL.latent_size, noise=8, condition=TextEncoder.load(folder / "text").width, width=16, blocks=1
    )
    save_keras(latent.build_generator(shape), product / GENERATOR)
    save_keras(build_decoder(SMALL), product / DECODER)
    np.savez(
        product / STANDARD,
        mean=np.zeros(SMALL.latent_shape, np.float32),
        deviation=np.ones(SMALL.latent_shape, np.float32),
    )
    write_manifest(product, name="product", data=[], parameters={}, metrics={}, credits=[])
    return folder


@pytest.fixture(scope="module")
def service(models: Path) -> ProductGenerator:
    service = ProductGenerator.load(models / "product")
    service.warm_up()
    return service


def test_equal_orders_give_equal_pictures_alone_or_among_others(service: ProductGenerator) -> None:
    several = service.generate("red sports shoes", 5, seed=3)
    assert {picture.image.shape for picture in several} == {(64, 64, 3)}
    assert len({picture.image.tobytes() for picture in several}) == 5
    again = service.make([several[2].order])[0]
    np.testing.assert_array_equal(again.image, several[2].image)
    kept = Order.from_dict(json.loads(json.dumps(several[2].order.as_dict())))
    np.testing.assert_array_equal(service.make([kept])[0].image, several[2].image)


def test_the_text_matters_and_typing_does_not(service: ProductGenerator) -> None:
    red, blue, loud = (
        service.generate(text, 1, seed=3)[0].image for text in ("red shoes", "blue shoes", "  RED shoes ")
    )
    assert (red != blue).any()
    np.testing.assert_array_equal(red, loud)


def test_pictures_between_two_texts_start_at_one_and_end_at_the_other(service: ProductGenerator) -> None:
    start = Order("red shoes", Recipe(5))
    way = service.between(start, "blue handbag", 5)
    ends = service.make([start, Order("blue handbag", Recipe(5))])
    for place, end in ((0, ends[0]), (-1, ends[1])):
        assert np.abs(way[place].image.astype(int) - end.image).max() <= 1
    assert Order.from_dict(way[2].order.as_dict()) == way[2].order


def test_pictures_more_like_one_are_nearer_the_weaker_the_step(service: ProductGenerator) -> None:
    chosen = service.generate("red shoes", 1, seed=3)[0]

    def apart(strength: float) -> float:
        made = service.more_like(chosen.order, 6, seed=1, strength=strength)
        return float(np.mean([np.abs(picture.image.astype(int) - chosen.image).mean() for picture in made]))

    assert apart(0.05) < apart(0.9)
    assert service.more_like(chosen.order, 1, text="green shirt")[0].order.text == "green shirt"


def test_a_file_says_what_it_was_made_from(service: ProductGenerator) -> None:
    picture = service.generate("robe d'été rouge", 1, seed=9, truncation=0.7)[0]
    notes = notes_of(picture.png())
    assert notes is not None
    assert notes["model"] == service.model
    assert Order.from_dict(notes) == picture.order
    enlarged = np.repeat(np.repeat(picture.image, 4, axis=0), 4, axis=1)
    assert Image.open(io.BytesIO(picture.png(enlarged))).size == (256, 256)


@pytest.mark.parametrize("text", ["", "   ", "🙂🙂", "<script>", "zqxv wkjh", "漢字かな", "x" * 10_000])
def test_nothing_understood_is_said(service: ProductGenerator, text: str) -> None:
    with pytest.raises(UserError, match="No word of this text is known"):
        service.generate(text)


@pytest.mark.parametrize("wrong", [{"n": 0}, {"n": 65}, {"seed": -1}, {"seed": 2**31}, {"truncation": 2.0}])
def test_numbers_outside_their_range_are_refused(service: ProductGenerator, wrong: dict[str, int]) -> None:
    with pytest.raises(UserError):
        service.generate("red shoes", **wrong)


@pytest.mark.parametrize(
    "content",
    [{}, {"kind": "avatar", "text": "a", "seed": 1}, {"kind": "product", "seed": 1},
     {"kind": "product", "text": "a", "seed": 1, "towards": "b", "share": 3},
     {"kind": "product", "text": "a", "seed": "many"}],
)  # fmt: skip
def test_notes_of_something_else_are_no_order(content: dict[str, object]) -> None:
    with pytest.raises(UserError):
        Order.from_dict(content)


def test_a_generator_without_its_text_encoder_says_what_is_missing(models: Path, tmp_path: Path) -> None:
    shutil.copytree(models / "product", tmp_path / "product")
    with pytest.raises(ArtifactError, match="text"):
        ProductGenerator.load(tmp_path / "product")


@pytest.mark.parametrize("text", ["red sports shoes", "chaussures de sport rouges"])
def test_the_command_writes_pictures_that_can_be_had_again(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    monkeypatch.setenv("EFFIGIES_MODELS", str(models))
    settings.cache_clear()
    runs = []
    for name in ("one", "two"):
        with pytest.raises(SystemExit) as stopped:
            main(["generate", "product", "--text", text, "--count", "3", "--seed", "3",
                  "--out", str(tmp_path / name), "--json"])  # fmt: skip
        assert stopped.value.code == 0
        result = json.loads(capsys.readouterr().out)
        assert [entry["file"] for entry in result["files"]] == ["000.png", "001.png", "002.png"]
        assert result["ignored"] == []
        runs.append([path.read_bytes() for path in sorted((tmp_path / name).iterdir())])
    settings.cache_clear()
    assert runs[0] == runs[1]
    assert Order.from_dict(notes_of(runs[0][1]) or {}).recipe.seed == result["files"][1]["seed"]


def test_the_command_refuses_a_text_it_does_not_know(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("EFFIGIES_MODELS", str(models))
    settings.cache_clear()
    with pytest.raises(SystemExit) as stopped:
        main(["generate", "product", "--text", "zqxv", "--out", str(tmp_path / "out")])
    settings.cache_clear()
    assert stopped.value.code == 2
    assert len(capsys.readouterr().err.strip().splitlines()[-1:]) == 1
    assert not (tmp_path / "out").exists()
