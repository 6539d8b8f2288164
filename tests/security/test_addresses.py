"""Whatever stands in an address, a page opens: what makes no sense is left out, and what is kept is within bounds."""

import base64
import json
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.widgets import shopper
from app.widgets.avatars import visit as avatars
from app.widgets.emoji import brief
from app.widgets.emoji import view as emoji
from app.widgets.generators.address import SHEET, pack, unpack
from app.widgets.products import visit as products
from core.classroom.lab.config import PREFIX, LabConfig
from core.errors import UserError
from core.gan.recipe import MAX_SEED

pytestmark = pytest.mark.security

SENSELESS = (
    "", "-1", "-0", "+7", "1e9", "7.0", "0x10", "٣", "²", "１２", "9" * 5000, "1" + "0" * 400, "NaN", "inf", "None",
    "<script>alert(1)</script>", "javascript:alert(1)", "../../etc/passwd", "%2e%2e%2f", "' OR 1=1 --", "{{7*7}}",
    "\x00", "\n\n", "\u202e", "\ud800", "a" * 20_000, "{}", "[" * 5000, "," * 5000, "joy.70,love.30", "saga:50",
    "true", ".....",
)  # fmt: skip
CLASSES = {
    "mood": ["joy", "love"], "topic": ["food"], "interaction": ["thanks"], "style": ["noto", "openmoji"],
    "things": ["🍕"],
}  # fmt: skip
THEMES = ["saga", "cats"]
SHOP: Any = SimpleNamespace(
    shop=SimpleNamespace(place={"B001": 0, "B002": 1}, departments=("Makeup",)), methods={"hybrid": 1, "popular": 2}
)

texts = st.one_of(st.sampled_from(SENSELESS), st.text(max_size=40), st.integers().map(str))
few = settings(deadline=None, max_examples=60)


def parameters(*names: str) -> st.SearchStrategy[dict[str, str]]:
    return st.dictionaries(st.sampled_from(names), texts, max_size=len(names))


@given(parameters(*products.PARAMETERS))
@few
def test_product_images(given: dict[str, str]) -> None:
    view, _, _ = products.read_address(given)
    assert 0 <= view.seed <= MAX_SEED
    assert view.variety in products.VARIETIES
    assert view.text.isprintable()
    assert products.read_address(view.address()) == (view, None, False)


@given(parameters("theme", "mix", "seed", "variety", SHEET))
@few
def test_avatars(given: dict[str, str]) -> None:
    view, _, _ = avatars.read_address(given, THEMES)
    assert 0 <= view.seed <= MAX_SEED
    assert view.theme in ("", *THEMES)
    assert avatars.read_address(view.address(), THEMES) == (view, None, False)


@given(parameters(*emoji.PARAMETERS))
@few
def test_campaign_emoji(given: dict[str, str]) -> None:
    view, _ = emoji.read_address(given, CLASSES)
    assert 0 <= view.seed <= MAX_SEED
    assert view.mood in ("", *CLASSES["mood"])
    assert set(view.things) <= set(CLASSES["things"])
    assert emoji.read_address(view.address(), CLASSES) == (view, False)


@given(texts)
@few
def test_a_campaign_of_emoji(given: str) -> None:
    asked, senseless = brief.read_asked(given, CLASSES["style"])
    assert (asked is None) == (senseless or not given)


@given(parameters("likes", "not", "department", "diversity", "n", "methods"))
@few
def test_recommendations(given: dict[str, str]) -> None:
    view, _ = shopper.read_address(given, SHOP)
    assert view.count in shopper.COUNTS
    assert set(view.liked) <= set(SHOP.shop.place)
    assert set(view.methods) <= set(SHOP.methods)
    assert shopper.read_address(view.address(), SHOP) == (view, False)


@given(st.dictionaries(st.sampled_from([PREFIX + name for name in LabConfig.__dataclass_fields__]), texts))
@few
def test_the_laboratory(given: dict[str, str]) -> None:
    try:
        config = LabConfig.from_query(given)
    except UserError:
        return
    assert LabConfig.from_query(config.to_query()) == config


# what JSON can say, most of it shaped like what is packed
leaves = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(["near", "text"])
)
names = st.sampled_from(["kind", "text", "seed", "order", "other", "strength", "steps", "truncation", "theme", "mix"])
contents = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=5), max_leaves=12
)


@given(st.dictionaries(names, contents, max_size=6))
@few
def test_what_a_stranger_packs_is_drawn_or_left_out(content: dict[str, Any]) -> None:
    for asked in (
        products.read_address({SHEET: pack(content)}),
        avatars.read_address({SHEET: pack(content)}, THEMES),
    ):
        assert (asked.wish is None) == asked.strange


def _packed(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "packed",
    [
        _packed('{"a":' * 1000 + "1" + "}" * 1000),
        _packed("[" * 3000),
        _packed('{"seed": ' + "9" * 5000 + "}"),
        _packed("3"),
        "=" * 50,
        "é" * 50,
        "A" * 1_000_000,
        *(text for text in SENSELESS if text),
    ],
)
def test_what_was_not_packed_here_is_refused_in_a_sentence(packed: str) -> None:
    with pytest.raises(UserError, match="does not say what is to be drawn"):
        products.Wish.from_dict(unpack(packed))


@given(st.dictionaries(st.text(max_size=5).filter(str.isascii), leaves.filter(lambda x: x == x), max_size=4))
@few
def test_what_is_packed_is_unpacked_as_it_was(content: dict[str, Any]) -> None:
    assert unpack(pack(content)) == json.loads(json.dumps(content))
