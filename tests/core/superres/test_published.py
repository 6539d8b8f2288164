"""The shipped upscaler is what its card and the README say, is small, and beats plain enlargement."""

from core import artifacts
from core.enlarging.network import build_upscaler
from core.settings import ROOT, settings
from core.superres.card import model_card

FOLDER = settings().models / "superres"


def test_the_card_tells_the_measured_figures() -> None:
    card = model_card(artifacts.open_artifact(FOLDER), artifacts.read_metrics(FOLDER))
    assert (FOLDER / "CARD.md").read_text(encoding="utf-8") == card


def test_the_card_names_the_file_of_the_networks() -> None:
    file = build_upscaler.__module__.replace(".", "/")
    assert f"`{file}.py`" in (FOLDER / "CARD.md").read_text(encoding="utf-8")


def test_the_readme_tells_the_measured_figures() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for figures in artifacts.read_metrics(FOLDER)["sets"].values():
        for row in figures["methods"].values():
            assert f"| {row['psnr']:.2f} | {row['ssim']:.4f} | {row['perceptual']:.4f} |" in readme


def test_each_twin_is_better_than_plain_enlargement_at_what_it_was_trained_for() -> None:
    for figures in artifacts.read_metrics(FOLDER)["sets"].values():
        methods = figures["methods"]
        assert methods["faithful"]["psnr"] >= methods["bicubic"]["psnr"] + 1.5
        assert methods["sharp"]["perceptual"] < methods["bicubic"]["perceptual"]
        assert methods["sharp"]["sharpness"] > methods["bicubic"]["sharpness"]


def test_both_twins_are_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.glob("*.keras")) <= 8e6
