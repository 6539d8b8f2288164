"""What came into a wallet and went out of it, on the page and as a file to keep."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import streamlit as st

from app.i18n import Translator
from app.widgets.avatars import wording
from core.ledger.accounts import Entry
from core.ledger.service import Ledger
from core.ledger.tills import DemoTill
from core.ledger.wallets import Wallet
from core.spreadsheets import defused

_SHOWN = 50  # lines; the file has all


def show(_: Translator, ledger: Ledger, wallet: Wallet) -> None:
    """A drawer with the statement of the open wallet, the newest line first."""
    entries = ledger.statement(wallet)
    if not entries:
        return
    titles = _titles(_)
    with st.expander(_("Statement"), icon=":material/receipt_long:", key="avatars_statement"):
        st.dataframe(
            [
                dict(zip(titles, (wording.short_moment(_, one.when), what(_, one), *_amounts(_, one)), strict=True))
                for one in entries[:_SHOWN]
            ],
            hide_index=True,
            alt=_("What came into the wallet and went out of it"),
        )
        st.download_button(
            _("All of it (CSV)"),
            lambda: as_csv(_, entries),
            "effigies-statement.csv",
            "text/csv",
            icon=":material/download:",
            on_click="ignore",
            key="avatars_statement_csv",
        )


def what(_: Translator, entry: Entry) -> str:
    """What was paid for."""
    if entry.serial is not None:
        return _("Avatar no. {serial}").format(serial=entry.serial)
    return _("Credit given away (demonstration)") if entry.account == f"till:{DemoTill.name}" else _("Credit bought")


def as_csv(_: Translator, entries: list[Entry]) -> bytes:
    """UTF-8 with a byte-order mark, amounts in euros with a decimal point, times as ISO 8601 writes them."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(_titles(_))
    for one in entries:
        euros = (Decimal(cents).scaleb(-2) for cents in (one.cents, one.balance_cents))
        writer.writerow([one.when.isoformat(), defused(what(_, one)), *euros])
    return file.getvalue().encode("utf-8-sig")


def _titles(_: Translator) -> tuple[str, str, str, str]:
    return _("Day and time (UTC)"), _("What"), _("Amount in euros"), _("Credit afterwards")


def _amounts(_: Translator, entry: Entry) -> tuple[str, str]:
    return wording.euros(_, entry.cents), wording.euros(_, entry.balance_cents)
