"""The visitor's own avatars, in every size, with certificate and without."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial

import streamlit as st

from app.i18n import Translator
from app.widgets.avatars import certificate, verify, wording
from app.widgets.avatars.purse import Purse
from app.widgets.generators.gallery import CARD
from core.ledger.claims import Claim
from core.ledger.service import Ledger
from core.ledger.wallets import Wallet
from core.renditions import RENDITIONS

_PAGE = 24  # avatars shown at first
_MORE = "avatars_shown"


def by_order(ledger: Ledger | None, purse: Purse) -> dict[tuple[str, str], Claim]:
    """The visitor's claims by the model that made them and what they were made from: another draws another picture."""
    if ledger is None or purse.wallet is None:
        return {}
    claims = ledger.claims_of(purse.wallet)
    return {(claim.model_hash, json.dumps(claim.recipe, sort_keys=True)): claim for claim in claims}


def show(_: Translator, ledger: Ledger, purse: Purse) -> None:
    """The avatars of the open wallet, the newest first."""
    if purse.wallet is None:
        st.caption(_("Open your wallet and your avatars appear here."))
        return
    claims = ledger.claims_of(purse.wallet)
    if not claims:
        st.caption(_("None yet: open an avatar you like and claim it."))
        return
    shown = st.session_state.get(_MORE, _PAGE)
    with st.container(horizontal=True, key="avatars_mine"):
        for claim in claims[:shown]:
            with st.container(width=CARD, gap="small"):
                _picture(_, ledger, purse.wallet, claim)
                if st.button(
                    _("Files"), key=f"avatars_own_{claim.serial}", icon=":material/folder_open:", width="stretch"
                ):
                    dialog = st.dialog(_("Avatar no. {serial}").format(serial=claim.serial), width="medium")
                    dialog(opened)(_, ledger, purse, claim)
    if len(claims) > shown:
        st.button(
            _("Show more"), key="avatars_more", icon=":material/expand_more:",
            on_click=lambda: st.session_state.update({_MORE: shown + _PAGE}),
        )  # fmt: skip


def _picture(_: Translator, ledger: Ledger, wallet: Wallet, claim: Claim) -> None:
    title = wording.theme_title(_, claim.theme)
    st.image(
        ledger.picture(wallet, claim.serial), width="stretch",
        alt=_("Your avatar no. {serial}, {theme}").format(serial=claim.serial, theme=title),
    )  # fmt: skip
    st.caption(_("No. {serial}, {theme}").format(serial=claim.serial, theme=title))


def opened(_: Translator, ledger: Ledger, purse: Purse, claim: Claim) -> None:
    """One avatar with its facts and files."""
    if purse.wallet is None:
        return
    looks, says = st.columns([1, 2], gap="medium", vertical_alignment="center")
    with looks:
        _picture(_, ledger, purse.wallet, claim)
    says.markdown("\n".join(f"- {title}: {value}" for title, value in certificate.facts(_, claim)))
    downloads(_, ledger, purse, claim)


def downloads(_: Translator, ledger: Ledger, purse: Purse, claim: Claim) -> None:
    """Buttons for the files; each is made when it is asked for."""
    if purse.wallet is None:
        return
    wallet, serial = purse.wallet, claim.serial
    certified = st.toggle(
        _("With certificate inside (Content Credentials)"),
        key=f"avatars_certified_{serial}",
        help=_("A signed note in the file: what it is, who drew the parts, when it was claimed. Many sites remove it."),
    )
    get = ledger.certificate if certified else ledger.picture
    with st.container(horizontal=True):
        for size, rendition in RENDITIONS.items():
            made = partial(get, wallet, serial, size)
            label = f"{rendition.side} × {rendition.side}"
            if rendition.platform:
                label = f"{rendition.platform} ({rendition.side})"
            elif rendition.round:
                label = _("Round")
            about = rendition.use and _(rendition.use)
            _download(_, made, label, f"effigies-{serial}-{size}.png", "image/png", about)
    _download(
        _, partial(certificate.page, _, claim, ledger, wallet, verify.link()), _("Certificate to print (HTML)"),
        f"effigies-{serial}-certificate.html", "text/html", _("Opens in any browser; print it from there."),
    )  # fmt: skip


def _download(_: Translator, made: Callable[[], bytes], label: str, name: str, mime: str, about: str) -> None:
    st.download_button(
        label,
        made,
        name,
        mime,
        help=about or None,
        icon=":material/download:",
        on_click="ignore",
        key=f"avatars_get_{name}",
    )
