"""Stripe's own news of payments: what is signed and true is credited, all else is refused and changes nothing."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.types import Message
from stripe import WebhookSignature

from app import payments, resources
from core.ledger.service import Ledger
from core.ledger.wallets import Wallet
from core.settings import settings
from tests.core.ledger.stripe_stand_in import SECRET, Sessions, paid_event, stripe_stand_in

ADDRESS = "/stripe/events"


def send(body: bytes, signature: str = "", method: str = "POST") -> int:
    """Bring a message to the studio's address as a server would, in two parts; returns the answer's status."""
    half = len(body) // 2
    parts: list[Message] = [
        {"type": "http.request", "body": body[:half], "more_body": True},
        {"type": "http.request", "body": body[half:], "more_body": False},
    ]
    answers: list[Message] = []

    async def receive() -> Message:
        return parts.pop(0) if parts else {"type": "http.disconnect"}

    async def answer(message: Message) -> None:
        answers.append(message)

    headers = [(b"stripe-signature", signature.encode())]
    scope = {"type": "http", "method": method, "path": ADDRESS, "query_string": b"", "headers": headers}
    asyncio.run(Starlette(routes=payments.routes())(scope, receive, answer))
    return int(answers[0]["status"])


@dataclass(frozen=True)
class Studio:
    """A studio that takes cards, a visitor who has begun to pay, and what Stripe knows of it."""

    ledger: Ledger
    owner: Wallet
    reference: str
    sessions: Sessions

    @property
    def balance(self) -> int:
        return self.ledger.balance_cents(self.owner)


@pytest.fixture
def studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    def forget() -> None:
        settings.cache_clear()
        resources.plain_ledger.clear()
        resources.measured_ledger.clear()

    monkeypatch.setenv("EFFIGIES_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("EFFIGIES_MODELS", str(tmp_path / "none"))
    monkeypatch.setenv("EFFIGIES_STRIPE_SECRET_KEY", "sk_test_x")
    monkeypatch.setenv("EFFIGIES_STRIPE_WEBHOOK_SECRET", SECRET)
    with stripe_stand_in() as (till, sessions):
        monkeypatch.setattr("core.ledger.service.open_till", lambda settings: till)
        forget()
        ledger = resources.ledger()
        owner, _ = ledger.create_wallet("test")
        checkout = ledger.start_payment(owner, "ten", "stripe", "http://studio")
        yield Studio(ledger, owner, checkout.reference, sessions)
        ledger.database.close()
    monkeypatch.undo()
    forget()


def signed(body: bytes, secret: str = SECRET) -> str:
    return str(WebhookSignature.generate_signature_header(body.decode(), secret))


def test_a_payment_that_stripe_tells_of_is_credited_once(studio: Studio) -> None:
    body = paid_event(studio.reference)
    assert send(body, signed(body)) == 200  # true news, but the money is not there: nothing happens
    assert studio.balance == 0
    studio.sessions[studio.reference]["payment_status"] = "paid"
    assert [send(body, signed(body)) for _ in range(3)] == [200] * 3
    assert studio.balance == 100


@pytest.mark.security
def test_what_does_not_come_from_stripe_credits_nothing(studio: Studio) -> None:
    studio.sessions[studio.reference]["payment_status"] = "paid"
    body = paid_event(studio.reference)
    assert send(body, signed(body, "whsec_other")) == 400
    assert send(body, "") == 400
    assert send(body, "t=1,v1=é") == 400
    assert send(b"\xff\xfe", signed(body)) == 400
    other = paid_event("cs_test_invented")
    assert send(other, signed(other)) == 400
    assert send(b"x" * (payments.LARGEST + 1), signed(body)) == 413
    assert studio.balance == 0


def test_when_the_register_is_gone_stripe_is_asked_to_tell_again(studio: Studio) -> None:
    body = paid_event(studio.reference)
    studio.ledger.database.close()
    assert studio.ledger.database.file is not None
    studio.ledger.database.file.unlink()
    assert send(body, signed(body)) == 503


def test_a_studio_that_takes_no_cards_has_no_such_address() -> None:
    assert send(b"{}") == 404
    assert send(b"", method="GET") == 405
