"""What is said of the shipped avatar generator is what was measured of it."""

from core import artifacts
from core.avatar.card import model_card
from core.settings import ROOT, settings

FOLDER = settings().models / "avatar"


def test_the_card_tells_the_measured_figures() -> None:
    card = model_card(artifacts.open_artifact(FOLDER), artifacts.read_metrics(FOLDER))
    assert (FOLDER / "CARD.md").read_text(encoding="utf-8") == card


def test_the_readme_tells_the_measured_figures() -> None:
    metrics, readme = artifacts.read_metrics(FOLDER), (ROOT / "README.md").read_text(encoding="utf-8")
    theme = metrics["theme"]
    for name, share in (("generated", "accuracy"), ("baseline", "baseline"), ("real", "ceiling")):
        row = metrics["distribution"][name]
        figures = f"| {row['fid']:.1f} | {row['kid']:.4f} | {row['inception_score']:.2f} | {row['precision']:.3f} |"
        assert f"{figures} {row['recall']:.3f} | {theme[share]:.3f} |" in readme
    total = sum(row["capacity"]["at_least"] for row in metrics["uniqueness"])
    assert f"At least {total / 1e6:.1f} million avatars can be claimed" in readme
