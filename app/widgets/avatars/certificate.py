"""The certificate as a page to print: one HTML file that needs nothing else."""

from __future__ import annotations

import base64
from html import escape
from string import Template

import segno

from app.i18n import Translator
from app.widgets.avatars import wording
from core.ledger.certificates import RIGHTS
from core.ledger.claims import Claim
from core.ledger.service import Ledger
from core.ledger.wallets import Wallet

_QR_SCALE = 4  # pixels of a module
_PAGE = Template(
    """<!doctype html>
<html lang="$language"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>$title</title>
<style>
body { font: 16px/1.5 Georgia, serif; max-width: 42rem; margin: 2rem auto; padding: 0 1rem; color: #222;
  background: #fff }
h1 { font-weight: normal; border-bottom: 2px solid #54304a; padding-bottom: .4rem }
img { float: right; width: 12rem; margin: 0 0 1rem 1.5rem; image-rendering: auto }
dt { color: #666; font-size: .85rem; margin-top: .5rem }
dd { margin: 0; overflow-wrap: anywhere }
section { clear: both; padding-top: 1rem }
@media print { body { margin: 0 } }
@media (max-width: 34rem) { img { float: none; display: block; margin: 0 0 1rem } }
</style></head><body>
<h1>$title</h1>
<img src="data:image/png;base64,$picture" alt="$alt">
<dl>$facts</dl>
<section><p>$rights</p><p>$unsigned</p>
<p>$verify <a href="$link">$link</a></p>$code</section>
</body></html>
"""
)


def facts(_: Translator, claim: Claim) -> list[tuple[str, str]]:
    """What the register says of a claim, for people."""
    near = claim.nearest
    return [
        (_("Number"), str(claim.serial)),
        (_("Claimed"), wording.moment(_, claim.claimed_at)),
        (_("Price paid"), wording.euros(_, claim.price_cents)),
        (_("Theme"), wording.theme_title(_, claim.theme)),
        (_("Seed"), str(claim.seed)),
        (_("Model"), claim.model_hash),
        (
            _("Nearest training picture"),
            wording.distance(_, claim.training) if claim.training else _("not compared"),
        ),
        (
            _("Nearest avatar claimed before"),
            wording.distance(_, near) if near else _("none within {bits} form marks").format(bits=claim.searched_bits),
        ),
    ]


def page(_: Translator, claim: Claim, ledger: Ledger, wallet: Wallet, link: str) -> bytes:
    """The page, with the signed picture inside, in the visitor's language; `link` opens the part that verifies.

    Raises:
        core.ledger.service.UnknownClaimError: the wallet has no such avatar.
    """
    rows = [
        *facts(_, claim),
        (_("Fingerprint"), claim.fingerprint),
        (_("SHA-256 of the pixels"), claim.pixels_sha256),
        (_("Drawn from parts by"), "; ".join(claim.credits) or "–"),
        (_("Signature in the picture"), _(ledger.certifier.about)),
    ]
    title = _("Effigies: certificate of avatar no. {serial}").format(serial=claim.serial)
    alt = _("Your avatar no. {serial}, {theme}").format(serial=claim.serial, theme=wording.theme_title(_, claim.theme))
    return _PAGE.substitute(
        language=_.language,
        title=escape(title),
        picture=base64.b64encode(ledger.certificate(wallet, claim.serial, "256")).decode(),
        alt=escape(alt),
        facts="".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in rows),
        rights=escape(_(RIGHTS)),
        unsigned=escape(
            _("This page itself is not signed; the picture in it is: save it and give it to “Verify” in the studio.")
        ),
        verify=escape(_("Anybody can verify it there:")),
        link=escape(link),
        code=segno.make_qr(link).svg_inline(scale=_QR_SCALE, title=_("QR code of this address")),
    ).encode()
