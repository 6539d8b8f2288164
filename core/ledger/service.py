"""The ledger as pages and the command line use it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from core import limits
from core.database import Database
from core.errors import N_, UserError
from core.images import DEFAULT_LIMITS, ImageLimits, decode, encode_png
from core.ledger import checkout, claims, verification, wallets
from core.ledger.accounts import Audit, Entry, audit, statement
from core.ledger.certificates import Certifier, Verification
from core.ledger.checkout import Arrears
from core.ledger.claims import Check, Claim, Offer, Rule
from core.ledger.limits import Allowance
from core.ledger.schema import MIGRATIONS, attempts
from core.ledger.signing import keys_of
from core.ledger.stripe_till import open_till
from core.ledger.tills import Checkout, DemoTill, Till
from core.ledger.wallets import Keys, Wallet
from core.limits import Limit, SharedThrottle
from core.renditions import ORIGINAL, Enlarge, render, rendition
from core.settings import Settings
from core.uniqueness.reference import ReferenceIndex

_LARGEST_VERIFIED = 1024  # pixels of the longer side: fingerprints look at 64


class UnknownClaimError(UserError):
    """The wallet has no such avatar."""


@dataclass(frozen=True)
class Ledger:
    """Wallets, payments, claims, certificates, over one database.

    `reference` holds the pictures the generator learned from; `rule` says how near is the same; `enlarge` makes claimed
    pictures four times as large.
    """

    database: Database
    certifier: Certifier
    tills: Sequence[Till] = field(default_factory=lambda: (DemoTill(),))
    rule: Rule = field(default_factory=Rule)
    reference: ReferenceIndex | None = None
    allowance: Allowance = field(default_factory=Allowance)
    upload_limits: ImageLimits = DEFAULT_LIMITS
    enlarge: Enlarge | None = None

    @classmethod
    def open(
        cls,
        settings: Settings,
        *,
        rule: Rule | None = None,
        reference: ReferenceIndex | None = None,
        enlarge: Enlarge | None = None,
    ) -> "Ledger":
        """The ledger that the settings name, its tables brought up to date.

        Raises:
            core.database.DatabaseError: the database cannot be used.
            core.ledger.signing.SigningKeyError: the signing keys can be neither read nor made.
            TillError: the Stripe key is not one of test mode.
        """
        database = Database(settings.database_address)
        database.upgrade(MIGRATIONS)
        return cls(
            database,
            Certifier(keys_of(settings)),
            (open_till(settings),),
            rule or Rule(),
            reference,
            upload_limits=settings.image_limits,
            enlarge=enlarge,
        )

    @cached_property
    def _throttle(self) -> SharedThrottle:
        return SharedThrottle(self.database, attempts)

    def create_wallet(self, visitor: str, language: str = "en") -> tuple[Wallet, Keys]:
        """A new wallet; its keys are shown once, for nobody can find them again.

        Raises:
            core.limits.TooManyAttemptsError: this visitor made too many.
        """

        def work(connection: Connection) -> tuple[Wallet, Keys]:
            limits.count(connection, attempts, self.allowance.wallets, visitor)
            return wallets.create(connection, language)

        return self.database.write(work)

    def open_wallet(self, code: str, visitor: str) -> Wallet:
        """The wallet of a code.

        Raises:
            core.ledger.wallets.UnknownWalletError: there is none.
            core.limits.TooManyAttemptsError: this visitor guessed wrong too often.
        """
        with self.database.read() as connection:
            limits.check(connection, attempts, self.allowance.guesses, visitor)
            wallet = wallets.find(connection, code)
        if wallet is None:
            self._wrong_guess(visitor)
        return wallet

    def recover_wallet(self, sentence: str, visitor: str) -> tuple[Wallet, str]:
        """The wallet of a recovery sentence, with its new code; the old code opens nothing any more.

        Raises:
            core.ledger.wallets.UnknownWalletError: there is none.
            core.limits.TooManyAttemptsError: this visitor guessed wrong too often.
        """

        def work(connection: Connection) -> tuple[Wallet, str] | None:
            limits.check(connection, attempts, self.allowance.guesses, visitor)
            return wallets.recover(connection, sentence)

        recovered = self.database.write(work)
        if recovered is None:
            self._wrong_guess(visitor)
        return recovered

    def check_wallet(self, wallet: Wallet) -> None:
        """Look whether the code that opened the wallet still does.

        Raises:
            core.ledger.wallets.RecoveredElsewhereError: it does not; nor can anything below be had with the wallet.
        """
        with self.database.read() as connection:
            wallets.check(connection, wallet)

    def balance_cents(self, wallet: Wallet) -> int:
        """What the wallet holds."""
        with self.database.read() as connection:
            wallets.check(connection, wallet)
            return wallets.balance_cents(connection, wallet)

    def statement(self, wallet: Wallet) -> list[Entry]:
        """What came into the wallet and went out of it, the newest first."""
        with self.database.read() as connection:
            wallets.check(connection, wallet)
            return statement(connection, wallet.account_id)

    def start_payment(self, wallet: Wallet, pack: str, till: str, return_url: str, key: str | None = None) -> Checkout:
        """Begin buying a pack; the visitor pays at the checkout's address, if it has one, then `settle` is called.

        A `key` is new for every wish: repeated, as by a double click, it begins no second purchase.

        Raises:
            TillError: there is no such pack or till, or the till does not answer.
            core.limits.TooManyAttemptsError: too many purchases with this wallet.
        """
        cashier = checkout.till_named(self.tills, till)
        return checkout.start(self.database, cashier, wallet, pack, return_url, key, self.allowance.packs)

    def settle(self, reference: str) -> bool:
        """Credit the wallet that a payment was begun for, if the till has the money; returns whether it is credited.

        Safe to call any number of times, by anybody: it credits once, and only the buyer's wallet.

        Raises:
            TillError: there is no such payment, or the till does not answer.
        """
        return checkout.settle(self.database, self.tills, reference)

    def settle_open(self, wallet: Wallet) -> Arrears:
        """Ask the tills about the wallet's open payments of the last days, and credit those that were made.

        Raises:
            TillError: a till does not answer; what was found until then is credited.
        """
        return checkout.settle_open(self.database, self.tills, wallet)

    def receive_stripe_event(self, body: bytes, signature: str) -> bool:
        """Settle what a call of Stripe's webhook reports; returns whether a payment is credited.

        Raises:
            TillError: the call does not come from Stripe, or is about a payment that nobody began here.
        """
        return checkout.receive_stripe_event(self.database, self.tills, body, signature)

    def check(self, image: NDArray[np.uint8], theme: str, visitor: str) -> Check:
        """Whether a generated picture uint8 (H, W, 3) can be claimed, and its distances; decides nothing.

        Raises:
            core.limits.TooManyAttemptsError: this visitor asked too often.
        """
        return self.check_all([(image, theme)], visitor)[0]

    def check_all(self, pictures: Sequence[tuple[NDArray[np.uint8], str]], visitor: str) -> list[Check]:
        """The same for several pictures and their themes, which count as one question.

        Raises:
            core.limits.TooManyAttemptsError: this visitor asked too often.
        """
        self._throttle.count(self.allowance.checks, visitor)
        with self.database.read() as connection:
            return [
                verification.check(connection, image, theme, self.rule, self.reference) for image, theme in pictures
            ]

    def claim(self, wallet: Wallet, offer: Offer, key: str) -> Claim:
        """Claim a picture and pay for it, all or nothing; `key` is new for every wish, the same for a repetition.

        Raises:
            core.ledger.claims.AlreadyClaimedError: somebody has a picture that is the same.
            core.ledger.claims.TrainingCopyError: the generator learned from a picture that is the same.
            core.ledger.accounts.InsufficientCreditError: the wallet cannot pay.
            core.limits.TooManyAttemptsError: too many claims with this wallet.
            core.database.DatabaseError: the database cannot do it.
        """
        with self.database.read() as connection:
            repeated = claims.repeats(connection, wallet, key)
        if not repeated:  # who has paid is answered however often they ask; refused wishes count as well
            self.database.write(
                lambda connection: limits.count(connection, attempts, self.allowance.claims, str(wallet.id))
            )
        prepared = claims.prepare(offer, self.rule, self.reference)

        def work(connection: Connection) -> Claim:
            serial = claims.decide(connection, wallet, prepared, self.rule, key)
            made = claims.load(connection, serial)
            assert made is not None  # noqa: S101 - for the type checker: it was just written
            return made

        return self.database.write(work)

    def claims_of(self, wallet: Wallet) -> list[Claim]:
        """The wallet's avatars, the newest first."""
        with self.database.read() as connection:
            wallets.check(connection, wallet)
            return claims.owned(connection, wallet)

    def picture(self, wallet: Wallet, serial: int, size: str = ORIGINAL) -> bytes:
        """The claimed picture as PNG, in one of the sizes of `core.renditions`, without certificate.

        Raises:
            UnknownClaimError: the wallet has no such avatar.
            core.renditions.RenditionError: there is no such size.
        """
        return self._rendered(wallet, serial, size)[1]

    def certificate(self, wallet: Wallet, serial: int, size: str = ORIGINAL) -> bytes:
        """The claimed picture as PNG, in one of the sizes of `core.renditions`, with its certificate inside.

        Raises:
            UnknownClaimError: the wallet has no such avatar.
            core.renditions.RenditionError: there is no such size.
        """
        return self.certifier.certify(*self._rendered(wallet, serial, size))

    def _rendered(self, wallet: Wallet, serial: int, size: str) -> tuple[Claim, bytes]:
        wanted = rendition(size)
        with self.database.read() as connection:
            claim = self._owned(connection, wallet, serial)
            original = claims.picture(connection, serial)
        if size == ORIGINAL:
            return claim, original
        return claim, encode_png(render(decode(original), wanted, self.enlarge))

    def verify(self, data: bytes, visitor: str) -> Verification:
        """Whether and when an uploaded picture was claimed: by its certificate, else by what it looks like.

        Raises:
            core.images.ImageError: the bytes are no picture.
            core.limits.TooManyAttemptsError: this visitor asked too often.
        """
        self._throttle.count(self.allowance.verifications, visitor)
        image = decode(data, self.upload_limits, max_long_side=_LARGEST_VERIFIED)
        reading = self.certifier.read(data)
        with self.database.read() as connection:
            return verification.verify(connection, image, reading, self.rule)

    def audit(self) -> Audit:
        """Add up the whole ledger."""
        with self.database.read() as connection:
            return audit(connection)

    def _owned(self, connection: Connection, wallet: Wallet, serial: int) -> Claim:
        wallets.check(connection, wallet)
        claim = claims.load(connection, serial)
        if claim is None or claim.wallet_id != wallet.id:
            raise UnknownClaimError(N_("Your wallet has no avatar no. {serial}."), serial=serial)
        return claim

    def _count(self, limit: Limit, subject: str) -> None:
        self.database.write(lambda connection: limits.count(connection, attempts, limit, subject))

    def _wrong_guess(self, visitor: str) -> NoReturn:
        self._count(self.allowance.guesses, visitor)
        raise wallets.unknown_wallet()
