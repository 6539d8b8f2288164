"""What is said of the shipped model is what was measured of it."""

from core import artifacts
from core.datasets.fer2013 import CLASSES
from core.emotion.card import model_card
from core.settings import ROOT, settings

FOLDER = settings().models / "emotion"


def test_the_card_tells_the_measured_figures() -> None:
    card = model_card(artifacts.open_artifact(FOLDER), artifacts.read_metrics(FOLDER))
    assert (FOLDER / "CARD.md").read_text(encoding="utf-8") == card


def test_the_readme_tells_the_measured_accuracy() -> None:
    metrics = artifacts.read_metrics(FOLDER)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"{100 * metrics['accuracy']:.2f} %" in readme
    assert f"{100 * metrics['without_near_copies']['accuracy']:.2f} %" in readme


def test_the_figures_hang_together() -> None:
    metrics = artifacts.read_metrics(FOLDER)
    diagonal = sum(metrics["confusion"][i][i] for i in range(len(CLASSES)))
    assert metrics["accuracy"] == diagonal / metrics["n"]
    assert metrics["floor"]["accuracy"] < metrics["without_near_copies"]["accuracy"] <= metrics["accuracy"]
    assert abs(artifacts.open_artifact(FOLDER).metrics["accuracy"] - metrics["accuracy"]) < 0.005
