"""Emoji are learned with their opacity, over light and dark grounds, by context and style."""

from pathlib import Path

import keras
import numpy as np
import pytest

from core.artifacts import load_keras, save_keras
from core.emoji import finishing, training
from core.emoji.judge import learned_from
from core.errors import UserError
from core.gan.adversarial import AdversarialConfig
from core.gan.autoencoder import AutoencoderObjective, TrainingConfig
from core.gan.autoencoder_network import AutoencoderConfig, build_decoder, build_encoder
from core.gan.latent_game import PriorConfig
from core.gan.latent_generator import DECODER, GENERATOR
from core.gan.stages import ENCODER
from core.gan.trainer import Pace, Run
from core.gan.transparency import on_ground, premultiplied
from core.settings import Settings
from tests.core.emoji import toy
from tests.core.gan.test_features import write_squeezenet

NARROW = PriorConfig(width=8, blocks=1, game=AdversarialConfig(batch_size=16))


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Two prepared styles."""
    settings = toy.places(tmp_path_factory.mktemp("emoji"))
    toy.prepare(settings)
    return settings


class Colours:
    """Stands in for the perceptual network, which takes RGB: coarse colours."""

    variables: tuple[()] = ()

    def features(self, pictures: object) -> list[object]:
        assert pictures.shape[-1] == 3
        return [keras.ops.average_pool(pictures, 8, 8)]

    def __call__(self, features: list[object], others: list[object]) -> object:
        return keras.ops.mean(keras.ops.square(features[0] - others[0]), axis=(1, 2, 3))


def test_the_autoencoder_learns_opacity_too(tmp_path: Path) -> None:
    images = premultiplied(toy.pictures(0).images)
    network = AutoencoderConfig(
        widths=(4, 6), encoder_blocks=(0, 0), decoder_blocks=(0, 0), latent_channels=4, channels=4
    )
    config = TrainingConfig(
        network=network, critic_widths=(4,), batch_size=8, learning_rate=5e-3, warmup_steps=3, ema_decay=0.8,
        critic_from=2.0, validated=16,
    )  # fmt: skip
    objective = AutoencoderObjective(images[:64], images[128:], Colours(), config)
    before = objective.validate()
    Run(objective, tmp_path, Pace(report=0, checkpoint=3600, read_every=1)).fit(1, steps=30)
    assert objective.validate()["validation_l1"] < 0.8 * before["validation_l1"]
    sheet = objective.samples()
    assert sheet.shape[-1] == 3
    np.testing.assert_array_equal(sheet[:64, :64], on_ground(objective.validation[:1])[0])


def test_the_prior_is_trained_for_every_context_and_style_and_the_decoder_learns_from_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(training, "PRIOR", NARROW)
    autoencoder = training.run_folder(settings, "autoencoder", smoke=True)
    autoencoder.mkdir(parents=True)
    save_keras(build_encoder(toy.SMALL), autoencoder / ENCODER)
    save_keras(build_decoder(toy.SMALL), autoencoder / DECODER)
    training.train_prior(settings, minutes=1, resume=False, smoke=True)
    generator = load_keras(training.run_folder(settings, "prior", smoke=True) / GENERATOR)
    assert [shape[-1] for shape in generator.input_shape] == [64, toy.CONDITION.size + toy.VECTOR]
    assert generator.output_shape[-1] == toy.SMALL.latent_size
    write_squeezenet(tmp_path)
    finishing.train_finish(settings, minutes=1, resume=False, smoke=True, weights=tmp_path)
    decoder = load_keras(training.run_folder(settings, "finish", smoke=True) / DECODER)
    assert decoder.output_shape[1:] == (64, 64, 4)


def test_the_judge_learns_from_training_pictures_over_many_grounds(settings: Settings) -> None:
    data = training.pictures(settings)
    images, labels = learned_from(data)
    assert images.shape[1:] == (64, 64, 3)
    assert len(images) == len(labels) == 2 * len(data.images)
    corners = images[:, 0, 0].astype(int)
    assert len(np.unique(corners, axis=0)) > len(images) / 2
    assert corners.min() < 30 < 220 < corners.max()


def test_a_smoke_run_takes_some_of_every_style(settings: Settings) -> None:
    few = training.pictures(settings, smoke=True)
    assert set(few.labels[:, 3]) == set(few.validation_labels[:, 3]) == {0, 1}


def test_without_prepared_emoji_it_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="prepare emoji"):
        training.train_dcgan(toy.places(tmp_path), minutes=1, resume=False, smoke=True)
