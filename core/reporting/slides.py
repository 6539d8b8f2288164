"""What the slides of a defence of a quarter of an hour say: one per chapter, from the same sections as the report."""

from dataclasses import dataclass
from typing import NamedTuple

from core.reporting.document import Chart, Document, Section, Sheet
from core.reporting.rendered import Rendered, as_png
from core.reporting.words import Words

# the rooms of app/registry.py, which is not at hand here: the key that templates/report.toml names each by, its address
PAGES = {
    "expressions": "expressions",
    "recommendations": "recommendations",
    "products": "product-images",
    "avatars": "avatars",
    "emoji": "campaign-emoji",
    "classroom": "gan-class",
    "results": "results",
}
_LEFT_OUT = ("glance", "accessibility", "again")  # for reading, not for telling


class Shown(NamedTuple):
    """A picture on a slide."""

    png: bytes
    alt: str


@dataclass(frozen=True)
class Slide:
    """A title, some texts, up to two numbers, links and at most one picture; `notes` is what may be said."""

    title: str
    texts: tuple[str, ...] = ()
    highlights: tuple[tuple[str, str], ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    shown: Chart | Sheet | None = None
    notes: str = ""
    opening: bool = False

    def picture(self, rendered: Rendered) -> Shown | None:
        """The chart, or the last picture of the sheet."""
        if isinstance(self.shown, Chart):
            return Shown(rendered.png(self.shown), self.shown.alt)
        if self.shown is not None:
            last = self.shown.pictures[-1]
            return Shown(as_png(last), last.caption)
        return None


def compose(document: Document) -> list[Slide]:
    """The slides of a report."""
    words = Words(document.language, "report")
    told = [
        _chapter(section, document)
        for section in document.sections
        if section.key not in _LEFT_OUT and section.measured
    ]
    absent = ", ".join(section.title for section in document.sections if not section.measured)
    missing = (words("glance_missing", names=absent),) if absent else ()
    links = {key: f"{document.address}/{path}?lang={document.language}" for key, path in PAGES.items()}
    demos = [(words("demo_at", page=words(f"room_{key}"), address=link), link) for key, link in links.items()]
    return [
        Slide(words("slides_title"), (document.subtitle, document.made), opening=True),
        *told,
        Slide(words("demos_title"), (words("demos_lead"), *missing), links=tuple(demos)),
        Slide(words("thanks"), (document.address,), opening=True),
    ]


def _chapter(section: Section, document: Document) -> Slide:
    link = _address(section, document)
    said = [block.about for block in section.blocks() if isinstance(block, Chart)]
    return Slide(
        section.title,
        section.points or (section.lead,),
        tuple((each.label, each.value) for each in section.highlights[:2]),
        ((link, link),) if link else (),
        section.pictured(),
        " ".join((section.lead, *(each.about for each in section.highlights), *said[:2])),
    )


def _address(section: Section, document: Document) -> str:
    return f"{document.address}/{section.address}?lang={document.language}" if section.address else ""
