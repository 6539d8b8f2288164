"""Stripe Checkout in test mode: https://docs.stripe.com/payments/checkout.

The visitor pays on Stripe's own page. What comes back through the visitor's browser is never believed: the session is
fetched from Stripe and must say that this payment's amount was paid. Live keys are refused.
"""

import logging
from urllib.parse import urlsplit, urlunsplit

import stripe

from core.errors import N_
from core.ledger.tills import PACKS, Checkout, DemoTill, Payment, Till, TillError
from core.settings import Settings

log = logging.getLogger(__name__)

CURRENCY = "eur"
_TEST_KEYS = ("sk_test_", "rk_test_")
_PAID_EVENTS = ("checkout.session.completed", "checkout.session.async_payment_succeeded")


class StripeTill(Till):
    """Packs by card, with Stripe's test cards.

    `api_base` replaces Stripe's address, for tests against a stand-in.

    Raises:
        TillError: the key is not one of test mode.
    """

    name = "stripe"
    label = N_("Stripe in test mode: pay with a test card, no money is taken.")

    def __init__(self, secret_key: str, webhook_secret: str | None = None, *, api_base: str | None = None) -> None:
        if not secret_key.startswith(_TEST_KEYS):
            raise TillError(N_("The Stripe key is not one of test mode: it must start with sk_test_ or rk_test_."))
        self._webhook_secret = webhook_secret
        self._client = _client(secret_key, api_base, retries=2, seconds=10)
        self._quick_client = _client(secret_key, api_base, retries=0, seconds=4)  # somebody waits, and can ask again

    def start(self, payment: Payment, return_url: str) -> Checkout:
        """Open a Checkout session; repeating it for one payment opens the same."""
        pack = PACKS[payment.pack]
        try:
            session = self._client.v1.checkout.sessions.create(
                params={
                    "mode": "payment",
                    "client_reference_id": payment.id,
                    "line_items": [
                        {
                            "quantity": 1,
                            "price_data": {
                                "currency": CURRENCY,
                                "unit_amount": payment.cents,
                                "product_data": {"name": f"Effigies: {pack.claims} avatars"},
                            },
                        }
                    ],
                    "success_url": _with_query(return_url, "payment={CHECKOUT_SESSION_ID}"),
                    "cancel_url": return_url,
                },
                options={"idempotency_key": f"effigies-{payment.id}"},
            )
        except stripe.StripeError as error:
            raise _unreachable() from error
        if not session.url:
            raise _unreachable()
        return Checkout(session.id, session.url)

    def is_paid(self, payment: Payment) -> bool:
        """Ask Stripe about the payment's session: paid, in test mode, this payment's amount and currency."""
        if payment.reference is None:
            return False
        try:
            session = self._quick_client.v1.checkout.sessions.retrieve(payment.reference)
        except stripe.StripeError as error:
            if error.code == "resource_missing":  # a session of another account: nobody can have paid there for this
                log.warning("Stripe knows no session %s", payment.reference)
                return False
            raise _unreachable() from error
        return (
            session.payment_status == "paid"
            and session.client_reference_id == payment.id
            and session.amount_total == payment.cents
            and session.currency == CURRENCY
            and not session.livemode
        )

    def paid_reference(self, body: bytes, signature: str) -> str | None:
        """The session that a webhook call says was paid, or None for other news; still to be checked by `is_paid`.

        Raises:
            TillError: the call was not signed by Stripe with our secret within the last five minutes.
        """
        try:
            if not signature.isascii():  # a signature is; the library's comparison takes nothing else
                raise ValueError(signature)
            event = self._client.construct_event(body, signature, self._webhook_secret or "")
        except (stripe.SignatureVerificationError, ValueError) as error:
            raise TillError(N_("This message does not come from Stripe: ignored.")) from error
        return str(event.data.object["id"]) if event.type in _PAID_EVENTS else None


def _client(secret_key: str, api_base: str | None, *, retries: int, seconds: int) -> stripe.StripeClient:
    return stripe.StripeClient(
        secret_key,
        base_addresses={"api": api_base} if api_base else {},
        max_network_retries=retries,
        http_client=stripe.RequestsClient(timeout=seconds),
    )


def _with_query(url: str, addition: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query="&".join(part for part in (parts.query, addition) if part)))


def _unreachable() -> TillError:
    return TillError(
        N_("The payment service does not answer. If you have paid, open this page again later: it will be credited.")
    )


def open_till(settings: Settings) -> Till:
    """Stripe's where the settings have its key, else the demonstration's: nobody would pay at that one beside it.

    Raises:
        TillError: the key is not one of test mode.
    """
    if not settings.stripe_secret_key:
        return DemoTill()
    secret = settings.stripe_webhook_secret
    return StripeTill(settings.stripe_secret_key.get_secret_value(), secret.get_secret_value() if secret else None)
