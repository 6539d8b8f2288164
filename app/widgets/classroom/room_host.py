"""The host's page: opening a class, its code and QR code on the wall, who is there, and what it shows next.

Drawn twice a step at most: what changes by the second (players, answers, time) is a fragment; a chapter of the course
is drawn outside it, once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import streamlit as st

from app.i18n import Translator, explain
from app.widgets.classroom import game_host, quiz_host, room_entry, room_keep, room_phone
from app.widgets.product_names import plain
from core.errors import UserError
from core.settings import settings

if TYPE_CHECKING:
    from core.classroom.game import RealFakeSource
    from core.classroom.rooms import Host, Live

Draw = Callable[[str], None]
Source = Callable[[], "RealFakeSource"]
_SHOWN_PLAYERS = 60
_LONGEST_CODE = 64


def opening(_: Translator) -> None:
    """What a class is, and the button that opens one."""
    st.markdown(
        _(
            "Open a class: phones join by QR code or four letters, with a nickname and no account. You choose what "
            "everybody sees. All answers are deleted when you say so, or four hours after your last step."
        )
    )
    allowed = settings()
    if not allowed.classes:
        st.info(_("No classes are opened in this studio: whoever runs it decided so."), icon=":material/group_off:")
        return
    code = ""
    if allowed.class_code:
        code = st.text_input(
            _("Code of this studio’s teachers"), max_chars=_LONGEST_CODE, key="class_teachers", type="password",
            help=_("Whoever runs this studio gives it to teachers."),
        )  # fmt: skip
    if not st.button(_("Open a class"), icon=":material/group_add:", key="class_open"):
        return
    try:
        room_entry.drive(*room_entry.classroom().create_room(room_entry.network_address(), code))
    except UserError as error:
        st.error(explain(error), icon=":material/error:")
        return
    st.rerun()


def taking_over(_: Translator) -> None:
    """For the host of a class on another device: a code from the page that drives it."""
    with st.form("class_take_over", border=False):
        st.markdown(
            _(
                "Do you drive a class from another device? There, under “Manage the class”, have a code shown for "
                "another device, and type it here."
            )
        )
        code = st.text_input(_("Code for another device"), max_chars=_LONGEST_CODE, key="class_host_code")
        if not st.form_submit_button(_("Drive the class from here"), icon=":material/co_present:"):
            return
    try:
        room_entry.drive(*room_entry.classroom().exchange(code, room_entry.network_address()))
    except UserError as error:
        st.error(plain(explain(error)), icon=":material/error:")
        return
    st.rerun()


def show(
    _: Translator, host: Host, chapters: Mapping[str, str], draw: Draw, notes: Draw, source: Source | None
) -> None:
    """The whole page of a host.

    Args:
        _: the translator.
        host: who has shown the host's key.
        chapters: the course's chapters in order: a name of at most 64 characters, and what it is called.
        draw: draws a chapter for the projector.
        notes: draws what the presenter knows about a chapter.
        source: opens the pictures for the game; None while there are none.
    """
    live = room_entry.classroom().look(host.room_id)
    if live is None:
        room_phone.gone(_)
        return
    room_entry.remember_host(live.code, room_entry.classroom().rules.hours)
    chapter = live.place if live.step == "course" else None
    _head(_, live)
    if chapter in chapters:
        if st.toggle(
            _("Presenter’s view"), key="class_presenting",
            help=_("Not on the projector: drive the class from a second device as well, under “Manage the class”."),
        ):  # fmt: skip
            notes(str(chapter))
        draw(str(chapter))
    _stage(_, host, (live.step, live.place))
    if live.step in ("lobby", "course", "end"):
        _next(_, host, live, chapters, source)
    room_keep.show(_, host, live)


def _head(_: Translator, live: Live) -> None:
    """Code and address: small beside a question, as large as the wall in the lobby."""
    link, typed = f"{room_entry.address()}?room={live.code}", room_entry.address().split("://")[-1]
    if live.step != "lobby":
        st.caption(_("Class {code} · {address}").format(code=live.code, address=plain(typed)))
        return
    words, picture = st.columns([3, 2], vertical_alignment="center")
    with words:
        asking = _("On your phone, open {address} and type this code:")
        st.subheader(asking.format(address=plain(typed)), anchor=False)
        # letters from our own alphabet, never a visitor's text
        st.html(
            "<p style='font-size:clamp(3.5rem,11vw,9rem);line-height:1.1;font-weight:700;letter-spacing:.15em;"
            f"margin:0'>{live.code}</p>"
        )
    picture.image(_qr(link), width=380, alt=_("QR code that opens the class on a phone"))


@st.cache_data(max_entries=32, show_spinner=False)
def _qr(link: str) -> bytes:
    from core.classroom.qr import qr_png

    return qr_png(link)


@st.fragment(run_every=room_entry.POLL_SECONDS)
def _stage(_: Translator, host: Host, drawn: tuple[str, str]) -> None:
    with room_entry.trouble_said():
        service = room_entry.classroom()
        live = service.look(host.room_id)
        if live is None or (live.step, live.place) != drawn:
            st.rerun()  # what stands around this fragment belongs to another step
        asked = service.round(live) if live.step == "round" else None
        if asked:
            (quiz_host if asked.kind == "quiz" else game_host).show(_, service, host, live, asked)
        else:
            _players(_, live)


def _players(_: Translator, live: Live) -> None:
    count = _.ngettext("{count} player", "{count} players", len(live.players)).format(count=len(live.players))
    if live.step != "lobby":
        st.caption(count)
        return
    st.subheader(count, anchor=False)
    names = [plain(player.nickname) for player in live.players[:_SHOWN_PLAYERS]]
    st.markdown(" · ".join(names) or _("Nobody yet."))


def _next(_: Translator, host: Host, live: Live, chapters: Mapping[str, str], source: Source | None) -> None:
    """What the class may do next."""
    if live.closed:
        return
    service = room_entry.classroom()
    course, quiz, game = st.tabs([_("Course"), _("Quiz"), _("Forger or detective")])
    with course:
        _course(_, host, live, chapters)
    with quiz:
        quiz_host.start(_, service, host, live)
    with game:
        if source is None:
            st.info(_("There are no pictures for the game in this studio yet."), icon=":material/image_not_supported:")
        else:
            game_host.start(_, service, host, live, source)


def _course(_: Translator, host: Host, live: Live, chapters: Mapping[str, str]) -> None:
    service, names = room_entry.classroom(), list(chapters)
    if not names:
        st.info(_("The course has no chapter here."))
        return
    here = names.index(live.place) if live.place in names else -1
    with st.container(horizontal=True, vertical_alignment="bottom"):
        wanted = st.selectbox(
            _("Chapter"), names, max(here, 0), format_func=chapters.__getitem__, key=f"class_chapter_{live.version}"
        )
        steps: dict[str, tuple[str, str, str | None]] = {"show": (_("Show"), wanted, None)}
        if here > 0:
            steps["back"] = (_("Back"), names[here - 1], room_entry.PRESS_BACK)
        if here < len(names) - 1:
            # in the lobby no key: it waits for whatever the host chooses
            steps["next"] = (_("Next"), names[here + 1], room_entry.PRESS_NEXT if here >= 0 else None)
        for key, (label, name, shortcut) in steps.items():
            st.button(
                label,
                key=f"class_course_{key}",
                shortcut=shortcut,
                on_click=room_entry.press,
                args=(service.show, host, live.version, "course", name),
            )
        if here >= 0:
            st.button(
                _("Back to the lobby"),
                key="class_lobby",
                on_click=room_entry.press,
                args=(service.show, host, live.version, "lobby"),
            )
