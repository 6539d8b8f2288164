"""The slides as a PowerPoint file."""

import io
from typing import Any

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.util import Emu, Inches, Pt

from core.reporting.document import Document
from core.reporting.rendered import Rendered, size
from core.reporting.slides import Slide

_WIDE, _HIGH = Inches(13.333), Inches(7.5)
_TITLE_ONLY = 5  # layout of the default template
_INK, _BLUE = RGBColor(27, 39, 51), RGBColor(0, 90, 145)  # type: ignore[no-untyped-call]


def write(document: Document, slides: list[Slide], title: str, rendered: Rendered) -> bytes:
    """The presentation, sixteen to nine, with notes."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = _WIDE, _HIGH
    deck.core_properties.title, deck.core_properties.language = title, document.language
    deck.core_properties.author = "Effigies"
    for slide in slides:
        _add(deck, slide, document.language, rendered)
    file = io.BytesIO()
    deck.save(file)
    return file.getvalue()


def _add(deck: Any, slide: Slide, language: str, rendered: Rendered) -> None:
    page = deck.slides.add_slide(deck.slide_layouts[_TITLE_ONLY])
    head = page.shapes.title
    head.left, head.top, head.width = Inches(0.6), Inches(2.4 if slide.opening else 0.3), Inches(12.1)
    head.height = Inches(1.2)
    head.text_frame.text = slide.title
    _style(head.text_frame.paragraphs[0], 44 if slide.opening else 32, language, bold=True)
    picture = slide.picture(rendered)
    room = Inches(5.4) if picture else Inches(12.1)
    box = page.shapes.add_textbox(Inches(0.6), Inches(3.6 if slide.opening else 1.5), room, Inches(5.3))
    frame = box.text_frame
    frame.word_wrap = True
    for text in slide.texts:
        _paragraph(frame, text if slide.opening else f"•  {text}", 18, language)
    for label, value in slide.highlights:
        _paragraph(frame, value, 28, language, bold=True, colour=_BLUE)
        _paragraph(frame, label, 14, language)
    for text, link in slide.links:
        _paragraph(frame, text, 14, language, colour=_BLUE).hyperlink.address = link
    if picture:
        width, height = size(picture.png)
        most_wide, most_high = Inches(6.7), Inches(5.6)
        scale = min(most_wide / width, most_high / height)
        left = _WIDE - Inches(0.5) - Emu(int(width * scale))
        shape = page.shapes.add_picture(
            io.BytesIO(picture.png), left, Inches(1.5), Emu(int(width * scale)), Emu(int(height * scale))
        )
        shape._element.nvPicPr.cNvPr.set("descr", picture.alt)  # python-pptx has no call for alternative texts
    if slide.notes:
        page.notes_slide.notes_text_frame.text = slide.notes


def _paragraph(frame: Any, text: str, points: int, language: str, **style: Any) -> Any:
    """Add a paragraph and return its run."""
    first = frame.paragraphs[0]
    paragraph = frame.add_paragraph() if first.runs else first
    paragraph.text = text
    paragraph.space_after = Pt(6)
    _style(paragraph, points, language, **style)
    return paragraph.runs[0]


def _style(paragraph: Any, points: int, language: str, *, bold: bool = False, colour: RGBColor = _INK) -> None:
    for run in paragraph.runs:
        run.font.size, run.font.bold, run.font.color.rgb = Pt(points), bold, colour
        run._r.get_or_add_rPr().set("lang", {"fr": "fr-FR", "en": "en-GB"}[language])
