"""What newcomers meet in the generators' rooms is drawn before they come."""

import pytest

from app import newcomers, showcase
from app.registry import HOME, room
from app.widgets.generators.visit import COUNT
from core.gan.latent_generator import LatentGenerator
from tests.app.conftest import Visit


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(
    ("prepare", "key"),
    [(newcomers.products, "product-images"), (newcomers.avatars, "avatars"), (newcomers.emoji, "campaign-emoji")],
)
def test_a_newcomer_waits_for_no_network(
    visit: Visit, monkeypatch: pytest.MonkeyPatch, prepare: newcomers.Preparation, key: str, language: str
) -> None:
    drawn: list[object] = []
    draw = LatentGenerator._drawn
    prepare()
    monkeypatch.setattr(LatentGenerator, "_drawn", lambda *inputs: (drawn.append(inputs), draw(*inputs))[1])
    page = visit(room(key), language)
    assert not page.exception
    assert not page.error
    assert sum(len(element.proto.imgs) for element in page.get("image")) >= COUNT
    assert drawn == []


def test_home_shows_what_the_generators_made_once_they_are_open(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(showcase, "_made", {})
    assert not [image for image in visit(HOME, "en").get("image") if image.proto.imgs[0].alt.startswith("Made by")]
    newcomers.avatars()
    first = [picture.tobytes() for picture in showcase.made("avatars")]
    page = visit(HOME, "en")
    made = [image for image in page.get("image") if image.proto.imgs[0].alt.startswith("Made by")]
    assert len(made) == len(first) == showcase.MOST
    newcomers.avatars()  # at the next start
    assert [picture.tobytes() for picture in showcase.made("avatars")] != first
