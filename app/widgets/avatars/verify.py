"""Anyone uploads a picture and learns whether and when it was claimed."""

from __future__ import annotations

import streamlit as st

from app.frame import last_made
from app.i18n import N_, Translator
from app.server import studio_address
from app.widgets.avatars import wording
from app.widgets.avatars.purse import visitor_id
from app.widgets.one_picture import one_picture
from app.widgets.turns import turn
from core.errors import UserError
from core.ledger.certificates import Credentials, Verification
from core.ledger.service import Ledger

_PART, _HERE = "part", "verify"  # in the address
_VERIFIED = "avatars_verified"  # which upload, and what the register knows of it
_SEALS = {
    Credentials.ABSENT: N_("The file carries no certificate: it was recognised, or not, by its looks alone."),
    Credentials.INTACT: N_("The file carries our certificate, and was not changed since it was signed."),
    Credentials.ALTERED: N_("The file carries a certificate that does not fit it: file or certificate was changed."),
    Credentials.EXPIRED: N_(
        "The file carries a certificate whose term is over: it fits the file, but whose it was can no longer be told."
    ),
    Credentials.FOREIGN: N_("The file carries a certificate, but not one of this studio’s for a claim made here."),
}


def link() -> str:
    """The address that opens this part of the page, for somebody else's device."""
    return f"{studio_address()}/avatars?{_PART}={_HERE}"


def follow(rooms: str, place: int) -> None:
    """Have the tabs `rooms`, which are not drawn yet, open at `place` for whoever comes by that address."""
    if st.query_params.get(_PART) == _HERE:
        del st.query_params[_PART]
        st.session_state[rooms] = place


def show(_: Translator, ledger: Ledger) -> None:
    """The upload and its answer."""
    st.markdown(
        _(
            "Give any picture: you learn whether it is a claimed avatar, and since when. It works without the "
            "certificate, after recompressing, resizing, mirroring or cutting it round. Who owns it is not shown."
        )
    )
    file = one_picture(_, "avatars_file")
    if file is None:
        return
    try:
        found = _verified(ledger, file.file_id, file.getvalue())
    except UserError as problem:
        st.error(wording.explain(_, problem), icon=":material/error:")
        return
    answer(_, ledger, found)


def _verified(ledger: Ledger, file: str, data: bytes) -> Verification:
    """Looked up once for each upload, however often the page is drawn: an address may ask for only so many."""

    def verify() -> Verification:
        with turn():  # a large picture takes a second and half a gigabyte
            return ledger.verify(data, visitor_id())

    return last_made(_VERIFIED, file, verify)


def answer(_: Translator, ledger: Ledger, found: Verification) -> None:
    """What the register knows of a picture."""
    claim = found.claim
    if claim is None:
        st.info(
            _("Nobody has claimed this picture here, nor one within {bits} form marks that looks the same.").format(
                bits=ledger.rule.within
            ),
            icon=":material/search_off:",
        )
    else:
        st.success(
            _("**Claimed**: it is avatar no. {serial}, theme {theme}, claimed on {when}.").format(
                serial=claim.serial,
                theme=wording.theme_title(_, claim.theme),
                when=wording.moment(_, claim.claimed_at),
            ),
            icon=":material/verified:",
        )
        lines = []
        if found.distance:
            lines.append(_("- Distance: {distance}").format(distance=wording.distance(_, found.distance)))
        else:
            lines.append(_("- Only the certificate says so: the picture itself looks different by now."))
        if found.round:
            lines.append(_("- Compared within the circle of a round crop"))
        st.markdown("\n".join(lines))
    st.caption(_(_SEALS[found.credentials]))
