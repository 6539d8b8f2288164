"""How often one may try what the ledger does."""

from dataclasses import dataclass

from core.limits import Limit

# A whole school may share one address, so one pupil's wrong codes must not lock the others out soon: of 2^100 codes and
# 2^128 sentences, three hundred a minute find nothing in any time.
_NEW_WALLETS, _WRONG_GUESSES = Limit("wallet", 300, 3600), Limit("guess", 300, 60)
_PACKS, _CLAIMS = Limit("pack", 20, 3600), Limit("claim", 60, 60)
_CHECKS, _VERIFICATIONS = Limit("check", 600, 60), Limit("verify", 30, 60)


@dataclass(frozen=True)
class Allowance:
    """How often one may try. Packs and claims are counted per wallet, the rest per visitor; a wrong guess counts.

    A sheet of pictures that is looked at is one check.
    """

    wallets: Limit = _NEW_WALLETS
    guesses: Limit = _WRONG_GUESSES
    packs: Limit = _PACKS
    claims: Limit = _CLAIMS
    checks: Limit = _CHECKS
    verifications: Limit = _VERIFICATIONS
