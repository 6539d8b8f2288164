"""Results: everything that was measured, model by model, and the report made of it."""

import streamlit as st

from app.i18n import translator
from app.records import result_chapter, result_chapters
from app.widgets.results import blocks, downloads

_ = translator()
st.markdown(
    _(
        "Every figure comes from the file that the model’s evaluation wrote, and stands beside a **floor** (chance, or "
        "the simplest method) and a **ceiling** (real pictures, people). What was not measured on this machine is said "
        "plainly."
    )
)
titles = result_chapters(_.language)
chosen = st.pills(
    _("Chapter"),
    list(titles),
    format_func=titles.__getitem__,
    default=next(iter(titles)),
    required=True,
    key="results_chapter",
)
st.header(titles[str(chosen)], anchor=str(chosen).replace("_", "-"), divider="gray")
blocks.show(_, result_chapter(str(chosen), _.language))
downloads.show(_)
