"""The report and the slides as PDF files, written by fpdf2 with Matplotlib's DejaVu fonts."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import FontFace

from core.reporting.document import Block, Chart, Diagram, Document, Points, Section, Sheet, Table, Text
from core.reporting.rendered import Rendered, as_png, size
from core.reporting.slides import Slide
from core.reporting.words import Words

FONT, MONO = "DejaVu", "DejaVuMono"
_INK, _SOFT, _GREY, _BLUE = (27, 39, 51), (238, 243, 247), (96, 108, 120), (0, 90, 145)
_MANY_COLUMNS = 7
_TALL = 215  # of a diagram whose writing is small, in millimetres
_NEXT: dict[str, Any] = {"new_x": XPos.LMARGIN, "new_y": YPos.NEXT}


def fonts() -> Path:
    """The folder of the fonts that come with Matplotlib; they know French and mathematical signs."""
    return Path(mpl.get_data_path()) / "fonts" / "ttf"


class Paper(FPDF):
    """A PDF whose pages carry the document's title and their number."""

    def __init__(self, document: Document, title: str, *, landscape: bool = False) -> None:
        super().__init__("landscape" if landscape else "portrait", "mm", (190.5, 338.7) if landscape else "A4")
        for family, style, name in (
            (FONT, "", "DejaVuSans.ttf"), (FONT, "B", "DejaVuSans-Bold.ttf"), (MONO, "", "DejaVuSansMono.ttf"),
        ):  # fmt: skip
            self.add_font(family, style, fonts() / name)
        self.set_lang(document.language)
        self.set_title(title)
        self.set_creator("Effigies")
        self.set_text_color(*_INK)
        self._head = title

    def footer(self) -> None:
        """Title and page number."""
        self.set_y(-12)
        self.set_font(FONT, "", 8)
        self.set_text_color(*_GREY)
        self.cell(0, 5, f"{self._head} · {self.page_no()}", align="C")
        self.set_text_color(*_INK)


def report(document: Document, rendered: Rendered) -> bytes:
    """The report, A4."""
    paper, words = Paper(document, document.title), Words(document.language, "report")
    paper.set_margins(18, 16)
    paper.set_auto_page_break(True, 18)
    paper.add_page()
    paper.ln(60)
    _write(paper, document.title, 26, bold=True)
    _write(paper, document.subtitle, 14)
    paper.ln(6)
    _write(paper, document.made, 9)
    paper.ln(10)
    _write(paper, words("contents"), 13, bold=True)
    for section in document.sections:
        _write(paper, f"–  {section.title}", 10)
    for section in document.sections:
        paper.add_page()
        paper.start_section(section.title)
        _section(paper, section, document, words, rendered)
    return bytes(paper.output())


def slides(document: Document, shown: Sequence[Slide], title: str, rendered: Rendered) -> bytes:
    """The slides, one page each, as wide as a screen."""
    paper = Paper(document, title, landscape=True)
    paper.set_margins(16, 14)
    paper.set_auto_page_break(False)
    for slide in shown:
        paper.add_page()
        paper.start_section(slide.title)
        _slide(paper, slide, rendered)
    return bytes(paper.output())


def _write(paper: Paper, text: str, points: float, *, bold: bool = False, width: float = 0) -> None:
    paper.set_font(FONT, "B" if bold else "", points)
    paper.multi_cell(width, points * 0.5, text, align="L", **_NEXT)


def _section(paper: Paper, section: Section, document: Document, words: Words, rendered: Rendered) -> None:
    _write(paper, section.title, 20, bold=True)
    paper.ln(2)
    _write(paper, section.lead, 11)
    if section.address:
        link = f"{document.address}/{section.address}?lang={document.language}"
        paper.set_font(FONT, "", 9)
        paper.set_text_color(*_BLUE)
        paper.cell(0, 6, words("demo", address=link), link=link, **_NEXT)
        paper.set_text_color(*_INK)
    if section.highlights:
        paper.ln(2)
        _table(paper, ("", "", ""), [(each.label, each.value, each.about) for each in section.highlights], (30, 18, 60))
    for part in section.parts:
        paper.ln(4)
        if paper.will_page_break(125 if isinstance(part.blocks[0], Chart | Diagram | Sheet) else 45):
            paper.add_page()  # a heading stays with what it heads
        paper.start_section(part.title, 1)
        _write(paper, part.title, 14, bold=True)
        for block in part.blocks:
            paper.ln(2)
            _block(paper, block, rendered)


def _block(paper: Paper, block: Block, rendered: Rendered) -> None:
    match block:
        case Text():
            _write(paper, block.text, 10)
        case Points():
            for item in block.items:
                if block.code:
                    paper.set_font(MONO, "", 8.5)
                    paper.multi_cell(0, 4.5, item, align="L", **_NEXT)
                else:
                    _write(paper, f"•  {item}", 10)
        case Table():
            if paper.will_page_break(35):
                paper.add_page()
            _write(paper, block.title, 10.5, bold=True)
            if block.about:
                _write(paper, block.about, 8.5)
            paper.ln(1)
            _table(paper, block.columns, block.rows)
        case Chart():
            _image(paper, rendered.png(block), block.alt, paper.epw, 105, block.title)
            _write(paper, block.about, 8.5)
        case Diagram():
            _image(paper, rendered.png(block), block.alt, paper.epw, _TALL, block.title)
            _write(paper, block.about, 8.5)
        case Sheet():
            for number, picture in enumerate(block.pictures):
                title = block.title if number == 0 else ""
                _image(paper, as_png(picture), picture.caption, paper.epw, 105, title)
                _write(paper, picture.caption, 8.5)
            if block.about:
                _write(paper, block.about, 8.5)


def _table(
    paper: Paper, columns: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int] | None = None
) -> None:
    paper.set_font(FONT, "", 6.5 if len(columns) >= _MANY_COLUMNS else 8.5)
    head = any(columns)
    if widths is None and len(columns) > 1:  # wide enough for the longest text, within reason
        widths = [_width([row[place] for row in (columns, *rows)]) for place in range(len(columns))]
    with paper.table(
        col_widths=tuple(widths) if widths else None,
        text_align="LEFT",
        borders_layout="HORIZONTAL_LINES" if head else "NONE",
        headings_style=FontFace(emphasis="BOLD", fill_color=_SOFT),
        first_row_as_headings=head,
        padding=0.8,
        line_height=3.4 if len(columns) >= _MANY_COLUMNS else 4.4,
    ) as grid:
        for row in (columns, *rows) if head else rows:
            grid.row(row)


def _width(texts: Sequence[str]) -> int:
    """How much room a column needs beside others: its longest word never breaks, long texts wrap."""
    word = max(len(word) for text in texts for word in (text.split() or [""]))
    return max(word, min(max(map(len, texts)), 40)) + 3


def _image(paper: Paper, png: bytes, alt: str, most_wide: float, most_high: float, title: str = "") -> None:
    """The picture under its title, on the next page when it does not fit on this one."""
    width, height = size(png)
    scale = min(most_wide / width, most_high / height)
    if paper.will_page_break(height * scale + 16):
        paper.add_page()
    if title:
        _write(paper, title, 10.5, bold=True)
    paper.image(io.BytesIO(png), w=width * scale, h=height * scale, alt_text=alt)


def _slide(paper: Paper, slide: Slide, rendered: Rendered) -> None:
    top = 70 if slide.opening else 14
    paper.set_fill_color(*_BLUE)
    paper.rect(0, 0, paper.w, 5, "F")
    paper.set_y(top)
    _write(paper, slide.title, 40 if slide.opening else 26, bold=True)
    paper.ln(3)
    picture = slide.picture(rendered)
    room = paper.epw * (0.44 if picture else 1)
    for text in slide.texts:
        _write(paper, text if slide.opening else f"•  {text}", 17, width=room)
        paper.ln(3)
    for label, value in slide.highlights:
        paper.set_text_color(*_BLUE)
        _write(paper, value, 26, bold=True, width=room)
        paper.set_text_color(*_INK)
        _write(paper, label, 13, width=room)
    for text, link in slide.links:
        paper.set_font(FONT, "", 13)
        paper.set_text_color(*_BLUE)
        paper.cell(room, 8.5, text, link=link, **_NEXT)
        paper.set_text_color(*_INK)
    if picture:
        width, height = size(picture.png)
        scale = min(paper.epw * 0.53 / width, 140 / height)
        left = paper.w - 16 - width * scale
        paper.image(io.BytesIO(picture.png), x=left, y=34, w=width * scale, h=height * scale, alt_text=picture.alt)
