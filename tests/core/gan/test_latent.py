"""A generator of latents is trained, stored and served, and gives a recipe its picture again."""

from pathlib import Path

import numpy as np
import pytest

from core.artifacts import ArtifactError, load_keras, save_keras
from core.gan import stages
from core.gan.adversarial import AdversarialConfig
from core.gan.autoencoder_network import AutoencoderConfig, build_decoder, build_encoder
from core.gan.dcgan import DcganConfig
from core.gan.latent_game import PriorConfig, Standard, prior_objective
from core.gan.latent_generator import GENERATOR, STANDARD, LatentGenerator
from core.gan.recipe import noise_of, recipes

SMALL = AutoencoderConfig(
    height=16, width=24, widths=(4, 6, 8), encoder_blocks=(0, 0, 0), decoder_blocks=(0, 0, 0), latent_channels=2
)
PRIOR = PriorConfig(width=16, blocks=1, noise=4, game=AdversarialConfig(batch_size=16))
RNG = np.random.default_rng(0)
PHOTOS = RNG.integers(0, 256, (40, 16, 24, 3)).astype(np.uint8)
VECTORS = RNG.standard_normal((40, 5)).astype(np.float32)


def conditions(rows: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return VECTORS[rows % len(VECTORS)]


def test_standard_rows_have_no_mean_and_unit_deviation_and_come_back() -> None:
    latents = np.random.default_rng(0).normal(3, 2, (500, 2, 2, 3)).astype(np.float32)
    standard = Standard.of(latents)
    rows = standard.flatten(latents)
    np.testing.assert_allclose(rows.mean(axis=0), 0, atol=1e-4)
    np.testing.assert_allclose(rows.std(axis=0), 1, atol=2e-3)
    np.testing.assert_allclose(standard.restore(rows), latents, atol=1e-4)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A generator and its decoder, trained for a few steps."""
    folder = tmp_path_factory.mktemp("model")
    save_keras(build_encoder(SMALL), folder / stages.ENCODER)
    save_keras(build_decoder(SMALL), folder / stages.DECODER)
    run = folder / "run"
    stages.fit_prior(
        run, folder, PHOTOS, PHOTOS[:30], PRIOR, conditions=conditions, asked=VECTORS[:30],
        minutes=1, resume=False, smoke=True,
    )  # fmt: skip
    for name in (GENERATOR, STANDARD):
        (run / name).rename(folder / name)
    return folder


def test_latents_of_mirrored_photos_are_learned_too_and_the_game_is_measured_and_shown(folder: Path) -> None:
    networks = [load_keras(folder / name) for name in (stages.ENCODER, stages.DECODER)]
    objective, standard = prior_objective(
        PRIOR, *networks, PHOTOS, PHOTOS[:30], conditions=conditions, asked=VECTORS[:30]
    )
    assert len(objective.real) == 80
    assert standard.mean.shape == SMALL.latent_shape
    assert objective.validate()["validation_latent_distance"] > 0
    assert objective.samples().shape[2] == 3
    assert list((folder / "run" / "samples").glob("*.png"))


def test_a_recipe_gives_its_picture_again_alone_or_among_others(folder: Path) -> None:
    network = LatentGenerator.load(folder)
    cookbook = recipes(4, 11)
    several = network.pictures(noise_of(cookbook, network.noise_size), np.tile(VECTORS[0], (11, 1)))
    assert several.shape == (11, 16, 24, 3)
    assert len(np.unique(several.reshape(11, -1), axis=0)) == 11
    for place in (0, 9):
        alone = network.pictures(cookbook[place].noise(network.noise_size), VECTORS[:1])
        np.testing.assert_array_equal(alone[0], several[place])
    other = network.pictures(cookbook[0].noise(network.noise_size), VECTORS[1:2])
    assert (other[0] != several[0]).any()


def test_it_serves_what_decoder_and_generator_make_one_after_the_other(folder: Path) -> None:
    from core.gan.latent_game import decode

    generator, decoder = (load_keras(folder / name) for name in (GENERATOR, stages.DECODER))
    with np.load(folder / STANDARD) as saved:
        standard = Standard(saved["mean"], saved["deviation"])
    noise = RNG.standard_normal((3, 4)).astype(np.float32)
    expected = decode(decoder, standard.restore(generator.predict_on_batch([noise, VECTORS[:3]])))
    served = LatentGenerator.load(folder).pictures(noise, VECTORS[:3])
    assert np.abs(expected.astype(int) - served).max() <= 1


def test_a_damaged_standard_is_said(folder: Path, tmp_path: Path) -> None:
    for name in (GENERATOR, stages.DECODER):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    (tmp_path / STANDARD).write_bytes(b"PK damaged")
    with pytest.raises(ArtifactError, match=STANDARD):
        LatentGenerator.load(tmp_path)


def test_a_prior_without_its_autoencoder_says_what_to_train_first(tmp_path: Path) -> None:
    from core.errors import UserError

    with pytest.raises(UserError, match="--stage autoencoder"):
        stages.fit_prior(
            tmp_path / "run", tmp_path, PHOTOS, PHOTOS, PRIOR, conditions=conditions, asked=VECTORS,
            minutes=1, resume=False, smoke=True,
        )  # fmt: skip


def test_the_baseline_is_trained_on_the_same_pictures_and_resumes(tmp_path: Path) -> None:
    config = DcganConfig(height=16, width_pixels=24, width=4, stages=3, noise=6, condition=5)
    for resume in (False, True):
        stages.fit_dcgan(
            tmp_path / "run", PHOTOS, config, conditions=conditions, asked=VECTORS, minutes=1, resume=resume, smoke=True
        )
    assert len((tmp_path / "run" / "history.csv").read_text().splitlines()) >= 3
    made = load_keras(tmp_path / "run" / GENERATOR).predict_on_batch([np.zeros((2, 6), np.float32), VECTORS[:2]])
    assert made.shape == (2, 16, 24, 3)
