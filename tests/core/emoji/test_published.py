"""What is said of the shipped emoji generator is what was measured of it."""

import json

from core import artifacts
from core.emoji import refine_worth
from core.emoji.card import model_card
from core.gan.latent_generator import model_id
from core.settings import ROOT, settings

FOLDER = settings().models / "emoji"


def test_the_card_tells_the_measured_figures() -> None:
    manifest, metrics = artifacts.open_artifact(FOLDER), artifacts.read_metrics(FOLDER)
    card = model_card(manifest, metrics, refine_worth.read(FOLDER, model_id(manifest)))
    assert (FOLDER / "CARD.md").read_text(encoding="utf-8") == card


def test_the_card_tells_the_second_opinion_first_and_what_is_imitation() -> None:
    card = (FOLDER / "CARD.md").read_text(encoding="utf-8")
    metrics = artifacts.read_metrics(FOLDER)
    second, judged = (f"| {metrics[name]['mood']['accuracy']:.3f} |" for name in ("second_opinion", "relevance"))
    assert card.index(second) < card.index(judged)
    assert "The generator mostly imitates" in card
    assert "It is a weak baseline here." in card


def test_the_readme_tells_the_measured_figures() -> None:
    metrics, readme = artifacts.read_metrics(FOLDER), (ROOT / "README.md").read_text(encoding="utf-8")
    for name in ("generated", "baseline", "real"):
        row = metrics["distribution"][name]
        assert f"| {row['fid']:.1f} | {row['kid']:.4f} | {row['inception_score']:.2f} |" in readme
    for axis, row in metrics["second_opinion"].items():
        judged = metrics["relevance"][axis]
        shares = [row[name] for name in ("accuracy", "ceiling", "floor", "baseline")]
        shares += [judged[name] for name in ("accuracy", "ceiling")]
        assert f"| {axis} | {' | '.join(f'{share:.3f}' for share in shares)} |" in readme
    assert f"{metrics['memorisation']['pixels']['suspicious']:.1%}".replace("%", " %") in readme
    gain = json.loads((FOLDER / refine_worth.FILE).read_bytes())["gain"]["without"]["accuracy"]
    assert f"{100 * gain['mean']:.1f} points of\naccuracy ± {100 * gain['half_width']:.1f}" in readme
