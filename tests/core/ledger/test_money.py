"""Credit: wallets that only their codes open, packs paid once, entries that sum to zero."""

import hashlib
import unicodedata
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from stripe import WebhookSignature

from core.ledger.accounts import InsufficientCreditError, account_named, move
from core.ledger.checkout import Arrears
from core.ledger.limits import Allowance
from core.ledger.service import Ledger
from core.ledger.stripe_till import StripeTill
from core.ledger.tills import PACKS, PRICE_CENTS, DemoTill, TillError
from core.ledger.wallets import RecoveredElsewhereError, UnknownWalletError
from core.limits import Limit, TooManyAttemptsError
from tests.core.ledger.conftest import fund, offer
from tests.core.ledger.stripe_stand_in import SECRET, Sessions, paid_event, stripe_stand_in


def test_a_wallet_opens_by_its_code_however_it_is_typed(ledger: Ledger) -> None:
    wallet, keys = ledger.create_wallet("someone")
    assert ledger.open_wallet(keys.code, "someone") == wallet
    typed = keys.code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert ledger.open_wallet(f"  {typed} ", "someone") == wallet


@pytest.mark.security
def test_the_database_holds_no_code(ledger: Ledger) -> None:
    _, keys = ledger.create_wallet("someone")
    with ledger.database.read() as connection:
        stored = connection.execute(text("SELECT code_hash, recovery_hash FROM wallets")).one()
    kept = b"".join(bytes(value) for value in stored)
    assert len(kept) == 64
    for secret in (keys.code, keys.code.replace("-", ""), keys.sentence):
        assert secret.encode() not in kept
        assert hashlib.sha256(secret.encode()).digest() not in kept


@pytest.mark.security
def test_codes_are_beyond_guessing(ledger: Ledger) -> None:
    codes = {ledger.create_wallet("someone")[1].code.replace("-", "") for _ in range(20)}
    assert len(codes) == 20
    assert all(len(code) == 20 and set(code) <= set("0123456789ABCDEFGHJKMNPQRSTVWXYZ") for code in codes)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_sentence_gives_a_new_code_and_ends_the_old_one(ledger: Ledger, language: str) -> None:
    wallet, keys = ledger.create_wallet("someone", language)
    assert len(keys.sentence.split()) == 12
    plain = unicodedata.normalize("NFKD", keys.sentence).encode("ascii", "ignore").decode()
    recovered, code = ledger.recover_wallet(f" {plain.upper()}. ", "someone")
    assert recovered.id == wallet.id
    assert ledger.open_wallet(code, "someone") == recovered
    with pytest.raises(UnknownWalletError):
        ledger.open_wallet(keys.code, "someone")


@pytest.mark.security
def test_whoever_had_a_wallet_open_when_it_was_recovered_is_locked_out(ledger: Ledger) -> None:
    (owner,) = fund(ledger)
    thief = ledger.open_wallet(owner.keys.code, "thief")
    ledger.claim(thief, offer(1), "first wish")
    recovered, _code = ledger.recover_wallet(owner.keys.sentence, "owner")
    held = ledger.balance_cents(recovered)
    with pytest.raises(UnknownWalletError):
        ledger.claim(thief, offer(2), "second wish")
    for get in (ledger.picture, ledger.certificate):
        with pytest.raises(UnknownWalletError):
            get(thief, 1)
        assert get(recovered, 1)
    for look in (ledger.balance_cents, ledger.claims_of, ledger.statement, ledger.settle_open, ledger.check_wallet):
        with pytest.raises(RecoveredElsewhereError, match="got a new code elsewhere"):
            look(thief)
        look(recovered)
    with pytest.raises(RecoveredElsewhereError):
        ledger.start_payment(thief, "ten", "demo", "http://studio")
    assert ledger.balance_cents(recovered) == held
    assert ledger.claim(recovered, offer(2), "third wish").serial == 2


@pytest.mark.security
def test_guessing_ends_soon_and_only_for_the_guesser(ledger: Ledger) -> None:
    ledger = replace(ledger, allowance=Allowance(guesses=Limit("guess", 3, 10**9)))
    _, keys = ledger.create_wallet("owner")
    for guess in ("AAAAA-AAAAA-AAAAA-AAAAA", "", "'; DROP TABLE wallets; --"):
        with pytest.raises(UnknownWalletError, match="No wallet opens with this"):
            ledger.open_wallet(guess, "guesser")
    for attempt in (ledger.open_wallet, ledger.recover_wallet):
        with pytest.raises(TooManyAttemptsError, match="tried too often"):
            attempt(keys.code, "guesser")  # even the right one
    ledger.open_wallet(keys.code, "owner")


def test_two_classes_at_one_address_make_wallets_and_a_pupil_who_guesses_locks_nobody_out(ledger: Ledger) -> None:
    for _ in range(60):
        ledger.create_wallet("school")
    _, keys = ledger.create_wallet("school")
    for guess in range(25):
        with pytest.raises(UnknownWalletError):
            ledger.open_wallet(f"wrong {guess}", "school")
    assert ledger.open_wallet(keys.code, "school")


def test_new_wallets_are_limited_per_visitor(ledger: Ledger) -> None:
    ledger = replace(ledger, allowance=Allowance(wallets=Limit("wallet", 2, 10**9)))
    ledger.create_wallet("greedy")
    ledger.create_wallet("greedy")
    with pytest.raises(TooManyAttemptsError):
        ledger.create_wallet("greedy")
    ledger.create_wallet("modest")


def test_packs_are_worth_what_they_say() -> None:
    assert {pack.claims: pack.cents for pack in PACKS.values()} == {10: 100, 50: 500}
    assert all(pack.claims * PRICE_CENTS == pack.cents for pack in PACKS.values())


def test_the_demo_till_credits_once_however_often_and_says_what_it_is(ledger: Ledger) -> None:
    wallet, _ = ledger.create_wallet("someone")
    checkout = ledger.start_payment(wallet, "fifty", "demo", "http://studio/avatars")
    assert checkout.url is None
    assert ledger.balance_cents(wallet) == 0
    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(lambda _: ledger.settle(checkout.reference), range(8)))
    assert ledger.balance_cents(wallet) == 500
    assert ledger.audit().sound
    assert "no money" in DemoTill.label


def test_buying_twice_with_one_click_buys_once(ledger: Ledger) -> None:
    wallet, _ = ledger.create_wallet("someone")
    other, _ = ledger.create_wallet("someone")

    def buy(_: int) -> None:
        assert ledger.settle(ledger.start_payment(wallet, "ten", "demo", "http://studio", key="click").reference)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(buy, range(4)))
    assert ledger.balance_cents(wallet) == 100
    ledger.settle(ledger.start_payment(wallet, "ten", "demo", "http://studio", key="another click").reference)
    ledger.settle(ledger.start_payment(other, "ten", "demo", "http://studio", key="click").reference)
    assert (ledger.balance_cents(wallet), ledger.balance_cents(other)) == (200, 100)
    assert ledger.audit().sound


@pytest.mark.security
def test_payments_that_nobody_began_credit_nothing(ledger: Ledger) -> None:
    wallet, _ = ledger.create_wallet("someone")
    with pytest.raises(TillError, match="no such payment"):
        ledger.settle("cs_test_invented")
    for pack, till in (("hundred", "demo"), ("ten", "stripe")):
        with pytest.raises(TillError):
            ledger.start_payment(wallet, pack, till, "http://studio")
    assert ledger.balance_cents(wallet) == 0


def test_packs_are_limited_per_wallet(ledger: Ledger) -> None:
    ledger = replace(ledger, allowance=Allowance(packs=Limit("pack", 1, 10**9)))
    wallet, _ = ledger.create_wallet("someone")
    ledger.start_payment(wallet, "ten", "demo", "http://studio")
    with pytest.raises(TooManyAttemptsError):
        ledger.start_payment(wallet, "ten", "demo", "http://studio")


def test_credit_moves_and_is_never_made(ledger: Ledger) -> None:
    (owner,) = fund(ledger)
    with ledger.database.read() as connection:
        sales = account_named(connection, "sales")
    account = owner.wallet.account_id
    with pytest.raises(InsufficientCreditError, match=r"less than 1\.01 EUR.*nothing was charged"):
        ledger.database.write(lambda one: move(one, "claim", debit=account, credit=sales, cents=101, key="a"))
    for cents in (0, -5, 1.5):
        with pytest.raises(ValueError, match="whole positive cents"):
            ledger.database.write(
                lambda one, cents=cents: move(one, "x", debit=account, credit=sales, cents=cents, key="b")
            )
    with ledger.database.read() as connection:
        assert connection.execute(text("SELECT SUM(cents), COUNT(*) FROM entries")).one() == (0, 2)
    assert ledger.audit().sound


@pytest.mark.parametrize(
    "forgery",
    [
        "UPDATE accounts SET balance_cents = -1 WHERE name IS NULL",
        "UPDATE transactions SET cents = 0",
        "UPDATE transactions SET credit_account_id = debit_account_id",
        "INSERT INTO transactions (kind, debit_account_id, credit_account_id, cents, idempotency_key, created_at) "
        "SELECT kind, debit_account_id, credit_account_id, cents, idempotency_key, created_at FROM transactions",
        "DELETE FROM accounts",
    ],
)
def test_the_database_itself_refuses_what_no_ledger_may_hold(ledger: Ledger, forgery: str) -> None:
    fund(ledger)
    with pytest.raises(IntegrityError):
        ledger.database.write(lambda connection: connection.execute(text(forgery)))
    assert ledger.audit().sound


def test_the_audit_notices_money_from_nowhere(ledger: Ledger) -> None:
    fund(ledger)
    ledger.database.write(lambda one: one.execute(text("UPDATE accounts SET balance_cents = 900 WHERE name IS NULL")))
    assert ledger.audit().wrong_balances == 1
    assert not ledger.audit().sound


@pytest.fixture
def stripe_sessions(ledger: Ledger) -> Iterator[tuple[Ledger, Sessions]]:
    with stripe_stand_in() as (till, sessions):
        yield replace(ledger, tills=(DemoTill(), till)), sessions


def test_stripe_credits_once_after_payment(stripe_sessions: tuple[Ledger, Sessions]) -> None:
    ledger, sessions = stripe_sessions
    wallet, _ = ledger.create_wallet("someone")
    checkout = ledger.start_payment(wallet, "ten", "stripe", "https://studio/avatars?lang=fr")
    session = sessions[checkout.reference]
    assert checkout.url == session["url"]
    assert session["success_url"] == "https://studio/avatars?lang=fr&payment={CHECKOUT_SESSION_ID}"
    assert (session["amount_total"], session["currency"]) == (100, "eur")
    assert not ledger.settle(checkout.reference)  # came back without paying
    assert ledger.balance_cents(wallet) == 0
    session["payment_status"] = "paid"
    body = paid_event(checkout.reference)
    signature = WebhookSignature.generate_signature_header(body.decode(), SECRET)
    for _ in range(3):  # the visitor's return and Stripe's call, in any number
        assert ledger.settle(checkout.reference)
        assert ledger.receive_stripe_event(body, signature)
    assert ledger.balance_cents(wallet) == 100
    assert ledger.audit().sound


def test_a_payment_that_nobody_told_of_is_found_when_the_wallets_open_ones_are_asked_about(
    stripe_sessions: tuple[Ledger, Sessions],
) -> None:
    ledger, sessions = stripe_sessions
    wallet, other = (ledger.create_wallet("someone")[0] for _ in range(2))
    paid, _unpaid, lost, theirs = (
        ledger.start_payment(one, "ten", "stripe", "https://studio").reference
        for one in (wallet, wallet, wallet, other)
    )
    assert ledger.settle_open(wallet) == Arrears(0, 3)
    for reference in (paid, theirs):
        sessions[reference]["payment_status"] = "paid"
    del sessions[lost]
    assert ledger.settle_open(wallet) == Arrears(100, 2)
    assert ledger.settle_open(wallet) == Arrears(0, 2)
    assert (ledger.balance_cents(wallet), ledger.balance_cents(other)) == (100, 0)
    ledger.database.write(lambda one: one.execute(text("UPDATE payments SET created_at = created_at - 8 * 86400")))
    assert ledger.settle_open(other) == Arrears(0, 0)  # too long ago


def test_a_statement_says_what_came_and_went_and_what_was_left(ledger: Ledger) -> None:
    (owner,), (other,) = fund(ledger), fund(ledger)
    serial = ledger.claim(owner.wallet, offer(1), "wish").serial
    ledger.claim(other.wallet, offer(2), "wish")
    lines = [(one.account, one.serial, one.cents, one.balance_cents) for one in ledger.statement(owner.wallet)]
    assert lines == [("sales", serial, -10, 90), ("till:demo", None, 100, 100)]


@pytest.mark.security
@pytest.mark.parametrize(
    "forged",
    [{"amount_total": 1}, {"currency": "jpy"}, {"client_reference_id": "another"}, {"livemode": True}],
)
def test_stripe_sessions_that_do_not_fit_credit_nothing(
    stripe_sessions: tuple[Ledger, Sessions], forged: dict[str, object]
) -> None:
    ledger, sessions = stripe_sessions
    wallet, _ = ledger.create_wallet("someone")
    checkout = ledger.start_payment(wallet, "ten", "stripe", "https://studio")
    sessions[checkout.reference] |= {"payment_status": "paid"} | forged
    assert not ledger.settle(checkout.reference)
    assert ledger.balance_cents(wallet) == 0


@pytest.mark.security
def test_stripe_calls_that_are_forged_stale_or_about_others_credit_nothing(
    stripe_sessions: tuple[Ledger, Sessions],
) -> None:
    ledger, sessions = stripe_sessions
    wallet, _ = ledger.create_wallet("someone")
    checkout = ledger.start_payment(wallet, "ten", "stripe", "https://studio")
    sessions[checkout.reference]["payment_status"] = "paid"
    body = paid_event(checkout.reference)
    sign = WebhookSignature.generate_signature_header
    for signature in (
        "",
        "t=1,v1=00",
        "t=1,v1=é",
        sign(body.decode(), "whsec_other"),
        sign(body.decode(), SECRET, 1_000_000),
    ):
        with pytest.raises(TillError, match="does not come from Stripe"):
            ledger.receive_stripe_event(body, signature)
    other = paid_event(checkout.reference, "checkout.session.expired")
    assert not ledger.receive_stripe_event(other, sign(other.decode(), SECRET))
    assert ledger.balance_cents(wallet) == 0


@pytest.mark.security
def test_only_test_keys_are_taken() -> None:
    with pytest.raises(TillError, match="not one of test mode"):
        StripeTill("sk_live_x")
