"""Report, slides and the whole deliverable: made while the visitor goes on looking, then handed over."""

from functools import partial
from pathlib import Path

import streamlit as st

from app.frame import page_memory
from app.i18n import N_, Translator, explain
from app.records import workshop
from core.errors import UserError
from core.reporting.builds import Order, Work
from core.reporting.document import Step
from core.reporting.naming import LONGEST, file_name
from core.settings import settings

_REPORT, _ARCHIVE = "results_report", "results_archive"  # what this visitor ordered, to be found on coming back
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
            _("Scripts, models and their figures, generated pictures, report, slides and history. It takes minutes.")
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

        return [deliver(settings(), name, group, folder, address=address, step=step).path]

    _begin(_ARCHIVE, work, None)


def _begin(place: str, work: Work, key: str | None) -> None:
    page_memory().pop(f"{place}_problem", None)
    try:
        if place == _ARCHIVE:
            file_name(st.session_state["results_name"], st.session_state["results_class"])  # before it takes minutes
        st.session_state[place] = workshop().start(work, key).key
    except UserError as problem:
        page_memory()[f"{place}_problem"] = problem


def _address() -> str:
    return (st.context.url or "").split("/results")[0].split("?")[0].rstrip("/") or "http://localhost:8501"


def _following(_: Translator, place: str) -> None:
    """What became of the order; it looks again by itself while there is something to wait for."""
    problem = page_memory().get(f"{place}_problem")
    if problem is not None:
        st.warning(explain(problem), icon=":material/warning:")
    order = workshop().find(st.session_state.get(place))
    if order is None:
        return
    if order.done:
        _finished(_, order)
        return

    @st.fragment(run_every=1.0)
    def waiting() -> None:
        if order.done:
            st.rerun()
        st.progress(order.share, text=_(order.message) if order.message else _("Starting…"))

    waiting()


def _finished(_: Translator, order: Order) -> None:
    if order.error is not None:
        st.error(explain(order.error), icon=":material/error:")
        return
    for path in order.files:
        kind = f"{path.stem.partition('_')[0]}{path.suffix}"
        st.download_button(
            _(_NAMES[kind]) if kind in _NAMES else path.name,
            path.read_bytes,
            path.name,
            _TYPES.get(path.suffix),
            key=f"results_file_{path.name}",
            icon=":material/download:",
            on_click="ignore",
            help=_("{size} MB").format(size=_.number(path.stat().st_size / 1e6, 1)),
        )
