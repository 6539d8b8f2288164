"""The wallet as a box: make one, open one, recover one; what it holds, and packs to fill it with."""

from __future__ import annotations

import io

import segno
import streamlit as st

from app.i18n import N_, Translator
from app.widgets.avatars import wording
from app.widgets.avatars.purse import Purse
from core.ledger.service import Ledger
from core.ledger.tills import PACKS, PRICE_CENTS, DemoTill, Pack, Till
from core.ledger.wallets import Keys

_QR_SCALE = 6
_WAYS = {"new": N_("New wallet"), "code": N_("I have a code"), "sentence": N_("I lost my code")}


def box(_: Translator, ledger: Ledger, mine: Purse, place: str) -> None:
    """The wallet; `place` tells this box from others of the page."""
    mine.closed_elsewhere(ledger)
    news(_, mine)
    if mine.wallet is None:
        _closed(_, ledger, mine, place)
        return
    if mine.unsaved:
        keys(_, mine, place)
    cents = ledger.balance_cents(mine.wallet)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.metric(
            _("Your credit"),
            wording.euros(_, cents),
            help=_("An avatar costs {price}.").format(price=wording.euros(_, PRICE_CENTS)),
        )
        st.button(
            _("Close the wallet here"), icon=":material/logout:", on_click=mine.close, key=f"avatars_close_{place}",
            disabled=mine.unsaved is not None,
        )  # fmt: skip
    if mine.unsaved:  # credit that nobody could open again must not be sold
        st.caption(_("Once the code is written down, credit can be added here."))
    else:
        packs(_, ledger, mine, place)


def news(_: Translator, mine: Purse) -> None:
    """What came of the last click, said once."""
    if mine.problem:
        st.error(wording.explain(_, mine.problem), icon=":material/error:")
    if mine.credited_cents > 0:
        st.success(
            _("{amount} of credit was added to your wallet.").format(amount=wording.euros(_, mine.credited_cents)),
            icon=":material/check_circle:",
        )
    if mine.settled:
        st.success(
            _("Your payment has arrived, and the wallet it was begun with is credited. Open it with its code."),
            icon=":material/check_circle:",
        )
    if mine.unpaid:
        st.warning(
            _("The payment has not arrived yet. If you have paid, ask again in a moment; nothing is charged twice."),
            icon=":material/hourglass_empty:",
        )
    if mine.none_open:
        st.info(
            _("No payment of the last days is open: whatever was paid for is in your credit."),
            icon=":material/check_circle:",
        )
    mine.forget_news()


def keys(_: Translator, mine: Purse, place: str) -> None:
    """What opens the wallet, until its owner has written it down."""
    if mine.unsaved is None:
        return
    with st.container(border=True, key=f"avatars_keys_{place}"):
        st.markdown(
            _(
                "**Write this down now: it is shown only once.** There is no account and no password: whoever has the "
                "code has the wallet, and nobody can find it again for you."
            )
        )
        left, right = st.columns([3, 1], vertical_alignment="center")
        with left:
            _secrets(_, mine.unsaved)
        right.image(qr_code(mine.unsaved.code), width=160, alt=_("QR code of the wallet’s code, for your phone"))
        with st.container(horizontal=True):
            st.download_button(
                _("Save as a text file"), as_text(_, mine.unsaved), "effigies-wallet.txt", "text/plain",
                icon=":material/download:", on_click="ignore", key=f"avatars_save_keys_{place}",
            )  # fmt: skip
            st.button(
                _("I have written it down"), icon=":material/done_all:", on_click=mine.saved,
                key=f"avatars_saved_{place}",
            )  # fmt: skip


def _secrets(_: Translator, unsaved: Keys) -> None:
    st.caption(_("Code, which opens the wallet"))
    st.code(unsaved.code, language=None)
    if unsaved.sentence:
        st.caption(_("Recovery sentence, which gives you a new code if you lose this one"))
        st.code(unsaved.sentence, language=None, wrap_lines=True)
    else:
        st.caption(_("The old code opens nothing any more; your recovery sentence stays the same."))


def as_text(_: Translator, unsaved: Keys) -> str:
    """The keys for a file."""
    lines = [_("Effigies wallet"), "", _("Code, which opens the wallet"), unsaved.code]
    if unsaved.sentence:
        lines += ["", _("Recovery sentence, which gives you a new code if you lose this one"), unsaved.sentence]
    return "\n".join([*lines, ""])


def qr_code(text: str) -> bytes:
    """A QR code as PNG."""
    file = io.BytesIO()
    segno.make_qr(text).save(file, kind="png", scale=_QR_SCALE)
    return file.getvalue()


def _closed(_: Translator, ledger: Ledger, mine: Purse, place: str) -> None:
    way = st.segmented_control(
        _("Your wallet"), list(_WAYS), format_func=lambda key: _(_WAYS[key]), default="new", required=True,
        key=f"avatars_way_{place}",
    )  # fmt: skip
    if way == "new":
        st.markdown(_("No name, no address, no account: a wallet is a code that you keep."))
        st.button(
            _("Create a wallet"), icon=":material/add_card:", on_click=mine.create, args=(ledger, _.language),
            key=f"avatars_create_{place}",
        )  # fmt: skip
        return
    field = f"avatars_{way}_{place}"
    by_code = way == "code"
    with st.form(f"avatars_form_{way}_{place}", border=False):
        st.text_input(
            _("Code of the wallet") if by_code else _("Recovery sentence, twelve words"),
            key=field, type="password" if by_code else "default", autocomplete="current-password" if by_code else "off",
        )  # fmt: skip
        st.form_submit_button(
            _("Open the wallet") if by_code else _("Give me a new code"),
            icon=":material/key:", key=f"avatars_open_{way}_{place}",
            on_click=lambda: (mine.open if by_code else mine.recover)(ledger, st.session_state[field]),
        )  # fmt: skip


def packs(_: Translator, ledger: Ledger, mine: Purse, place: str) -> None:
    """Packs at every till that is open."""
    for till in ledger.tills:
        demo = till.name == DemoTill.name
        st.info(_(till.label), icon=":material/science:" if demo else ":material/credit_card:")
        with st.container(horizontal=True):
            for pack in PACKS.values():
                _pack(_, ledger, mine, till, pack, place)
    if mine.waiting:
        st.markdown(_("The payment page is ready. It opens in a new tab; come back here afterwards."))
        with st.container(horizontal=True):
            st.link_button(_("Pay there"), mine.waiting[1], icon=":material/open_in_new:", key=f"avatars_pay_{place}")
            st.button(
                _("I have paid"), icon=":material/refresh:", on_click=mine.look_for_payment, args=(ledger,),
                key=f"avatars_paid_{place}",
            )  # fmt: skip
    elif any(till.name != DemoTill.name for till in ledger.tills):
        st.button(
            _("Payment missing?"), icon=":material/manage_search:", on_click=mine.look_for_missing, args=(ledger,),
            key=f"avatars_missing_{place}",
        )  # fmt: skip


def _pack(_: Translator, ledger: Ledger, mine: Purse, till: Till, pack: Pack, place: str) -> None:
    said = _("{count} avatars for {price}").format(count=_.number(pack.claims), price=wording.euros(_, pack.cents))
    st.button(
        _("{pack} (demonstration)").format(pack=said) if till.name == DemoTill.name else said,
        icon=":material/add_shopping_cart:",
        on_click=mine.buy,
        args=(ledger, pack.id, till.name, mine.key),
        # a new button after each purchase: the second click of a double click meets the old one, whose key is spent
        key=f"avatars_pack_{pack.id}_{till.name}_{place}_{mine.key}",
    )
