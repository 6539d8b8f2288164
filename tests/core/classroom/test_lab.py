"""The laboratory in two dimensions: derivatives, repeating, learning, failing as announced, addresses."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.classroom.lab import data
from core.classroom.lab.config import LabConfig, LabError
from core.classroom.lab.game import LOSSES, critic_step, generator_step
from core.classroom.lab.mlp import ACTIVATIONS, Mlp
from core.classroom.lab.presets import PRESETS, STEADY, push, swing
from core.classroom.lab.simulation import BOUND, Lab
from core.errors import DataError, UserError
from core.settings import ROOT

RNG = np.random.default_rng(3)
REAL, FAKE = RNG.standard_normal((6, 2)), RNG.standard_normal((6, 2))
FLYING = LabConfig(
    loss="relativistic", optimiser="sgd", critic_rate=1.0, generator_rate=1.0, activation="leaky_relu", batch_size=16
)  # as the form allows
NOISE, SHARE = RNG.standard_normal((6, 1)), RNG.random((6, 1))


def networks(activation: str) -> tuple[Mlp, Mlp]:
    rng = np.random.default_rng(4)
    generator = Mlp((1, 4, 2), rng, activation=activation, dtype=np.float64)
    return generator, Mlp((2, 5, 4, 1), rng, activation=activation, dtype=np.float64)


def measured(value, theta: np.ndarray) -> np.ndarray:  # noqa: ANN001
    slopes = np.empty_like(theta)
    for place in range(len(theta)):
        kept, ends = theta[place], []
        for move in (1e-6, -1e-6):
            theta[place] = kept + move
            ends.append(value())
        theta[place] = kept
        slopes[place] = (ends[0] - ends[1]) / 2e-6
    return slopes


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("penalty", [0.0, 0.7])
@pytest.mark.parametrize("loss", LOSSES)
def test_slopes_are_those_that_small_steps_measure(loss: str, penalty: float, activation: str) -> None:
    generator, critic = networks(activation)

    def judge() -> tuple[float, np.ndarray]:
        return critic_step(critic, REAL, FAKE, loss, penalty=penalty, share=SHARE)

    np.testing.assert_allclose(judge()[1].copy(), measured(lambda: judge()[0], critic.theta), atol=1e-7)

    def make() -> tuple[float, np.ndarray, np.ndarray]:
        return generator_step(generator, critic, NOISE, REAL, loss)

    np.testing.assert_allclose(make()[1].copy(), measured(lambda: make()[0], generator.theta), atol=1e-7)


def test_the_same_settings_and_seed_give_the_same_run_whether_it_is_watched_or_not() -> None:
    config = LabConfig(batch_size=16, critic_width=8, generator_width=8, loss="wasserstein", penalty=1.0)
    one, other, another = Lab(config), Lab(config), Lab(replace(config, seed=2))
    one.step(30)
    for _ in range(3):
        other.step(10)
        other.snapshot()
    another.step(30)
    np.testing.assert_array_equal(one.snapshot().fake, other.snapshot().fake)
    assert one.history == other.history
    assert not np.array_equal(one.snapshot().fake, another.snapshot().fake)


def test_one_network_can_learn_alone() -> None:
    lab = Lab(LabConfig(batch_size=16))
    before = lab.generator.theta.copy(), lab.critic.theta.copy()
    lab.step(1, "critic")
    assert np.array_equal(lab.generator.theta, before[0])
    assert not np.array_equal(lab.critic.theta, before[1])
    trained = lab.critic.theta.copy()
    lab.step(1, "generator")
    assert np.array_equal(lab.critic.theta, trained)
    assert not np.array_equal(lab.generator.theta, before[0])
    view = lab.snapshot()
    assert (view.critic_updates, view.generator_updates, view.step) == (1, 1, 2)


@pytest.mark.parametrize("loss", ["non_saturating", "least_squares", "wasserstein", "relativistic"])
def test_a_small_gan_learns_where_the_points_are(loss: str) -> None:
    cloud = np.random.default_rng(0).normal([0.5, -0.4], 0.15, (100, 2))
    config = LabConfig(
        data=data.OWN, points=data.rounded(cloud), loss=loss, penalty=0.2, batch_size=32, critic_width=16,
        generator_width=8,
    )  # fmt: skip
    if loss == "wasserstein":
        config = replace(config, critic_steps=5, generator_rate=0.001)
    lab = Lab(config)
    far = lab.snapshot().divergence.js
    lab.step(500)
    np.testing.assert_allclose(lab.sample(500).mean(axis=0), cloud.mean(axis=0), atol=0.12)
    assert lab.snapshot().divergence.js < 0.7 * far


class TestPresets:
    """Each does what its title says, and its question is answered accordingly."""

    by_key = {preset.key: preset for preset in PRESETS}  # noqa: RUF012

    def run(self, key: str) -> tuple[Lab, int]:
        preset = self.by_key[key]
        lab = Lab(preset.config)
        lab.step(5)
        start = lab.snapshot()
        lab.step(preset.steps - 5)
        return lab, preset.answer(start, lab.snapshot())

    def test_good(self) -> None:
        lab, answer = self.run("good")
        view = lab.snapshot()
        assert answer == 0
        assert view.clusters is not None
        assert view.clusters[0] >= 7
        assert view.divergence.js < 0.35
        assert swing(view.history) < STEADY / 2

    def test_collapse(self) -> None:
        lab, answer = self.run("collapse")
        reached = lab.snapshot().clusters
        assert answer == 2
        assert reached is not None
        assert reached[0] <= 2

    def test_detective_too_strong(self) -> None:
        lab, answer = self.run("strong")
        assert answer == 2
        assert push(lab.snapshot()) < 0.01

    def test_oscillation(self) -> None:
        lab, answer = self.run("oscillation")
        assert answer == 1
        assert swing(lab.snapshot().history) > 1.5 * STEADY


def test_a_run_without_bounds_says_so_and_stays_finite_to_look_at() -> None:
    lab = Lab(LabConfig(loss="wasserstein", optimiser="sgd", critic_rate=1.0, generator_rate=1.0, batch_size=16,
                        activation="leaky_relu"))  # fmt: skip
    lab.step(2000)
    view = lab.snapshot()
    assert view.broken
    assert view.step < 2000
    assert all(np.isfinite(part).all() for part in (view.fake, view.heat, view.arrows, view.manifold))


def test_a_run_is_broken_as_soon_as_its_points_have_left_all_bounds() -> None:
    lab = Lab(FLYING)
    lab.step(2)
    view = lab.snapshot()
    assert view.broken
    assert all(np.abs(part).max() <= BOUND for part in (view.fake, view.arrows, view.manifold))
    lab.step()
    assert lab.step_number == 2


def test_the_readme_counts_the_losses_that_can_be_chosen() -> None:
    counted = ("no", "one", "two", "three", "four", "five", "six")[len(LOSSES)]
    assert f"({counted} losses, " in (ROOT / "README.md").read_text("utf-8")


def test_a_long_run_keeps_a_bounded_history_from_its_start() -> None:
    lab = Lab(LabConfig(batch_size=8, critic_layers=0, generator_layers=0))
    lab.step(1700)
    steps = [row.step for row in lab.history]
    assert len(steps) <= 400
    assert steps[-1] > 1600
    assert len(set(np.diff(steps))) == 1


configs = st.builds(
    LabConfig,
    data=st.sampled_from(data.DATA[:-1]),
    noise=st.sampled_from(["uniform", "normal"]),
    noise_size=st.integers(1, 2),
    loss=st.sampled_from(LOSSES),
    penalty=st.floats(0, 100),
    critic_rate=st.floats(1e-5, 1),
    generator_layers=st.integers(0, 4),
    critic_steps=st.integers(0, 20),
    generator_steps=st.integers(1, 20),
    seed=st.integers(0, 2**31 - 1),
)
points = st.lists(st.tuples(st.floats(-1.4, 1.4), st.floats(-1.4, 1.4)), min_size=8, max_size=40)


@given(configs)
@settings(deadline=None, max_examples=60)
def test_an_address_gives_the_same_settings_again(config: LabConfig) -> None:
    assert LabConfig.from_query(config.to_query()) == config


@given(points)
@settings(deadline=None, max_examples=40)
def test_an_address_carries_own_points(drawn: list[tuple[float, float]]) -> None:
    config = LabConfig(data=data.OWN, points=tuple(drawn))
    assert LabConfig.from_query(config.to_query()) == config
    np.testing.assert_allclose(config.points, drawn, atol=0.001)


@pytest.mark.security
@given(
    st.dictionaries(st.sampled_from([f"lab_{name}" for name in ("seed", "data", "points", "critic_rate")]), st.text())
)
@settings(deadline=None, max_examples=60)
def test_any_address_gives_settings_or_a_sentence(query: dict[str, str]) -> None:
    try:
        config = LabConfig.from_query(query)
    except UserError:
        return
    assert LabConfig.from_query(config.to_query()) == config


@pytest.mark.security
@pytest.mark.parametrize(
    "wrong", [{"data": "cats"}, {"penalty": float("nan")}, {"critic_steps": 0, "generator_steps": 0}, {"seed": 1.5}]
)
def test_impossible_settings_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(LabError):
        LabConfig(**wrong)  # type: ignore[arg-type]


class TestCsv:
    """A teacher's file: read as spreadsheets write it, or refused with the line that is wrong."""

    rows = "\n".join(f"{x},{x * x}" for x in range(-10, 11))

    @pytest.mark.parametrize(
        "text",
        [
            rows,
            f"x,y\n{rows}\n\n",
            f"\ufeffx,y\n{rows}",
            "id;y;x\n" + "\n".join(f"a;{x * x},0;{x}" for x in range(-10, 11)),
        ],
    )
    def test_reads(self, text: str) -> None:
        found, rows = data.read_csv(text.encode())
        expected = np.array([[x, x * x - 50] for x in range(-10, 11)]) / 50
        np.testing.assert_allclose(found, expected, atol=0.001)
        assert rows == 21

    def test_many_rows_are_thinned(self) -> None:
        found, rows = data.read_csv("\n".join(f"{x},{-x}" for x in range(5000)).encode())
        assert rows == 5000
        assert len(found) == data.MOST_POINTS

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("", "0 rows"),
            ("x,y\n1,2\n3,4", "2 rows"),
            (rows + "\n3,many", "Line 22"),
            (rows + "\n3", "Line 22"),
            (rows + "\n3,inf", "Line 22"),
            ("a,b,c\n1,2,3", "x and y"),
            ("1,1\n" * 9, "one place"),
            ("\n".join(["1,2"] * (data.MOST_ROWS + 1)), "more than"),
        ],
    )
    def test_says_what_is_wrong(self, text: str, told: str) -> None:
        with pytest.raises(DataError, match=told):
            data.read_csv(text.encode())

    @given(st.binary(max_size=300))
    @settings(deadline=None, max_examples=100)
    def test_never_breaks(self, noise: bytes) -> None:
        try:
            found, _ = data.read_csv(noise)
        except DataError:
            return
        assert np.abs(found).max() <= data.VIEW
