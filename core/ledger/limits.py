"""How often one may try what the ledger does."""

from dataclasses import dataclass

from core.limits import Limit

_NEW_WALLETS, _WRONG_GUESSES = Limit("wallet", 60, 3600), Limit("guess", 20, 60)
_PACKS, _CLAIMS = Limit("pack", 20, 3600), Limit("claim", 60, 60)
_CHECKS, _VERIFICATIONS = Limit("check", 600, 60), Limit("verify", 30, 60)


@dataclass(frozen=True)
class Allowance:
    """How often one may try. Packs and claims are counted per wallet, the rest per visitor; a wrong guess counts."""

    wallets: Limit = _NEW_WALLETS
    guesses: Limit = _WRONG_GUESSES
    packs: Limit = _PACKS
    claims: Limit = _CLAIMS
    checks: Limit = _CHECKS
    verifications: Limit = _VERIFICATIONS
