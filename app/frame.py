"""What surrounds every page: browser tab, logo, language switch, navigation and heading."""

from collections.abc import Callable
from typing import Any, TypeVar

import streamlit as st

from app import events, operations
from app.i18n import Translator, explain, language_switch
from app.registry import ASSETS, HOME, ROOMS, Room, room
from core.errors import UserError

_STATE = "room"  # session state: address of the room being drawn
_MEMORY = "page_memory"
Made = TypeVar("Made")


def draw() -> None:
    """Draw the frame, and the page the visitor asked for inside it."""
    # first call of the run, or the browser tab flickers; the title follows once the language is known
    st.set_page_config(page_title="Effigies", page_icon=str(ASSETS / "favicon.png"), layout="wide")
    # a row of its own: beside it, a phone would break long titles in the middle of a word
    with st.container(horizontal_alignment="right"):
        _ = language_switch()
    heading = st.container()
    page = st.navigation([_page(place, _) for place in ROOMS], position="top")
    if st.session_state.get(_STATE) != page.url_path:
        st.session_state[_STATE] = page.url_path
        st.session_state[_MEMORY] = {}
    here = current_room()
    _name_the_tab(here, _)
    heading.title(_(here.title) if here is not HOME else "Effigies", anchor=False)
    try:
        events.entered(here.key)
        with operations.watched(here.key):
            page.run()
        events.consent(_)
    except UserError as error:  # such as a missing model: said on this page, the other pages go on working
        st.error(explain(error), icon=":material/error:")


def page_memory() -> dict[str, Any]:
    """What a page keeps between its runs, such as a visitor's pictures; forgotten when the visitor leaves it."""
    memory: dict[str, Any] = st.session_state[_MEMORY]
    return memory


def last_made(place: str, key: object, make: Callable[[], Made]) -> Made:
    """What `make` gives for `key`, made once for as long as this page is asked for the same; errors are not kept."""
    kept: tuple[object, Made] | None = page_memory().get(place)
    if kept is None or kept[0] != key:
        kept = page_memory()[place] = (key, make())
    return kept[1]


def current_room() -> Room:
    """The room whose page is being drawn."""
    return room(st.session_state[_STATE])


def _page(place: Room, _: Translator) -> st.Page:
    return st.Page(
        place.page,
        title=_(place.title),
        icon=place.icon,
        url_path=place.url_path,
        default=place is HOME,
        help=_(place.summary),
    )


def _name_the_tab(here: Room, _: Translator) -> None:
    about = _("**Effigies** shows machine learning doing real jobs, and says honestly how well it does them.")
    st.set_page_config(
        page_title="Effigies" if here is HOME else f"{_(here.title)} · Effigies",
        menu_items={"About": about},
    )
    st.logo(str(ASSETS / "logo.svg"), size="large")
    st.html(ASSETS / "frame.css")
    # screen readers choose their voice, and browsers offer to translate, by the document's language
    st.html(
        f"<script>document.documentElement.lang = {_.language!r}</script>",
        unsafe_allow_javascript=True,
        width="content",
    )
