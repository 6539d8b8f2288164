"""Generator and decoder learn together from pictures, and are served as before."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.artifacts import load_keras, save_keras
from core.errors import UserError
from core.gan import latent
from core.gan.adversarial import AdversarialConfig
from core.gan.autoencoder_network import AutoencoderConfig, build_decoder
from core.gan.finishing import Asked, FinishConfig, fit_finish
from core.gan.latent_generator import DECODER, GENERATOR, STANDARD, LatentGenerator
from core.gan.publishing import read_history
from core.gan.trainer import HISTORY

SMALL = AutoencoderConfig(
    height=16, width=24, widths=(4, 6, 8), encoder_blocks=(0, 0, 0), decoder_blocks=(0, 0, 0), latent_channels=2
)
CONFIG = FinishConfig(
    widths=(6, 8),
    game=AdversarialConfig(
        penalty=(0.5, 0.5), mismatch=0.0, batch_size=16, learning_rate=(2e-2, 2e-2), ema_decay=0.5, critic_alone=0.1
    ),
)
WHITE = np.full((32, 16, 24, 3), 250, np.uint8)
VECTORS = np.eye(5, dtype=np.float32)[np.arange(32) % 5]
ASKED = Asked(VECTORS, lambda pictures: pictures.reshape(len(pictures), -1)[:, :8].astype(np.float32) / 255,
              np.ones((20, 8), np.float32))  # fmt: skip


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """An untrained generator and decoder, whose pictures are grey."""
    folder, size = tmp_path / "model", SMALL.latent_size
    folder.mkdir()
    generator = latent.build_generator(latent.LatentConfig(size=size, noise=4, condition=5, width=8, blocks=1))
    generator.trainable = False  # as averages are stored
    save_keras(generator, folder / GENERATOR)
    save_keras(build_decoder(SMALL), folder / DECODER)
    shape = SMALL.latent_shape
    np.savez(folder / STANDARD, mean=np.zeros(shape, np.float32), deviation=np.ones(shape, np.float32))
    return folder


def finish(folder: Path, model: Path, config: FinishConfig = CONFIG, *, resume: bool = False) -> None:
    fit_finish(
        folder, model, WHITE, config, conditions=lambda rows, rng: VECTORS[rows], asked=ASKED,
        minutes=1, resume=resume, smoke=True,
    )  # fmt: skip


def drawn(model: Path) -> np.ndarray:
    network = LatentGenerator.load(model)
    return network.pictures(np.random.default_rng(0).standard_normal((16, 4), np.float32), VECTORS[:16])


def test_pictures_come_nearer_to_real_ones_and_what_is_saved_draws_them(model: Path, tmp_path: Path) -> None:
    before = drawn(model).mean()
    finish(tmp_path / "run", model)
    for name in (GENERATOR, DECODER):
        old = load_keras(model / name).get_weights()
        shutil.copyfile(tmp_path / "run" / name, model / name)
        assert any(not np.array_equal(*pair) for pair in zip(load_keras(model / name).get_weights(), old, strict=True))
    assert drawn(model).mean() > before + 30
    rows = read_history(tmp_path / "run" / HISTORY)
    assert rows[-1]["kid"] >= 0
    assert list((tmp_path / "run" / "samples").glob("*.png"))


def test_a_run_goes_on_with_the_model_it_was_begun_with_only(model: Path, tmp_path: Path) -> None:
    short = replace(CONFIG, game=replace(CONFIG.game, batch_size=8))
    finish(tmp_path / "run", model, short)
    steps = read_history(tmp_path / "run" / HISTORY)[-1]["step"]
    finish(tmp_path / "run", model, short, resume=True)
    assert read_history(tmp_path / "run" / HISTORY)[-1]["step"] > steps
    save_keras(build_decoder(SMALL), model / DECODER)
    with pytest.raises(UserError, match="another autoencoder"):
        finish(tmp_path / "run", model, short, resume=True)
