"""Wallets without accounts: who knows the code owns the credit.

A code is 100 random bits and a recovery sentence 128, so nobody finds one by trying, however fast the hash: plain
SHA-256 is enough, where a password, which people choose, would need a slow one. A copy of the database opens no wallet.
"""

import hashlib
import hmac
import re
import secrets
import unicodedata
from dataclasses import dataclass, field, replace

from mnemonic import Mnemonic
from sqlalchemy import Column, Connection, insert, select, update

from core.errors import N_, UserError
from core.ledger.accounts import now
from core.ledger.schema import accounts, wallets

# Crockford's base 32: no I, L, O or U, which are mistaken for others; what people read instead is taken as meant
_SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans("OIL", "011")
_LENGTH, _GROUP = 20, 5
_SENTENCE_BITS = 128
_WORDLISTS = {"fr": "french", "en": "english"}


class UnknownWalletError(UserError):
    """No wallet has this code or sentence."""


class RecoveredElsewhereError(UnknownWalletError):
    """The wallet has another code than the one that it was opened with."""


@dataclass(frozen=True)
class Wallet:
    """A wallet, the account with its credit, and the hash of the code that opened it."""

    id: int
    account_id: int
    opened_by: bytes = field(repr=False)


@dataclass(frozen=True)
class Keys:
    """What opens a wallet, shown once and kept nowhere: the code, and the sentence that replaces a lost code."""

    code: str
    sentence: str


def create(connection: Connection, language: str = "en") -> tuple[Wallet, Keys]:
    """A new, empty wallet; the sentence's words are French for "fr", else English."""
    words = Mnemonic(_WORDLISTS.get(language, "english")).generate(_SENTENCE_BITS)
    keys = Keys(_new_code(), unicodedata.normalize("NFC", words))
    account = connection.execute(insert(accounts).values(balance_cents=0).returning(accounts.c.id)).scalar_one()
    wallet = connection.execute(
        insert(wallets)
        .values(
            account_id=account,
            code_hash=_code_hash(keys.code),
            recovery_hash=_sentence_hash(keys.sentence),
            created_at=now(),
        )
        .returning(wallets.c.id)
    ).scalar_one()
    return Wallet(wallet, account, _code_hash(keys.code)), keys


def find(connection: Connection, code: str) -> Wallet | None:
    """The wallet of a code, however it was typed: small letters, other hyphens, O for 0."""
    return _find(connection, wallets.c.code_hash, _code_hash(code))


def recover(connection: Connection, sentence: str) -> tuple[Wallet, str] | None:
    """Give the wallet of a sentence a new code, which is returned; the old code opens nothing any more."""
    wallet = _find(connection, wallets.c.recovery_hash, _sentence_hash(sentence))
    if wallet is None:
        return None
    code = _new_code()
    connection.execute(update(wallets).where(wallets.c.id == wallet.id).values(code_hash=_code_hash(code)))
    return replace(wallet, opened_by=_code_hash(code)), code


def check(connection: Connection, wallet: Wallet) -> None:
    """Look whether the code that opened the wallet still does: who had it open when it was recovered is locked out.

    Raises:
        RecoveredElsewhereError: it does not.
    """
    held = connection.execute(select(wallets.c.code_hash).where(wallets.c.id == wallet.id)).scalar_one_or_none()
    if held is None or not hmac.compare_digest(bytes(held), wallet.opened_by):
        raise RecoveredElsewhereError(N_("This wallet got a new code elsewhere: open it with that."))


def balance_cents(connection: Connection, wallet: Wallet) -> int:
    """What the wallet holds."""
    return connection.execute(select(accounts.c.balance_cents).where(accounts.c.id == wallet.account_id)).scalar_one()


def unknown_wallet() -> UnknownWalletError:
    """The sentence for a code or sentence that opens nothing."""
    return UnknownWalletError(N_("No wallet opens with this. Check every letter, or create a new wallet."))


def _find(connection: Connection, column: Column[bytes], digest: bytes) -> Wallet | None:
    wanted = select(wallets.c.id, wallets.c.account_id, wallets.c.code_hash, column.label("found"))
    row = connection.execute(wanted.where(column == digest)).first()
    if row is None or not hmac.compare_digest(bytes(row.found), digest):
        return None
    return Wallet(row.id, row.account_id, bytes(row.code_hash))


def _new_code() -> str:
    symbols = "".join(secrets.choice(_SYMBOLS) for _ in range(_LENGTH))
    return "-".join(symbols[start : start + _GROUP] for start in range(0, _LENGTH, _GROUP))


def _code_hash(code: str) -> bytes:
    symbols = re.sub(r"[\W_]", "", code.upper()).translate(_MISREAD)
    return hashlib.sha256(b"effigies wallet code\0" + symbols.encode()).digest()


def _sentence_hash(sentence: str) -> bytes:
    plain = "".join(mark for mark in unicodedata.normalize("NFKD", sentence.lower()) if not unicodedata.combining(mark))
    words = " ".join(re.findall(r"[a-z]+", plain))
    return hashlib.sha256(b"effigies wallet sentence\0" + words.encode()).digest()
