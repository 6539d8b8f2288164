"""The report's blocks as Streamlit shows them: each figure with its definition, its numbers to take away."""

import pandas as pd
import streamlit as st

from app.i18n import Translator
from app.records import data_model
from app.widgets.product_names import plain
from core.reporting import figure_data
from core.reporting.data_model import mermaid
from core.reporting.document import Block, Chart, Diagram, Points, Section, Sheet, Table, Text

_COLUMNS = 4  # of sheets side by side


def show(_: Translator, section: Section) -> None:
    """A chapter: its highlights, then its parts."""
    st.markdown(plain(section.lead))
    if section.highlights:
        for cell, each in zip(st.columns(len(section.highlights)), section.highlights, strict=True):
            cell.metric(each.label, each.value, help=plain(each.about) or None, border=True)
    for part in section.parts:
        st.subheader(plain(part.title), anchor=False)
        for number, block in enumerate(part.blocks):
            _block(_, block, f"results_{section.key}_{number}")


def _block(_: Translator, block: Block, key: str) -> None:
    match block:
        case Text():
            st.markdown(plain(block.text))
        case Points():
            if block.code:
                st.code("\n".join(block.items), language=None, wrap_lines=True)
            else:
                st.markdown("\n".join(f"- {plain(item)}" for item in block.items))
        case Table():
            _table(block)
        case Chart():
            _chart(_, block)
        case Sheet():
            _sheet(block)
        case Diagram():
            _diagram(_, block)


def _table(block: Table) -> None:
    st.markdown(f"**{plain(block.title)}**")
    table = pd.DataFrame(list(block.rows), columns=list(block.columns))
    st.dataframe(table, hide_index=True, alt=block.title, key=f"results_{block.key}")
    if block.about:
        st.caption(plain(block.about))


def _chart(_: Translator, block: Chart) -> None:
    st.markdown(f"**{plain(block.title)}**")
    picture = {"toImageButtonOptions": {"filename": block.key, "scale": 2}, "displaylogo": False}
    st.plotly_chart(block.figure, key=f"results_{block.key}", alt=block.alt, config=picture)
    st.caption(plain(block.about))
    st.download_button(
        _("Numbers (CSV)"),
        lambda: figure_data.as_csv(block.figure),
        f"{block.key}.csv",
        "text/csv",
        key=f"results_csv_{block.key}",
        icon=":material/download:",
        help=_("The picture itself: the camera above the chart saves it as PNG."),
        on_click="ignore",
    )


def _sheet(block: Sheet) -> None:
    st.markdown(f"**{plain(block.title)}**")
    columns = st.columns(min(len(block.pictures), _COLUMNS))
    for number, picture in enumerate(block.pictures):
        with columns[number % len(columns)]:
            source = picture.source if isinstance(picture.source, bytes) else str(picture.source)
            st.image(source, width="stretch", alt=picture.caption)
            st.caption(plain(picture.caption))
    if block.about:
        st.caption(plain(block.about))


def _diagram(_: Translator, block: Diagram) -> None:
    name = block.key.removeprefix("data_")
    st.markdown(f"**{plain(block.title)}**")
    if st.toggle(_("Show the diagram"), key=f"results_{block.key}"):
        st.image(data_model(name).decode(), width="stretch", alt=block.alt)
    else:
        st.caption(plain(block.alt))
    st.caption(plain(block.about))
    with st.container(horizontal=True):
        st.download_button(
            _("Diagram (SVG)"), lambda: data_model(name), f"data_model_{name}.svg", "image/svg+xml",
            key=f"results_svg_{block.key}", icon=":material/download:", on_click="ignore",
        )  # fmt: skip
        st.download_button(
            _("Diagram (Mermaid)"), mermaid(block.entities), f"data_model_{name}.mmd", "text/plain",
            key=f"results_mmd_{block.key}", icon=":material/download:", on_click="ignore",
            help=_("Text that GitHub, GitLab and many wikis draw as a diagram."),
        )  # fmt: skip
