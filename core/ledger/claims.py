"""Claims: who asks first for a picture that nobody has gets it, and pays in the same transaction."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Row, insert, select

from core.database import check_current, exclusive
from core.errors import N_, UserError
from core.images import encode_png
from core.ledger import wallets
from core.ledger.accounts import SALES, account_named, move, now, transaction_under
from core.ledger.register import Neighbour, keep, neighbours
from core.ledger.schema import DECISION_LOCK, MIGRATIONS, claim_pictures, claims, transactions
from core.ledger.tills import PRICE_CENTS
from core.ledger.wallets import Wallet
from core.uniqueness.fingerprint import Distance, Fingerprint, Thresholds
from core.uniqueness.reference import ReferenceIndex
from core.uniqueness.search import MAX_BITS

_PAID_CLAIMS = select(claims, transactions.c.cents).join(transactions, transactions.c.id == claims.c.transaction_id)


class AlreadyClaimedError(UserError):
    """Another claimed avatar is the same to the eye."""


class TrainingCopyError(UserError):
    """A picture the generator learned from is the same to the eye."""


class ReusedKeyError(UserError):
    """The idempotency key was used for another picture."""


@dataclass(frozen=True)
class Offer:
    """A generated picture, uint8 (H, W, 3), and how to make it again."""

    image: NDArray[np.uint8]
    theme: str
    seed: int
    model_hash: str
    recipe: Mapping[str, Any] = field(default_factory=dict)
    credits: tuple[str, ...] = ()


@dataclass(frozen=True)
class Claim:
    """A claimed avatar as the register has it.

    `training` is the distance to the nearest training picture; `nearest` to the nearest avatar claimed before, or None
    if none lay within `searched_bits` bits.
    """

    serial: int
    wallet_id: int
    theme: str
    seed: int
    model_hash: str
    recipe: dict[str, Any]
    credits: tuple[str, ...]
    fingerprint: str
    pixels_sha256: str
    training: Distance | None
    nearest: Distance | None
    searched_bits: int
    claimed_at: datetime
    price_cents: int


@dataclass(frozen=True)
class Rule:
    """When two pictures are the same, by theme; themes without their own thresholds have `default`."""

    by_theme: Mapping[str, Thresholds] = field(default_factory=dict)
    default: Thresholds = field(default_factory=Thresholds)

    def __post_init__(self) -> None:
        """Refuse thresholds that the look-up could not reach.

        Raises:
            ValueError: a threshold is above MAX_BITS.
        """
        if self.within > MAX_BITS:
            raise ValueError(f"thresholds reach at most {MAX_BITS} bits, not {self.within}")

    @property
    def within(self) -> int:
        """The largest number of bits any theme allows."""
        return max(limits.bits for limits in (self.default, *self.by_theme.values()))

    def between(self, theme: str, other: str) -> Thresholds:
        """For two pictures of two themes, the wider of each: renaming the theme must not make a picture new."""
        a, b = self.by_theme.get(theme, self.default), self.by_theme.get(other, self.default)
        return Thresholds(max(a.bits, b.bits), max(a.rgb, b.rgb))

    def same(self, theme: str, found: Neighbour) -> bool:
        """Whether a picture of `theme` is the same as this neighbour, either way round."""
        return any(self.between(theme, found.theme).accept(one) for one in found.distances)


@dataclass(frozen=True)
class Check:
    """A picture before it is claimed: the distances to show, and whether it can be claimed.

    `nearest` is None if no claimed avatar lay within `searched_bits` bits.
    """

    available: bool
    training: Distance | None
    nearest: Distance | None
    searched_bits: int


@dataclass(frozen=True)
class Prepared:
    """An offer with all that can be worked out before the transaction, which others wait for."""

    offer: Offer
    fingerprint: Fingerprint
    disc: Fingerprint
    pixels_sha256: bytes
    png: bytes
    training: Distance | None


def prepare(offer: Offer, rule: Rule, reference: ReferenceIndex | None) -> Prepared:
    """Fingerprint an offer and compare it with the training pictures.

    Raises:
        TrainingCopyError: it is the same as one of them.
    """
    fingerprint = Fingerprint.of(offer.image)
    same = rule.between(offer.theme, offer.theme)
    copied, nearest = reference.compare(fingerprint, same) if reference else (None, None)
    if copied:
        raise TrainingCopyError(
            N_("This picture is too near to one the model learned from. Generate another; nothing was charged.")
        )
    return Prepared(
        offer,
        fingerprint,
        Fingerprint.within_disc(offer.image),
        _pixels_sha256(offer.image),
        encode_png(offer.image),
        nearest,
    )


def repeats(connection: Connection, wallet: Wallet, key: str) -> bool:
    """Whether the wallet's wish of this key was granted already."""
    return transaction_under(connection, _deed(wallet, key)) is not None


def decide(connection: Connection, wallet: Wallet, prepared: Prepared, rule: Rule, key: str) -> int:
    """Claim for the wallet, all or nothing; returns the serial number. Repeating a `key` returns the first claim's.

    Raises:
        AlreadyClaimedError: somebody, perhaps the same visitor, has a picture that is the same.
        core.ledger.accounts.InsufficientCreditError: the wallet cannot pay.
        ReusedKeyError: the key belongs to a claim of another picture.
        core.ledger.wallets.UnknownWalletError: the wallet has another code meanwhile.
        core.database.OutdatedError: a newer studio has changed the tables meanwhile.
    """
    exclusive(connection, DECISION_LOCK)
    wallets.check(connection, wallet)
    deed = _deed(wallet, key)
    earlier = transaction_under(connection, deed)
    if earlier is not None:
        return _repeated(connection, earlier, prepared)
    check_current(connection, MIGRATIONS)  # keys cut in another way than this program's would find no neighbour
    theme = prepared.offer.theme
    found = neighbours(connection, prepared.fingerprint, rule.within)
    taken = next((one for one in found if rule.same(theme, one)), None)
    if taken:
        raise AlreadyClaimedError(
            N_(
                "This picture is too near to avatar no. {serial}, taken already. Generate another; nothing was charged."
            ),
            serial=taken.serial,
        )
    sales = account_named(connection, SALES)
    transaction = move(connection, "claim", debit=wallet.account_id, credit=sales, cents=PRICE_CENTS, key=deed)
    nearest = found[0].nearest if found else None
    return _insert(connection, wallet, prepared, transaction, nearest, rule.within)


def load(connection: Connection, serial: int) -> Claim | None:
    """The claim with this serial number."""
    row = connection.execute(_PAID_CLAIMS.where(claims.c.serial == serial)).first()
    return None if row is None else _claim(row)


def owned(connection: Connection, wallet: Wallet) -> list[Claim]:
    """The wallet's claims, the newest first."""
    rows = connection.execute(_PAID_CLAIMS.where(claims.c.wallet_id == wallet.id).order_by(claims.c.serial.desc()))
    return [_claim(row) for row in rows]


def picture(connection: Connection, serial: int) -> bytes:
    """The claimed picture as PNG, without certificate."""
    return connection.execute(select(claim_pictures.c.png).where(claim_pictures.c.serial == serial)).scalar_one()


def _deed(wallet: Wallet, key: str) -> str:
    return f"claim:{wallet.id}:{hashlib.sha256(key.encode()).hexdigest()}"


def _repeated(connection: Connection, transaction: int, prepared: Prepared) -> int:
    row = connection.execute(
        select(claims.c.serial, claims.c.pixels_sha256).where(claims.c.transaction_id == transaction)
    ).one()
    if bytes(row.pixels_sha256) != prepared.pixels_sha256:
        raise ReusedKeyError(N_("This claim was already made, for another picture. Reload the page and claim again."))
    return row.serial


def _insert(
    connection: Connection,
    wallet: Wallet,
    prepared: Prepared,
    transaction: int,
    nearest: Distance | None,
    searched_bits: int,
) -> int:
    offer, (hash_, rgb) = prepared.offer, prepared.fingerprint.to_bytes()
    serial = connection.execute(
        insert(claims)
        .values(
            wallet_id=wallet.id,
            transaction_id=transaction,
            theme=offer.theme,
            seed=str(offer.seed),
            recipe=dict(offer.recipe),
            credits=list(offer.credits),
            model_hash=offer.model_hash,
            pixels_sha256=prepared.pixels_sha256,
            hash=hash_,
            rgb=rgb,
            disc_hash=prepared.disc.to_bytes()[0],
            training_bits=prepared.training and prepared.training.bits,
            training_rgb=prepared.training and prepared.training.rgb,
            training_mirrored=prepared.training and prepared.training.mirrored,
            claimed_bits=nearest and nearest.bits,
            claimed_rgb=nearest and nearest.rgb,
            claimed_mirrored=nearest and nearest.mirrored,
            searched_bits=searched_bits,
            claimed_at=now(),
        )
        .returning(claims.c.serial)
    ).scalar_one()
    keep(connection, serial, prepared.fingerprint, prepared.disc)
    connection.execute(insert(claim_pictures).values(serial=serial, png=prepared.png))
    return serial


def _claim(row: Row[Any]) -> Claim:
    return Claim(
        serial=row.serial,
        wallet_id=row.wallet_id,
        theme=row.theme,
        seed=int(row.seed),
        model_hash=row.model_hash,
        recipe=row.recipe,
        credits=tuple(row.credits),
        fingerprint=bytes(row.hash).hex(),
        pixels_sha256=bytes(row.pixels_sha256).hex(),
        training=_distance(row.training_bits, row.training_rgb, row.training_mirrored),
        nearest=_distance(row.claimed_bits, row.claimed_rgb, row.claimed_mirrored),
        searched_bits=row.searched_bits,
        claimed_at=datetime.fromtimestamp(row.claimed_at, UTC),
        price_cents=row.cents,
    )


def _distance(bits: int | None, rgb: float | None, mirrored: bool | None) -> Distance | None:
    return None if bits is None or rgb is None else Distance(bits, rgb, bool(mirrored))


def _pixels_sha256(image: NDArray[np.uint8]) -> bytes:
    return hashlib.sha256(repr(image.shape).encode() + np.ascontiguousarray(image).tobytes()).digest()
