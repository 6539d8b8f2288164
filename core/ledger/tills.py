"""Where credit is bought: packs, what every till offers, and the demo till, which gives credit away."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

from core.errors import N_, UserError

PRICE_CENTS = 10  # one claim; cards refuse so little, hence packs


@dataclass(frozen=True)
class Pack:
    """So many claims for so many cents."""

    id: str
    claims: int
    cents: int


PACKS = {pack.id: pack for pack in (Pack("ten", 10, 100), Pack("fifty", 50, 500))}


class TillError(UserError):
    """The till cannot do it; the sentence says whether anything was paid."""


@dataclass(frozen=True)
class Payment:
    """A purchase of a pack; `reference` is the till's name for it, None before the till knows of it."""

    id: str
    till: str
    reference: str | None
    wallet_id: int
    pack: str
    cents: int
    settled: bool


@dataclass(frozen=True)
class Checkout:
    """Where to pay: at `url`, or nowhere if None; `reference` settles the payment afterwards."""

    reference: str
    url: str | None


class Till(ABC):
    """Takes money for packs. It never touches the ledger: it says what was paid, and the ledger credits it once."""

    name: str
    label: str  # an English sentence, marked for translation

    @abstractmethod
    def start(self, payment: Payment, return_url: str) -> Checkout:
        """Prepare the payment; the visitor comes back to `return_url`.

        Raises:
            TillError: the till cannot be reached or refuses.
        """

    @abstractmethod
    def is_paid(self, payment: Payment) -> bool:
        """Whether exactly this payment, with its amount, has been made.

        Raises:
            TillError: the till cannot be reached or refuses.
        """


class DemoTill(Till):
    """Every payment counts as made; no money is involved."""

    name = "demo"
    label = N_("Demonstration till: no money is taken, credit is given away.")

    def start(self, payment: Payment, return_url: str) -> Checkout:
        """Nothing to prepare."""
        return Checkout(payment.id, None)

    def is_paid(self, payment: Payment) -> bool:
        """Always."""
        return True
