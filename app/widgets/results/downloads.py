"""Report, slides and the whole deliverable: made while the visitor goes on looking, then handed over."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import streamlit as st

from app import resources
from app.frame import page_memory
from app.i18n import N_, Translator, explain
from app.records import workshop
from app.widgets.turns import line
from core.errors import UserError
from core.limits import visitor_of
from core.queueing import LineFullError
from core.reporting.builds import Order, Work
from core.reporting.document import Step
from core.reporting.naming import LONGEST, file_name
from core.settings import settings

_REPORT, _ARCHIVE = "results_report", "results_archive"  # what this visitor ordered, to be found on coming back
_LOOK = 30.0  # seconds between two looks at whether finished files are still kept
_RETRY = 1.0  # seconds until the drawing beside the pages asks again for a place in a line that is full
_GONE = N_("These files are no longer kept. Make them again.")
_TYPES = {
    ".html": "text/html",
    ".pdf": "application/pdf",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".zip": "application/zip",
}
_NAMES = {
    "report.html": N_("Report (HTML)"),
    "report.pdf": N_("Report (PDF)"),
    "slides.pptx": N_("Slides (PPTX)"),
    "slides.pdf": N_("Slides (PDF)"),
}


def show(_: Translator) -> None:
    """The panel; while something is being made it looks again every second."""
    st.header(_("Take it with you"), anchor="downloads", divider="gray")
    st.markdown(
        _(
            "The report, slides for a talk of fifteen minutes, and one archive of everything are written from the "
            "stored figures at this moment."
        )
    )
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader(_("Report and slides"), anchor=False)
        st.button(
            _("Make report and slides"), key="results_make_report", on_click=partial(_begin_report, _.language),
            icon=":material/description:",
        )  # fmt: skip
        _following(_, _REPORT)
    with right:
        st.subheader(_("The whole archive"), anchor=False)
        st.caption(
            _(
                "Scripts, models and their figures, generated pictures, report, slides and history. Of the data, where "
                "they are on this machine, what may be passed on: labels, tables of products and counts by month; no "
                "reviews, no photos, nothing about shoppers. It takes minutes."
            )
        )
        with st.form("results_archive_form", border=False):
            st.text_input(_("Your name"), max_chars=LONGEST, key="results_name")
            st.text_input(_("Class"), max_chars=LONGEST, key="results_class")
            st.form_submit_button(_("Make the archive"), on_click=_begin_archive, icon=":material/folder_zip:")
        _following(_, _ARCHIVE)


def _begin_report(language: str) -> None:
    models, address = settings().models, _address()  # a thread of its own knows of no visitor

    def work(folder: Path, step: Step) -> list[Path]:
        from core.reporting.publish import publish  # here: it needs Matplotlib, which no page waits for

        return publish(models, folder, (language,), address=address, step=step)

    measured = max((path.stat().st_mtime_ns for path in models.glob("*/metrics.json")), default=0)
    _begin(_REPORT, work, f"report {language} {address} {measured}")  # shared by all who ask for the same


def _begin_archive() -> None:
    name, group = st.session_state["results_name"], st.session_state["results_class"]
    address = _address()

    def work(folder: Path, step: Step) -> list[Path]:
        from core.reporting.archive import deliver

        generators: dict[str, Callable[[], Any]] = {  # those the pages have open
            "product": resources.product_generator,
            "avatar": resources.avatar_generator,
            "emoji": resources.emoji_generator,
        }
        made = deliver(settings(), name, group, folder, address=address, step=step, generators=generators, turn=_turn)
        return [made.path]

    _begin(_ARCHIVE, work, None)


@contextmanager
def _turn() -> Iterator[None]:
    """A turn at the processors for what is drawn beside the pages, where nobody sees a place in the line."""
    while True:
        try:
            ticket = line().enter("workshop")
            break
        except LineFullError:  # minutes of work are not given up for that
            time.sleep(_RETRY)
    try:
        while place := ticket.place:
            ticket.wait(place, 1.0)
        yield
    finally:
        ticket.leave()


def _begin(place: str, work: Work, key: str | None) -> None:
    page_memory().pop(f"{place}_problem", None)
    try:
        if place == _ARCHIVE:
            file_name(st.session_state["results_name"], st.session_state["results_class"])  # before it takes minutes
        st.session_state[place] = workshop().start(work, key, visitor=visitor_of(st.context.ip_address)).key
    except UserError as problem:
        page_memory()[f"{place}_problem"] = problem


def _address() -> str:
    """Where the studio is served: this page's address without its own part, the last one."""
    parts = urlsplit(st.context.url or "http://localhost:8501/results")
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/').rpartition('/')[0]}"


def _following(_: Translator, place: str) -> None:
    """What became of the order; it looks again by itself, for what is made and for what is no longer kept."""
    problem = page_memory().get(f"{place}_problem")
    if problem is not None:
        st.warning(explain(problem), icon=":material/warning:")
    key = st.session_state.get(place)
    if key is None:
        return
    begun = workshop().find(key)
    working = begun is not None and not begun.done

    @st.fragment(run_every=1.0 if working else _LOOK)
    def look() -> None:
        order = workshop().find(key)
        if order is None:
            st.info(_(_GONE), icon=":material/delete:")
        elif order.done:
            if working:
                st.rerun()
            _finished(_, order)
        else:
            st.progress(order.share, text=_(order.message) if order.message else _("Starting…"))

    look()


def _finished(_: Translator, order: Order) -> None:
    if order.error is not None:
        st.error(explain(order.error), icon=":material/error:")
        return
    for path, size in order.files.items():
        kind = f"{path.stem.partition('_')[0]}{path.suffix}"
        st.download_button(
            _(_NAMES[kind]) if kind in _NAMES else path.name,
            partial(_content, path),
            path.name,
            _TYPES.get(path.suffix),
            key=f"results_file_{path.name}",
            icon=":material/download:",
            on_click="ignore",
            help=_("{size} MB").format(size=_.number(size / 1e6, 1)),
        )


def _content(path: Path) -> bytes:
    """The file, or the sentence that it is gone for the log: between two looks the button may outlive it."""
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise UserError(_GONE) from error
