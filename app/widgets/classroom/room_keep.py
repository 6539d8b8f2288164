"""What a host looks after: players, the host's link, results to keep, closing and forgetting the class."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from app.i18n import Translator
from app.widgets.classroom import room_entry
from app.widgets.product_names import plain
from core.settings import settings

if TYPE_CHECKING:
    from core.classroom.rooms import Host, Live


def show(_: Translator, host: Host, live: Live) -> None:
    """Everything about the class that is not its lesson."""
    with st.expander(_("Manage the class"), icon=":material/settings:"):
        st.markdown(
            _(
                "This browser drives the class, also after a refresh: it keeps the key in a cookie, and the address "
                "gives nothing away. Show the browser in full screen on the projector."
            )
        )
        if not settings().address:
            st.caption(
                _(
                    "Can phones not open the address of the class? In a container, or with several networks, the "
                    "studio has to be told it: EFFIGIES_ADDRESS, see the README."
                )
            )
        _another_device(_, host)
        _players(_, host)
        service = room_entry.classroom()
        with st.container(horizontal=True):
            st.download_button(
                _("Download the results (CSV, without names)"),
                lambda: service.results_csv(host, _.language),
                f"class-{live.code}.csv",
                "text/csv",
                icon=":material/download:",
                key="class_results",
                on_click="ignore",
            )
            if not live.closed:
                st.button(
                    _("End the class"),
                    icon=":material/flag:",
                    key="class_close",
                    on_click=room_entry.press,
                    args=(service.close, host),
                )
            with st.popover(_("Forget this class"), icon=":material/delete_forever:"):
                st.markdown(_("Nicknames, answers and results are deleted at once and cannot be brought back."))
                st.button(
                    _("Delete everything"), key="class_forget", on_click=room_entry.press, args=(service.forget, host)
                )


@st.fragment
def _another_device(_: Translator, host: Host) -> None:
    from core.classroom.hosting import MINUTES

    with st.popover(_("Drive from another device too"), icon=":material/devices:"):
        st.markdown(
            _(
                "With a phone or a second computer you see the presenter’s notes while the projector shows the class. "
                "There, open this page’s part “Class” and type the code. Whoever reads it on the wall could as well: "
                "hide the screen for a moment."
            )
        )
        if st.button(_("Show a code"), icon=":material/key:", key="class_host_code_show"):
            st.code(room_entry.classroom().host_code(host), language=None)
            st.caption(_("It works once, within {minutes} minutes.").format(minutes=MINUTES))


@st.fragment
def _players(_: Translator, host: Host) -> None:
    service = room_entry.classroom()
    live = service.look(host.room_id)
    if live is None:
        return
    st.toggle(
        _("Let nobody else in"),
        live.locked,
        key=f"class_locked_{live.roster}",
        on_change=room_entry.press,
        args=(service.lock, host, not live.locked),
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            _("Remove a player"),
            live.players,
            index=None,
            format_func=lambda player: plain(player.nickname),
            placeholder=_("choose a nickname"),
            key=f"class_removed_{live.roster}",
        )
        st.button(
            _("Remove"),
            icon=":material/person_remove:",
            key="class_remove",
            disabled=chosen is None,
            on_click=room_entry.press,
            args=(service.remove, host, chosen.id if chosen else 0),
        )
