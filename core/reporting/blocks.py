"""Blocks made from words and figures, with titles, definitions and alternative texts in their places."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from core.artifacts import Manifest
from core.reporting.document import Block, Chart, Highlight, Part, Points, Section, Table, Text, part
from core.reporting.figure_data import in_words
from core.reporting.stored import Stored
from core.reporting.words import NOTHING, Words

_MOST_DIGITS = 4
_MOST_ROWS = 60


def said(words: Words, value: float) -> str:
    """A number with as many digits as it needs, four decimals at most."""
    if value != value or float(value).is_integer():
        return NOTHING if value != value else words.number(value)
    return words.number(value, _MOST_DIGITS if abs(value) < 1 else 2)


def chart(words: Words, key: str, figure: go.Figure, *, chapter: str = "", **fields: Any) -> Chart:
    """The figure with the words `<key>_title` and `<key>_about`; its numbers are its alternative text."""
    title = words(f"{key}_title", **fields)
    common = words.of("common")
    figure.update_layout(separators=",\N{NARROW NO-BREAK SPACE}" if words.language == "fr" else ".,")
    told = in_words(
        figure,
        lambda value: said(words, value),
        lambda first, last: common("span", first=first, last=last),
        lambda name, told: common("labelled", name=name, told=told),
        common("then"),
    )
    alt = f"{title}. {told}"
    return Chart(f"{chapter or words.chapter}_{key}", title, figure, words(f"{key}_about", **fields), alt)


def table(
    words: Words, key: str, columns: Sequence[str], rows: Sequence[Sequence[str]], *, chapter: str = "", **fields: Any
) -> Table | None:
    """A table with the words `<key>_title` and, where there is one, `<key>_about`; None without rows."""
    if not rows:
        return None
    about = words(f"{key}_about", **fields) if words.knows(f"{key}_about") else ""
    name = f"{chapter or words.chapter}_{key}"
    return Table(name, words(f"{key}_title", **fields), tuple(columns), tuple(map(tuple, rows)), about)


def highlight(words: Words, key: str, value: str, **fields: Any) -> Highlight:
    """One number with the words `<key>` and, where there is one, `<key>_about`."""
    about = words(f"{key}_about", **fields) if words.knows(f"{key}_about") else ""
    return Highlight(words(key), value, about)


def standard(words: Words, stored: Stored, name: str, *before: Block | None, **fields: Any) -> Part | None:
    """The part `name` ("method", "tuning", "choice", "limits") of a chapter: given blocks, then its words."""
    told: list[Block | None] = list(before)
    if words.knows(name):
        told.append(Text(words(name, **fields)))
    if words.knows(f"{name}_points"):
        told.append(Points(words.points(f"{name}_points", **fields)))
    return part(words.of("common")(f"part_{name}"), told)


def sources(words: Words, manifest: Manifest | None) -> Part | None:
    """Data a model was trained on and whom it owes something, from its manifest."""
    if manifest is None:
        return None
    common = words.of("common")
    head = (common("source"), common("origin"), common("terms"))
    rows = [(entry.name, entry.origin, entry.terms) for entry in manifest.data]
    credits = (Text(common("credits")), Points(tuple(manifest.credits))) if manifest.credits else ()
    return part(common("part_sources"), (table(common, "sources", head, rows, chapter=words.chapter), *credits))


def again(words: Words, commands: Sequence[str]) -> Part | None:
    """The commands that make the model and its figures again."""
    return part(words.of("common")("part_again"), (Points(tuple(commands), code=True),))


def absent(words: Words, stored: Stored, why: str, *, address: str = "", commands: Sequence[str] = ()) -> Section:
    """The chapter of a model without figures: what it is for, and plainly why there are none."""
    common = words.of("common")
    told = part(common("part_results"), (Text(why),))
    kept = [each for each in (told, standard(words, stored, "purpose"), again(words, commands)) if each]
    return Section(
        stored.key, words("title"), words("lead"), tuple(kept), address=address, points=(why,),
        measured=False,
    )  # fmt: skip


def named_rows(words: Words, rows: Mapping[str, Mapping[str, Any]], columns: Mapping[str, str]) -> list[list[str]]:
    """Rows of a table: the name of each, then its values in the forms that `columns` gives by key ("%", "3" …)."""
    return [
        [words.name(key), *(words.format_field(row.get(name), form) for name, form in columns.items())]
        for key, row in rows.items()
    ]


def everything(words: Words, found: Mapping[str, Any], *, without: Sequence[str] = ()) -> Table | None:
    """The single numbers (60 at most) of groups of `found` not in `without`, under their names in metrics.json."""
    common = words.of("common")
    rows = [
        (name, words.format_field(value, "" if isinstance(value, int) else str(_MOST_DIGITS)))
        for group, content in found.items()
        if group not in without
        for name, value in _leaves(group, content)
    ]
    return table(common, "everything", (common("figure"), common("value")), rows[:_MOST_ROWS], chapter=words.chapter)


def _leaves(name: str, content: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(content, Mapping):
        for key, value in content.items():
            yield from _leaves(f"{name}.{key}", value)
    elif isinstance(content, int | float) and not isinstance(content, bool):
        yield name, content
