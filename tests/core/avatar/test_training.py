"""The generator of avatars is trained on the prepared themes, one condition for each."""

from pathlib import Path

import numpy as np
import pytest

from core.artifacts import load_keras, save_keras
from core.avatar import finishing, judge, training
from core.datasets.avatars.prepared import write
from core.errors import UserError
from core.gan.adversarial import AdversarialConfig
from core.gan.autoencoder_network import AutoencoderConfig, build_decoder, build_encoder
from core.gan.latent_game import PriorConfig
from core.gan.latent_generator import DECODER, GENERATOR
from core.gan.stages import ENCODER
from core.settings import Settings
from tests.core.gan.test_features import write_squeezenet

SMALL = AutoencoderConfig(widths=(4,) * 5, encoder_blocks=(0,) * 5, decoder_blocks=(0,) * 5, latent_channels=2)
NARROW = PriorConfig(width=8, blocks=1, game=AdversarialConfig(batch_size=16))


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Two themes of one colour each."""
    tmp_path = tmp_path_factory.mktemp("avatar")
    settings = Settings(prepared=tmp_path / "prepared", runs=tmp_path / "runs", data=tmp_path / "data")
    folder = settings.prepared / "avatar"
    folder.mkdir(parents=True)
    for key, grey in (("saga", 30), ("cats", 200)):
        images = np.full((160, 64, 64, 3), grey, np.uint8)
        write(folder, key, images, [{"seed": f"{key}-{number}"} for number in range(160)], {})
    return settings


def test_the_prior_has_a_condition_for_each_prepared_theme_and_the_decoder_learns_from_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(training, "PriorConfig", lambda: NARROW)
    autoencoder = training.run_folder(settings, "autoencoder", smoke=True)
    autoencoder.mkdir(parents=True)
    save_keras(build_encoder(SMALL), autoencoder / ENCODER)
    save_keras(build_decoder(SMALL), autoencoder / DECODER)
    training.train_prior(settings, minutes=1, resume=False, smoke=True)
    generator = load_keras(training.run_folder(settings, "prior", smoke=True) / GENERATOR)
    assert [shape[-1] for shape in generator.input_shape] == [64, 2]
    assert generator.output_shape[-1] == SMALL.latent_size
    write_squeezenet(tmp_path)
    finishing.train_finish(settings, minutes=1, resume=False, smoke=True, weights=tmp_path)
    decoder = load_keras(training.run_folder(settings, "finish", smoke=True) / DECODER)
    before, after = load_keras(autoencoder / DECODER).get_weights(), decoder.get_weights()
    assert any((one != other).any() for one, other in zip(before, after, strict=True))


def test_a_smoke_run_takes_some_of_every_theme(settings: Settings) -> None:
    few = training.pictures(settings, smoke=True)
    assert set(few.train_labels) == set(few.validation_labels) == {0, 1}
    assert [int(few.train_images[few.train_labels == label].mean()) for label in (0, 1)] == (
        [30, 200] if few.keys == ("saga", "cats") else [200, 30]
    )


def test_without_prepared_avatars_it_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="prepare avatar"):
        training.train_dcgan(Settings(prepared=tmp_path), minutes=1, resume=False, smoke=True)


def test_several_devices_are_asked_for_in_every_stage(settings: Settings) -> None:
    for train in (training.train_dcgan, judge.train_judge):
        with pytest.raises(UserError, match="KERAS_BACKEND=jax"):
            train(settings, minutes=1, resume=False, smoke=True, devices=2)
