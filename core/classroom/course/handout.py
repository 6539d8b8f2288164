"""The course on paper: one HTML page to print or keep, with or without the teacher's notes."""

import re
from html import escape
from itertools import groupby

from markdown_it import MarkdownIt

from core.classroom.course import Screen

_STYLE = """
body{font:12pt/1.45 Georgia,serif;color:#0d1722;background:#fff;max-width:46rem;margin:2rem auto;padding:0 1rem}
h1,h2,h3{line-height:1.2}h2{border-bottom:2px solid #a63f26;padding-bottom:.2rem;margin-top:2.2rem}
section{break-inside:avoid}table{border-collapse:collapse}
td,th{border:1px solid #999;padding:.3rem .5rem;text-align:left}
aside{border-left:4px solid #ddd3c4;padding-left:1rem;color:#333}
@media print{body{margin:0;max-width:none}}
"""
_FORMULA = re.compile(r"\$(.+?)\$")


def handout(course: tuple[Screen, ...], *, language: str, title: str, notes_title: str = "") -> str:
    """A complete HTML page; `notes_title` is the heading of the notes, which are left out when it is empty."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")

    def rendered(text: str) -> str:
        return str(markdown.render(_FORMULA.sub(lambda found: f"*{_spoken(found[1])}*", text)))

    parts = []
    for chapter, group in groupby(course, key=lambda screen: screen.chapter):
        parts.append(f"<h2>{escape(chapter)}</h2>")
        for screen in group:
            notes = f"<aside><p><b>{escape(notes_title)}</b></p>{rendered(screen.notes)}</aside>" if notes_title else ""
            parts.append(f"<section><h3>{escape(screen.title)}</h3>{rendered(screen.body)}{notes}</section>")
    return (
        f'<!doctype html><html lang="{escape(language)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>{escape(title)}</h1>{''.join(parts)}</main></body></html>"
    )


def _spoken(formula: str) -> str:
    """A formula without the marks of TeX."""
    return formula.replace("\\", "").replace("*", "×")
