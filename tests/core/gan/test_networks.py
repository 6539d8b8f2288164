"""Generators and critics have the shapes they say, keep their papers' rules, and fit their size limits."""

import keras
import numpy as np
import pytest

from core.gan import dcgan, latent, residual
from core.gan.adversarial import in_two
from core.gan.ema import Average

SMALL = residual.ResidualConfig(height=16, width_pixels=12, widths=(8, 8, 4), noise=5, condition=3, mixed=8)


@pytest.mark.parametrize(
    ("generator", "critic", "inputs", "made"),
    [
        (residual.build_generator(SMALL), residual.build_critic(SMALL), (5, 3), (16, 12, 3)),
        (
            dcgan.build_generator(dcgan.DcganConfig(32, 24, width=4, stages=3, condition=3)),
            dcgan.build_critic(dcgan.DcganConfig(32, 24, width=4, stages=3, condition=3)),
            (100, 3),
            (32, 24, 3),
        ),
        (
            latent.build_generator(latent.LatentConfig(size=7, condition=3, width=8)),
            latent.build_critic(latent.LatentConfig(size=7, condition=3, width=8)),
            (64, 3),
            (7,),
        ),
    ],
    ids=["residual", "dcgan", "latent"],
)
def test_shapes(generator: keras.Model, critic: keras.Model, inputs: tuple[int, int], made: tuple[int, ...]) -> None:
    rng = np.random.default_rng(0)
    noise, condition = (keras.ops.array(rng.standard_normal((2, size)), "float32") for size in inputs)
    pictures = generator([noise, condition])
    assert pictures.shape == (2, *made)
    assert critic([pictures, condition]).shape == (2,)
    assert generator.output.dtype == critic.output.dtype == "float32"


def test_without_condition_they_take_noise_alone() -> None:
    config = dcgan.DcganConfig(16, 16, width=4, stages=2)
    pictures = dcgan.build_generator(config)(np.zeros((2, 100), np.float32))
    assert dcgan.build_critic(config)(pictures).shape == (2,)


def test_a_condition_changes_every_score_and_picture_after_a_little_learning() -> None:
    config = latent.LatentConfig(size=4, noise=2, condition=3, width=8, blocks=2)
    for build in (latent.build_generator, latent.build_critic):
        model = build(config)
        rng = np.random.default_rng(0)
        model.set_weights([rng.standard_normal(weight.shape) for weight in model.weights])
        x = np.ones((2, model.inputs[0].shape[-1]), np.float32)
        one, other = np.asarray(model([x, np.eye(3, dtype=np.float32)[:2]]))
        assert np.abs(one - other).max() > 1e-3


def test_dcgan_keeps_the_rules_of_its_paper() -> None:
    config = dcgan.DcganConfig()
    generator, critic = dcgan.build_generator(config), dcgan.build_critic(config)
    for model in (generator, critic):
        kinds = [type(layer).__name__ for layer in model.layers]
        assert not {"Dense", "MaxPooling2D", "AveragePooling2D", "UpSampling2D"} & set(kinds)
        weights = np.concatenate([w.numpy().ravel() for w in model.trainable_variables if "kernel" in w.path])
        assert np.std(weights) == pytest.approx(0.02, rel=0.01)
    assert type(generator.layers[-2]).__name__ == "Conv2DTranspose"  # then tanh: no normalisation at the output
    assert [type(layer).__name__ for layer in critic.layers[1:4]] == ["Conv2D", "LeakyReLU", "Conv2D"]
    assert np.abs(np.asarray(generator(np.zeros((1, 100), np.float32)))).max() <= 1
    assert 3.4e6 < generator.count_params() < 3.7e6
    assert 2.6e6 < critic.count_params() < 2.9e6


@pytest.mark.parametrize(
    "critic",
    [
        dcgan.build_critic(dcgan.DcganConfig(8, 8, width=4, stages=2, condition=3)),
        dcgan.build_critic(dcgan.DcganConfig(8, 8, width=4, stages=2)),
        residual.build_critic(residual.ResidualConfig(height=8, width_pixels=8, widths=(6,), condition=3)),
    ],
    ids=["told the condition at the end", "without condition", "told it in every block"],
)
def test_a_critic_in_two_parts_judges_as_the_whole(critic: keras.Model) -> None:
    rng = np.random.default_rng(0)
    critic.set_weights([rng.uniform(0.1, 1, weight.shape) for weight in critic.weights])
    picture, *condition = (
        keras.ops.array(rng.standard_normal((2, *size.shape[1:])), "float32") for size in critic.inputs
    )
    look, judge = in_two(critic)
    looked = look(picture, training=True)
    in_parts = judge([looked, *condition] if condition else looked, training=True)
    whole = critic([picture, *condition] if condition else picture, training=True)
    np.testing.assert_allclose(np.asarray(in_parts), np.asarray(whole), rtol=1e-4)


def test_the_wide_generator_fits_in_16_mb_as_float16() -> None:
    assert 2 * residual.build_generator(residual.WIDE).count_params() < 16e6


def test_the_average_follows_slowly_and_forgets_its_start() -> None:
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
    model.set_weights([np.zeros((1, 1))])
    average = Average(model, 0.9)
    model.set_weights([np.ones((1, 1))])
    seen = []
    for _ in range(60):
        average.update()
        seen.append(float(average.model.get_weights()[0][0, 0]))
    assert 0 < seen[0] < 1
    assert seen == sorted(seen)
    assert seen[-1] == pytest.approx(1, abs=0.01)
    assert float(model.get_weights()[0][0, 0]) == 1
