"""The page of avatars, as visitors who draw, pay, claim, come second, verify and change language meet it.

The generator is tiny and untrained: what is tested holds for any model.
"""

import base64
import html
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image
from streamlit.runtime.context import ContextProxy
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from app import records, resources, server
from app.i18n import Translator
from app.registry import ROOT, room
from app.widgets.avatars import certificate, claiming, mine, statement, verify, wallet, wording
from app.widgets.avatars.gallery import Counter, checked
from app.widgets.avatars.purse import Purse
from app.widgets.avatars.visit import PARAMETERS, View, Visit, Wish, name_of, read_address
from app.widgets.generators.address import SHEET, pack, unpack
from app.widgets.generators.visit import COUNT
from core.avatar.service import Avatar, AvatarGenerator
from core.database import DatabaseReadOnlyError
from core.gan.recipe import MAX_SEED
from core.images import decode
from core.ledger.accounts import Euros, InsufficientCreditError
from core.ledger.certificates import Credentials
from core.ledger.service import Ledger
from core.limits import TooManyAttemptsError
from core.settings import settings
from tests.app import tiny_avatars
from tests.core.ledger.stripe_stand_in import Sessions, stripe_stand_in

PAGE = room("avatars")
THEMES = tiny_avatars.THEMES
READ_ONLY = "The register can only be read just now. Nothing was charged. Try again later."


def _forget() -> None:
    settings.cache_clear()
    for loader in (
        resources.avatar_generator, resources.baseline, records.avatar_record, resources.plain_ledger,
        resources.measured_ledger,
    ):  # fmt: skip
        loader.clear()


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_avatars.build(tmp_path_factory.mktemp("tiny") / "models")


@pytest.fixture(scope="module")
def service(tiny: Path) -> AvatarGenerator:
    service = AvatarGenerator.load(tiny / "avatar")
    service.warm_up()
    return service


@pytest.fixture(autouse=True)
def ledger(tiny: Path, service: AvatarGenerator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ledger]:
    """The page meets the tiny generator, and a database of its own."""
    monkeypatch.setenv("EFFIGIES_MODELS", str(tiny))
    monkeypatch.setenv("EFFIGIES_STATE", str(tmp_path / "state"))
    _forget()
    monkeypatch.setattr("core.avatar.service.AvatarGenerator.load", lambda folder: service)
    ledger = resources.ledger()
    yield ledger
    ledger.database.close()
    monkeypatch.undo()
    _forget()


def open_link(language: str = "en", **parameters: str) -> AppTest:
    studio = AppTest.from_file(str(ROOT / "app" / "main.py"), default_timeout=120)
    for name, value in {"lang": language, **parameters}.items():
        studio.query_params[name] = value
    studio._page_hash = calc_hash(PAGE.url_path)
    return studio.run()


def look_at(service: AvatarGenerator, visit: Visit, purse: Purse, avatar: Avatar) -> AppTest:
    """The close-up by itself; AppTest closes dialogs at every step."""
    counter = Counter(resources.ledger(), None, purse, {})
    given = {"service": service, "visit": visit, "counter": counter, "avatar": avatar}
    dialog = AppTest.from_function(_closeup, kwargs=given, default_timeout=120)
    dialog.session_state["language"] = "en"
    return dialog.run()


def _closeup(service: "AvatarGenerator", visit: "Visit", counter: "Counter", avatar: "Avatar") -> None:
    from app.i18n import Translator
    from app.widgets.avatars import closeup

    closeup.content(Translator("en"), service, visit, counter, avatar)


def said(page: AppTest) -> str:
    parts = (*page.markdown, *page.caption, *page.subheader, *page.info, *page.warning, *page.error, *page.success)
    return "\n".join(part.value for part in parts)


def pictures(page: AppTest) -> list[str]:
    """Alternative texts of the cards' pictures, in order."""
    alternatives = [image.alt for element in page.get("image") for image in element.proto.imgs]
    return [text for text in alternatives if text.startswith(("Generated", "Avatar généré"))][:COUNT]


def given(page: AppTest) -> dict[str, str]:
    """The parameters of the page's address, without the language."""
    values = {name: page.query_params[name] for name in PARAMETERS if name in page.query_params}
    return {name: value if isinstance(value, str) else value[0] for name, value in values.items()}


def click(page: AppTest, start: str) -> AppTest:
    """Press the first button whose key starts like this."""
    return next(button for button in page.button if (button.key or "").startswith(start)).click().run()


def visit_of(page: AppTest) -> Visit:
    visit = page.session_state["avatars"]
    assert isinstance(visit, Visit)
    return visit


def purse_of(page: AppTest) -> Purse:
    purse = page.session_state["avatars_purse"]
    assert isinstance(purse, Purse)
    return purse


def filled(ledger: Ledger, cents: int = 100) -> Purse:
    """A purse with an open wallet and credit."""
    owner, _ = ledger.create_wallet("test")
    for key in range(cents // 100):
        ledger.settle(ledger.start_payment(owner, "ten", "demo", "", str(key)).reference)
    return Purse(owner)


def test_a_new_visitor_sees_eight_avatars_of_the_first_theme_and_all_themes(service: AvatarGenerator) -> None:
    page = open_link("fr")
    assert not page.exception
    assert len(pictures(page)) == COUNT
    assert given(page) == {}
    assert len({button.key for button in page.button if (button.key or "").startswith("avatars_theme_")}) == len(THEMES)
    click(page, "avatars_theme_cats")
    assert given(page) == {"theme": "cats"}
    assert all(avatar.order.themes == {"cats": 1.0} for avatar in visit_of(page).sheet.pictures)  # type: ignore[union-attr]


def test_again_draws_others_and_undo_brings_the_first_back() -> None:
    page = open_link(theme="cats", seed="5")
    first = visit_of(page).sheet
    assert first is not None
    click(page, "avatars_again")
    second = visit_of(page).sheet
    assert second is not None
    assert second.pictures[0].order != first.pictures[0].order
    click(page, "avatars_undo")
    assert visit_of(page).sheet == first
    assert given(page) == {"theme": "cats", "seed": "5"}


def test_an_address_asks_for_theme_seed_variety_and_mix() -> None:
    page = open_link(theme="cats", seed="11", variety="50", mix="robots:30")
    avatar = visit_of(page).sheet.pictures[0]  # type: ignore[union-attr]
    assert dict(avatar.order.themes) == {"cats": 0.7, "robots": 0.3}
    assert (avatar.order.recipe.seed, avatar.order.recipe.truncation) == (11, 0.5)
    assert given(page) == {"theme": "cats", "seed": "11", "variety": "50", "mix": "robots:30"}


@pytest.mark.security
@pytest.mark.parametrize(
    "parameters",
    [
        {"theme": "<script>"}, {"seed": "-1"}, {"seed": str(MAX_SEED + 1)}, {"seed": "1e9"}, {"variety": "55"},
        {"mix": "cats:0"}, {"mix": "nobody:50"}, {"mix": "cats:٣٠"}, {"mix": "cats"}, {"sheet": "nonsense"},
        {"sheet": pack({"kind": "themes", "seed": 1, "strength": 0.2})},
        {"sheet": pack({"kind": "near", "seed": -1, "strength": 0.2, "order": {}})},
        {"sheet": pack({"kind": "near", "seed": 1, "strength": 0.2, "order": {"kind": "product", "seed": 1}})},
        {"sheet": pack({"kind": "near", "seed": 1, "strength": 9, "order": {"kind": "avatar", "seed": 1}})},
        {"sheet": pack({"kind": "morph", "seed": 1, "strength": 0.2, "order": {"kind": "avatar", "seed": 1}})},
    ],
)  # fmt: skip
def test_what_makes_no_sense_in_an_address_is_left_out(parameters: dict[str, str]) -> None:
    view, wish, strange = read_address(parameters, THEMES)
    assert strange
    assert wish is None
    assert view.address() in ({}, {"mix": "cats:50"})
    kept = View("cats", 9, 80, "saga", 40)
    assert read_address(kept.address(), THEMES) == (kept, None, False)


def test_favourites_morph_and_have_children(service: AvatarGenerator) -> None:
    page = open_link()
    visit = visit_of(page)
    for place in (0, 1):
        visit.favour(visit.sheet.pictures[place])  # type: ignore[union-attr]
    page.run()
    click(page, "avatars_morph")
    ends = visit_of(page).sheet.pictures  # type: ignore[union-attr]
    for end, favourite in zip((ends[0], ends[-1]), visit.favourites, strict=True):
        # the way's last step is the other's noise but for rounding, which may move a pixel by one level
        np.testing.assert_allclose(end.image.astype(int), favourite.image.astype(int), atol=1)
    click(page, "avatars_children")
    assert visit_of(page).wish.kind == "children"  # type: ignore[union-attr]
    assert len(pictures(page)) == COUNT


def test_a_link_to_variations_draws_the_same_ones_and_the_back_button_leaves_them() -> None:
    page = open_link(theme="cats", seed="5")
    start = visit_of(page).sheet
    click(page, "avatars_near_3")
    assert set(given(page)) == {"theme", "seed", SHEET}
    near = visit_of(page).sheet
    assert start is not None
    assert near is not None
    again = open_link("fr", **given(page))
    assert given(again) == given(page)
    for one, other in zip(near.pictures, visit_of(again).sheet.pictures, strict=True):  # type: ignore[union-attr]
        np.testing.assert_array_equal(one.image, other.image)
    del page.query_params[SHEET]  # what the browser does on the way back
    page.run()
    assert visit_of(page).sheet.wish == start.wish  # type: ignore[union-attr]


def test_wishes_for_pairs_survive_their_way_through_an_address(service: AvatarGenerator) -> None:
    first, second = service.generate("cats", 2, seed=4)
    child = service.children(first.order, second.order, 1, seed=9)[0]
    visit = Visit()
    visit.pair("children", child.order, second.order)
    assert Wish.from_dict(read_back(visit)) == visit.wish
    visit.pair("morph", second.order, child.order)
    assert Wish.from_dict(read_back(visit)) == visit.wish


def read_back(visit: Visit) -> dict[str, object]:
    return unpack(visit.address()[SHEET])


def test_a_link_to_an_avatar_of_a_theme_that_is_gone_is_answered() -> None:
    order = {"kind": "avatar", "seed": 1, "themes": {"dragons": 1.0}}
    page = open_link(sheet=pack({"kind": "near", "seed": 1, "strength": 0.2, "order": order}))
    assert not page.exception
    assert "There is no theme dragons" in said(page)


def test_from_nothing_to_a_claimed_avatar_inside_the_close_up(service: AvatarGenerator, ledger: Ledger) -> None:
    visit, purse = Visit(), Purse()
    avatar = service.generate("saga", 1, seed=4)[0]
    dialog = look_at(service, visit, purse, avatar)
    assert f"nearest of {tiny_avatars.TRAINING} training pictures" in said(dialog)
    click(dialog, "avatars_create_closeup")
    assert purse.unsaved is not None
    assert purse.unsaved.code in [code.value for code in dialog.code]
    assert ledger.open_wallet(purse.unsaved.code, "test") == purse.wallet
    click(dialog, "avatars_saved_closeup")
    assert not dialog.code
    assert "no money is taken" in said(dialog)
    click(dialog, "avatars_pack_ten_demo_closeup")
    assert "€1.00 of credit was added" in said(dialog)
    click(dialog, "avatars_claim")
    assert not dialog.exception
    assert "It is yours: avatar no. 1" in said(dialog)
    (claim,) = ledger.claims_of(purse.wallet)
    assert (claim.theme, claim.model_hash, claim.recipe) == ("saga", service.model, avatar.order.as_dict())
    assert any("Lisa Wischofsky" in line for line in claim.credits)
    assert ledger.balance_cents(purse.wallet) == 90
    np.testing.assert_array_equal(decode(ledger.picture(purse.wallet, 1)), avatar.image)


def test_a_second_visitor_cannot_claim_it_and_pays_nothing(service: AvatarGenerator, ledger: Ledger) -> None:
    first, second = filled(ledger), filled(ledger)
    avatar = service.generate("cats", 1, seed=4)[0]
    dialog = look_at(service, Visit(), second, avatar)
    first.claim(ledger, claiming.offer_of(service, avatar), "click")  # while the second is looking
    click(dialog, "avatars_claim")
    assert "too near to avatar no. 1, taken already" in said(dialog)
    assert "cannot be claimed" in said(dialog)
    assert next(button for button in dialog.button if button.key == "avatars_claim").disabled
    assert ledger.balance_cents(second.wallet) == 100  # type: ignore[arg-type]
    assert ledger.claims_of(second.wallet) == []  # type: ignore[arg-type]
    (check,) = checked(ledger, [avatar])
    assert not check.available


def test_two_clicks_on_one_button_claim_and_buy_once(service: AvatarGenerator, ledger: Ledger) -> None:
    purse = filled(ledger)
    offer = claiming.offer_of(service, service.generate("cats", 1, seed=4)[0])
    for _click in range(2):
        purse.claim(ledger, offer, "one wish")
    assert ledger.balance_cents(purse.wallet) == 90  # type: ignore[arg-type]
    drawn_with = purse.key
    for _click in range(2):
        purse.buy(ledger, "ten", "demo", drawn_with)
    assert ledger.balance_cents(purse.wallet) == 190  # type: ignore[arg-type]
    purse.buy(ledger, "ten", "demo", purse.key)  # a third one, on the new button
    assert ledger.balance_cents(purse.wallet) == 290  # type: ignore[arg-type]
    assert ledger.audit().sound


def test_wallet_keys_and_avatars_survive_the_language_and_other_pages(service: AvatarGenerator, ledger: Ledger) -> None:
    page = open_link()
    sheet = visit_of(page).sheet
    page.session_state["avatars_rooms_en"] = "My avatars and wallet"
    page = page.run()
    click(page, "avatars_create_tab")
    unsaved = purse_of(page).unsaved
    assert unsaved is not None
    purse_of(page).buy(ledger, "ten", "demo", "key")
    purse_of(page).claim(ledger, claiming.offer_of(service, sheet.pictures[2]), "wish")  # type: ignore[union-attr]
    page.segmented_control(key="language").set_value("fr").run()
    assert not page.exception
    assert unsaved.code in [code.value for code in page.code]
    page._page_hash = calc_hash("")
    page.run()
    page._page_hash = calc_hash(PAGE.url_path)
    page.run()
    assert unsaved.code in [code.value for code in page.code]
    assert visit_of(page).sheet == sheet


def test_a_claimed_avatar_shows_as_claimed_where_it_was_drawn(service: AvatarGenerator, ledger: Ledger) -> None:
    page = open_link()
    sheet = visit_of(page).sheet
    assert sheet is not None
    page.session_state["avatars_purse"] = purse = filled(ledger)
    purse.claim(ledger, claiming.offer_of(service, sheet.pictures[2]), "wish")
    page.run()
    assert [badge.value for badge in page.markdown if "Yours, no. 1" in badge.value]
    assert mine.by_order(ledger, purse)[service.model, name_of(sheet.pictures[2].order)].serial == 1
    stranger = open_link()
    assert [badge.value for badge in stranger.markdown if "Taken" in badge.value]


def test_what_an_earlier_model_drew_of_the_same_recipe_is_another_picture(
    service: AvatarGenerator, ledger: Ledger
) -> None:
    page = open_link()
    sheet = visit_of(page).sheet
    assert sheet is not None
    avatar, purse = sheet.pictures[2], filled(ledger)
    before = service.generate("cats", 1, seed=99)[0].image
    purse.claim(
        ledger, replace(claiming.offer_of(service, avatar), image=before, model_hash="an earlier model"), "before"
    )
    page.session_state["avatars_purse"] = purse
    page.run()
    assert not [badge.value for badge in page.markdown if "Yours" in badge.value]
    dialog = look_at(service, Visit(), purse, avatar)
    assert "It is yours" not in said(dialog)
    click(dialog, "avatars_claim")
    assert "It is yours: avatar no. 2" in said(dialog)


def test_credit_is_sold_only_once_the_keys_are_written_down(service: AvatarGenerator) -> None:
    purse = Purse()
    dialog = look_at(service, Visit(), purse, service.generate("saga", 1, seed=4)[0])
    click(dialog, "avatars_create_closeup")
    assert not [button for button in dialog.button if (button.key or "").startswith("avatars_pack")]
    assert "Once the code is written down" in said(dialog)
    click(dialog, "avatars_saved_closeup")
    assert [button for button in dialog.button if (button.key or "").startswith("avatars_pack")]


def test_who_looked_at_too_much_can_claim_all_the_same(
    service: AvatarGenerator, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check_all(*_: object) -> None:
        raise TooManyAttemptsError("too often")

    monkeypatch.setattr(Ledger, "check_all", check_all)
    purse = filled(ledger)
    dialog = look_at(service, Visit(), purse, service.generate("cats", 1, seed=4)[0])
    assert "cannot be shown just now" in said(dialog)
    click(dialog, "avatars_claim")
    assert "It is yours: avatar no. 1" in said(dialog)


@pytest.mark.security
def test_a_wallet_that_got_a_new_code_elsewhere_is_closed_here(service: AvatarGenerator, ledger: Ledger) -> None:
    _, keys = ledger.create_wallet("test")
    page, purse = open_link(), Purse()
    purse.open(ledger, keys.code)
    page.session_state["avatars_purse"] = purse
    Purse().recover(ledger, keys.sentence)
    page.run()
    assert not page.exception
    assert "got a new code elsewhere" in said(page)
    assert purse.wallet is None
    purse.open(ledger, keys.code)
    assert purse.wallet is None
    purse.wallet = replace(ledger.create_wallet("test")[0], opened_by=b"another")
    purse.buy(ledger, "ten", "demo", "key")  # between two looks
    assert purse.wallet is None
    assert "got a new code elsewhere" in str(purse.problem)


def test_a_wallet_opens_by_code_and_a_wrong_one_is_told_so(ledger: Ledger) -> None:
    owner, keys = ledger.create_wallet("test")
    purse = Purse()
    purse.open(ledger, "AAAAA-AAAAA-AAAAA-AAAAA")
    assert purse.problem is not None
    assert "No wallet opens with this" in str(purse.problem)
    purse.open(ledger, keys.code.lower())
    assert purse.wallet == owner
    assert not purse.problem
    purse.recover(ledger, keys.sentence)
    assert purse.wallet is not None
    assert purse.wallet.id == owner.id
    assert purse.unsaved is not None
    assert ledger.open_wallet(purse.unsaved.code, "test") == purse.wallet


def test_the_qr_code_holds_the_code(ledger: Ledger) -> None:
    _, keys = ledger.create_wallet("test")
    drawn = cv2.imdecode(np.frombuffer(wallet.qr_code(keys.code), np.uint8), cv2.IMREAD_COLOR)
    assert cv2.QRCodeDetector().detectAndDecode(drawn)[0] == keys.code
    text = wallet.as_text(Translator("en"), keys)
    assert keys.code in text
    assert keys.sentence in text


def test_coming_back_from_a_payment_credits_its_buyer_alone(ledger: Ledger) -> None:
    buyer, _ = ledger.create_wallet("buyer")
    checkout = ledger.start_payment(buyer, "ten", "demo", "")
    page = open_link(payment=checkout.reference)
    assert "payment" not in page.query_params
    assert ledger.balance_cents(buyer) == 100
    assert purse_of(page).wallet is None  # the address opens no wallet
    assert not open_link(payment="cs_test_invented").exception
    assert ledger.balance_cents(buyer) == 100


@pytest.fixture
def stripe(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sessions]:
    """The studio takes cards; what Stripe's stand-in knows of payments."""
    with stripe_stand_in() as (till, sessions):
        monkeypatch.setattr("core.ledger.service.open_till", lambda settings: till)
        _forget()
        yield sessions
        resources.ledger().database.close()


def test_a_pack_is_paid_by_card_and_credited_when_it_was_paid(stripe: Sessions) -> None:
    page = open_link()
    page.session_state["avatars_rooms_en"] = "My avatars and wallet"
    page.run()
    click(page, "avatars_create_tab")
    click(page, "avatars_saved_tab")
    assert "Stripe in test mode" in said(page)
    click(page, "avatars_pack_ten_stripe_tab")
    ((reference, session),) = stripe.items()
    (link,) = page.get("link_button")
    assert link.proto.url == session["url"]
    ledger, owner = resources.ledger(), purse_of(page).wallet
    assert owner is not None
    click(page, "avatars_paid_tab")  # without having paid
    assert "has not arrived yet" in said(page)
    assert ledger.balance_cents(owner) == 0
    session["payment_status"] = "paid"
    click(page, "avatars_paid_tab")
    assert "€1.00 of credit was added" in said(page)
    assert not page.get("link_button")
    page = open_link(payment=reference)  # Stripe sends the visitor back to a new tab as well
    assert "Your payment has arrived" in said(page)
    assert ledger.balance_cents(owner) == 100
    assert ledger.audit().sound


def test_a_payment_that_nobody_told_of_is_credited_when_the_wallet_is_opened_or_it_is_missed(stripe: Sessions) -> None:
    ledger = resources.ledger()
    owner, keys = ledger.create_wallet("test")
    page = open_link()
    page.session_state["avatars_rooms_en"] = "My avatars and wallet"
    purse_of(page).open(ledger, keys.code)
    page.run()
    click(page, "avatars_missing_tab")
    assert "No payment of the last days is open" in said(page)
    for way in ("opened", "missed"):
        reference = ledger.start_payment(owner, "ten", "stripe", "http://studio/avatars").reference
        click(page, "avatars_missing_tab")
        assert "has not arrived yet" in said(page)
        stripe[reference]["payment_status"] = "paid"  # and the browser was closed
        if way == "opened":
            purse_of(page).open(ledger, keys.code)
            page.run()
        else:
            click(page, "avatars_missing_tab")
        assert "€1.00 of credit was added" in said(page)
    assert ledger.balance_cents(owner) == 200


def test_the_statement_lists_what_came_and_went_and_can_be_kept(service: AvatarGenerator, ledger: Ledger) -> None:
    page = open_link()
    page.session_state["avatars_rooms_en"] = "My avatars and wallet"
    page.session_state["avatars_purse"] = purse = filled(ledger)
    purse.claim(ledger, claiming.offer_of(service, service.generate("cats", 1, seed=4)[0]), "wish")
    page.run()
    assert not page.exception
    shown = page.dataframe[0].value.drop(columns="Day and time (UTC)").to_numpy().tolist()
    assert shown == [
        ["Avatar no. 1", "-€0.10", "€0.90"],
        ["Credit given away (demonstration)", "€1.00", "€1.00"],
    ]
    assert purse.wallet is not None
    lines = statement.as_csv(Translator("fr"), ledger.statement(purse.wallet)).decode("utf-8-sig").splitlines()
    assert [line.rsplit(",", 2)[1:] for line in lines[1:]] == [["-0.10", "0.90"], ["1.00", "1.00"]]


def test_a_visitor_who_comes_back_without_having_paid_is_told_so_and_so_is_one_whom_stripe_leaves_alone(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    with stripe_stand_in() as (till, _sessions):
        monkeypatch.setattr("core.ledger.service.open_till", lambda settings: till)
        _forget()
        owner, _ = resources.ledger().create_wallet("test")
        checkout = resources.ledger().start_payment(owner, "ten", "stripe", "http://studio/avatars")
        page = open_link(payment=checkout.reference)
        assert "has not arrived yet" in said(page)
        assert page.query_params["payment"] == checkout.reference  # to be opened again, later
    page = open_link(payment=checkout.reference)
    assert not page.exception
    assert "The payment service does not answer" in said(page)
    assert ledger.balance_cents(owner) == 0
    resources.ledger().database.close()


@pytest.fixture
def upload(ledger: Ledger) -> Callable[[bytes], AppTest]:
    """Give a picture to Verify."""

    def give(data: bytes) -> AppTest:
        page = open_link()
        page.session_state["avatars_rooms_en"] = "Verify"
        page.run()
        return page.file_uploader(key="avatars_file").upload("avatar.png", data, "image/png").run()

    return give


def test_verify_recognises_a_claimed_avatar_by_any_file_of_it(
    service: AvatarGenerator, ledger: Ledger, upload: Callable[[bytes], AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    purse = filled(ledger)
    avatars = service.generate("cats", 2, seed=8)
    purse.claim(ledger, claiming.offer_of(service, avatars[0]), "wish")
    page = upload(ledger.picture(purse.wallet, 1, "round"))  # type: ignore[arg-type]
    assert "avatar no. 1, theme Guild of cats" in said(page)
    assert "within the circle" in said(page)
    page = upload(ledger.certificate(purse.wallet, 1, "256"))  # type: ignore[arg-type]
    assert "carries our certificate, and was not changed" in said(page)
    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "verify", lambda *_: pytest.fail("looked up again"))
        assert "carries our certificate, and was not changed" in said(page.run())
    assert "Nobody has claimed this picture" in said(upload(avatars[1].png()))
    assert "not a picture" in said(upload(b"MZ nothing"))


@pytest.mark.security
def test_the_certificate_to_print_stands_alone_and_escapes(service: AvatarGenerator, ledger: Ledger) -> None:
    purse = filled(ledger)
    offer = replace(claiming.offer_of(service, service.generate("cats", 1, seed=8)[0]), credits=("<b>A & B</b>",))
    purse.claim(ledger, offer, "wish")
    (claim,) = ledger.claims_of(purse.wallet)  # type: ignore[arg-type]
    for language in ("en", "fr"):
        link = 'http://studio.test/avatars?part=verify&x="<b>'
        page = certificate.page(Translator(language), claim, ledger, purse.wallet, link).decode()  # type: ignore[arg-type]
        assert f'lang="{language}"' in page
        assert "&lt;b&gt;A &amp; B&lt;/b&gt;" in page
        assert claim.fingerprint in page
        (leads,) = re.findall(r'<a href="([^"]*)">', page)
        assert html.unescape(leads) == link
        assert not re.search(r"src=\"http|<link|<b>|<script|@import", page)
        assert "<svg" in page
        assert wording.euros(Translator(language), 10) in page
        (inside,) = re.findall(r"data:image/png;base64,([\w+/=]+)", page)
        found = ledger.verify(base64.b64decode(inside), "visitor")
        assert (found.claim, found.credentials) == (claim, Credentials.INTACT)


def test_the_taught_baseline_draws_the_same_theme_and_seeds_on_demand() -> None:
    page = open_link(theme="cats", seed="5")
    page.toggle(key="avatars_taught").set_value(True).run()
    assert not page.exception
    alternatives = [image.alt for element in page.get("image") for image in element.proto.imgs]
    seeds = [text.split("seed ")[1] for text in alternatives if text.startswith("Drawn by the DCGAN")]
    assert seeds == [str(avatar.order.recipe.seed) for avatar in visit_of(page).sheet.pictures]  # type: ignore[union-attr]
    cats = page.session_state["page_memory"]["avatars_taught_drawn"][1]
    page = open_link(theme="robots", seed="5")
    page.toggle(key="avatars_taught").set_value(True).run()
    assert (page.session_state["page_memory"]["avatars_taught_drawn"][1] != cats).any(), "the theme counts"


@pytest.mark.parametrize(
    ("told", "url", "expected"),
    [
        ("", "http://localhost:8501/avatars?lang=fr", "http://192.0.2.7:8501/avatars?part=verify"),
        ("", "https://example.org/studio/avatars", "https://example.org/studio/avatars?part=verify"),
        ("https://studio.test/", "http://localhost:8501/avatars", "https://studio.test/avatars?part=verify"),
    ],
)
def test_a_certificates_link_reaches_the_studio_from_other_devices(
    monkeypatch: pytest.MonkeyPatch, told: str, url: str, expected: str
) -> None:
    monkeypatch.setattr(ContextProxy, "url", property(lambda _context: url))
    monkeypatch.setattr(server, "lan_address", lambda: "192.0.2.7")
    if told:
        monkeypatch.setenv("EFFIGIES_ADDRESS", told)
    settings.cache_clear()
    assert verify.link() == expected
    monkeypatch.undo()
    settings.cache_clear()


def test_a_certificates_link_opens_where_pictures_are_verified(service: AvatarGenerator, ledger: Ledger) -> None:
    page = open_link(part="verify")
    assert not page.exception
    assert page.file_uploader(key="avatars_file")
    assert "part" not in page.query_params


def test_without_the_model_wallets_and_verifying_go_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, upload: Callable[[bytes], AppTest]
) -> None:
    monkeypatch.undo()
    monkeypatch.setenv("EFFIGIES_MODELS", str(tmp_path / "none"))
    monkeypatch.setenv("EFFIGIES_STATE", str(tmp_path / "state"))
    _forget()
    page = open_link()
    assert not page.exception
    assert "avatar" in page.error[0].value
    buffer = io.BytesIO()
    Image.new("RGB", (64, 64), "red").save(buffer, "PNG")
    assert "Nobody has claimed this picture" in said(upload(buffer.getvalue()))
    page.session_state["avatars_rooms_en"] = "My avatars and wallet"
    page.run()
    click(page, "avatars_create_tab")
    assert purse_of(page).wallet is not None


def test_a_register_that_was_opened_before_the_model_takes_up_its_thresholds(
    tiny: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    models = tmp_path / "later"
    models.mkdir()
    monkeypatch.setenv("EFFIGIES_MODELS", str(models))
    _forget()
    before = resources.ledger()
    assert (before.reference, before.rule.by_theme) == (None, {})
    (models / "avatar").symlink_to((tiny / "avatar").resolve())
    after = resources.ledger()
    assert set(after.rule.by_theme) == set(THEMES)
    assert len(after.reference or ()) == tiny_avatars.TRAINING
    assert after.database is before.database
    assert resources.ledger() is after  # nothing is read again


def test_when_the_database_goes_away_drawing_goes_on(ledger: Ledger) -> None:
    page = open_link()
    ledger.database.close()
    assert ledger.database.file is not None
    ledger.database.file.unlink()
    click(page, "avatars_again")
    assert not page.exception
    assert len(pictures(page)) == COUNT
    click(page, "avatars_open_0")
    assert not page.exception
    assert "The register cannot be reached" in said(page)


def test_a_register_that_cannot_be_written_charges_nothing_and_says_so(
    service: AvatarGenerator, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    purse = filled(ledger)
    dialog = look_at(service, Visit(), purse, service.generate("cats", 1, seed=4)[0])

    def write(*_: object) -> None:
        raise DatabaseReadOnlyError(READ_ONLY)

    monkeypatch.setattr(ledger.database, "write", write)
    click(dialog, "avatars_claim")
    assert not dialog.exception
    assert READ_ONLY in said(dialog)
    monkeypatch.undo()
    assert ledger.balance_cents(purse.wallet) == 100  # type: ignore[arg-type]
    assert ledger.claims_of(purse.wallet) == []  # type: ignore[arg-type]


def test_amounts_are_written_in_the_visitors_language() -> None:
    problem = InsufficientCreditError("Less than {price}.", price=Euros(10))
    assert str(problem) == "Less than 0.10 EUR."
    assert wording.explain(Translator("en"), problem) == "Less than €0.10."
    assert wording.euros(Translator("fr"), 10) == "0,10\N{NO-BREAK SPACE}€"
