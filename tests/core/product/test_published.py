"""The shipped generator is what its card and the README say, small enough, and knows what is asked of it."""

import pytest

from core import artifacts
from core.gan.latent_generator import DECODER, GENERATOR, STANDARD
from core.product.card import model_card
from core.product.service import ProductGenerator
from core.settings import ROOT, settings

FOLDER = settings().models / "product"


@pytest.fixture(scope="module")
def service() -> ProductGenerator:
    return ProductGenerator.load(FOLDER)


def test_the_card_tells_the_measured_figures() -> None:
    card = model_card(artifacts.open_artifact(FOLDER), artifacts.read_metrics(FOLDER))
    assert (FOLDER / "CARD.md").read_text(encoding="utf-8") == card


def test_the_readme_tells_the_measured_figures() -> None:
    metrics = artifacts.read_metrics(FOLDER)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for row in metrics["distribution"].values():
        if isinstance(row, dict):
            assert f"| {row['fid']:.1f} | {row['kid']:.4f} | {row['inception_score']:.2f} |" in readme
    for head in ("type", "colour", "gender"):
        row = metrics["attributes"][head]
        assert f"| {head} | {row['accuracy']:.3f} | {row['ceiling']:.3f} |" in readme


def test_all_weights_that_make_a_picture_are_small() -> None:
    served = sum((FOLDER / name).stat().st_size for name in (GENERATOR, DECODER, STANDARD))
    served += sum(path.stat().st_size for path in (settings().models / "text").iterdir() if path.suffix != ".md")
    assert served <= 16e6


@pytest.mark.parametrize(
    ("colour", "other"), [("red t-shirt", "blue t-shirt"), ("t-shirt rouge", "t-shirt bleu")], ids=["en", "fr"]
)
def test_a_colour_asked_for_is_seen(service: ProductGenerator, colour: str, other: str) -> None:
    """Averaged over pictures: where the ground is not white, red outweighs blue when red was asked for."""

    def redness(text: str) -> float:
        values = []
        for picture in service.generate(text, 16, seed=1):
            pixels = picture.image.astype(float)
            shown = pixels[pixels.min(axis=-1) < 200]
            values.append(float((shown[:, 0] - shown[:, 2]).mean()))
        return sum(values) / len(values)

    assert redness(colour) > redness(other) + 30


def test_it_draws_what_is_asked_far_better_than_the_baseline() -> None:
    metrics = artifacts.read_metrics(FOLDER)
    assert metrics["attributes"]["type"]["share_of_ceiling"] >= 0.8
    assert metrics["attributes"]["colour"]["share_of_ceiling"] >= 0.85
    for row in metrics["attributes"].values():
        assert row["floor"] < row["accuracy"] <= row["ceiling"] + 0.05
    found = metrics["distribution"]
    assert found["real"]["kid"] < found["generated"]["kid"] <= found["baseline"]["kid"] / 3
    assert metrics["r_precision"]["chance"] < metrics["r_precision"]["generated"]
