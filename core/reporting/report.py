"""The report as a whole: chapters in their order, written from what lies in the models folder at this moment."""

from datetime import UTC, datetime
from pathlib import Path

from babel.dates import format_date

from core.artifacts import git_commit
from core.reporting import accessibility, chapters
from core.reporting.document import Document
from core.reporting.sections import chapters as of_models
from core.reporting.sections import write
from core.reporting.words import Words

ADDRESS = "http://localhost:8501"


def compose(models: Path, language: str, *, address: str = ADDRESS) -> Document:
    """The whole report in a language; `address` is where the studio is served, for the demos' links."""
    words = Words(language, "report")
    told = [write(chapter, models, language) for chapter in of_models()]
    day = format_date(datetime.now(UTC).date(), "long", locale=language)
    return Document(
        language,
        words("title"),
        words("subtitle"),
        words("made", day=day, commit=git_commit() or words("no_commit")),
        address.rstrip("/"),
        (
            chapters.context(words),
            chapters.glance(words, told, models),
            chapters.data(words),
            *told,
            chapters.ethics(words),
            accessibility.section(words),
            chapters.advice(words, models),
            chapters.again(words),
        ),
    )
