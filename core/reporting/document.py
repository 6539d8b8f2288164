"""What report, slides and page have in common: sections of blocks, which each of them draws in its own way."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import plotly.graph_objects as go

from core.reporting.data_model import Entity

Step = Callable[[float, str], None]  # share done 0..1, and what is being done (a message id of the catalogue)


@dataclass(frozen=True)
class Text:
    """A paragraph, without markup."""

    text: str


@dataclass(frozen=True)
class Points:
    """A list; `code` marks lines that are typed as they stand."""

    items: tuple[str, ...]
    code: bool = False


@dataclass(frozen=True)
class Table:
    """Cells as text; the first column names the rows. `about` defines what is counted."""

    key: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    about: str = ""


@dataclass(frozen=True)
class Chart:
    """A figure; `about` is its definition in a sentence, `alt` says what it shows to those who do not see it."""

    key: str
    title: str
    figure: go.Figure
    about: str
    alt: str


@dataclass(frozen=True)
class Picture:
    """A picture file (a path) or its bytes, and what stands below it."""

    source: Path | bytes
    caption: str

    def read(self) -> bytes:
        """The file's bytes."""
        return self.source if isinstance(self.source, bytes) else self.source.read_bytes()


@dataclass(frozen=True)
class Sheet:
    """Pictures side by side."""

    key: str
    title: str
    pictures: tuple[Picture, ...]
    about: str = ""


@dataclass(frozen=True)
class Diagram:
    """Tables and how they refer to each other; `alt` says that to those who do not see it."""

    key: str
    title: str
    entities: tuple[Entity, ...]
    about: str
    alt: str


Block = Text | Points | Table | Chart | Sheet | Diagram


@dataclass(frozen=True)
class Highlight:
    """One of the few numbers that say how good a model is; `about` says what it is beside which floor or ceiling."""

    label: str
    value: str
    about: str = ""


@dataclass(frozen=True)
class Part:
    """Blocks under a heading."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Section:
    """A chapter.

    Attributes:
        key: unique, letters and underscores only.
        lead: one sentence: what it is about.
        parts: what it says.
        highlights: at most four.
        address: the demo's path below the studio's address; empty when there is none.
        points: what a slide says; without them a slide shows `lead`.
        measured: False when the model is not on this machine.
    """

    key: str
    title: str
    lead: str
    parts: tuple[Part, ...]
    highlights: tuple[Highlight, ...] = ()
    address: str = ""
    points: tuple[str, ...] = ()
    measured: bool = True
    cover: str = ""  # key of the chart or sheet that a slide shows

    def blocks(self) -> Iterator[Block]:
        """All blocks in order."""
        for part in self.parts:
            yield from part.blocks

    def charts(self) -> list[Chart]:
        """The charts in order."""
        return [block for block in self.blocks() if isinstance(block, Chart)]

    def diagrams(self) -> list[Diagram]:
        """The diagrams in order."""
        return [block for block in self.blocks() if isinstance(block, Diagram)]

    def pictured(self) -> Chart | Sheet | None:
        """What a slide shows of it: the cover, else the first chart or sheet."""
        shown = [block for block in self.blocks() if isinstance(block, Chart | Sheet)]
        return next((block for block in shown if block.key == self.cover), shown[0] if shown else None)


@dataclass(frozen=True)
class Document:
    """A whole report in one language."""

    language: str
    title: str
    subtitle: str
    made: str
    address: str
    sections: tuple[Section, ...] = field(default_factory=tuple)


def part(title: str, blocks: Sequence[Block | None]) -> Part | None:
    """A part of the blocks that there are; None when there is none."""
    kept = tuple(block for block in blocks if block is not None)
    return Part(title, kept) if kept else None


def parts(*candidates: Part | None) -> tuple[Part, ...]:
    """Those that there are."""
    return tuple(each for each in candidates if each is not None)
