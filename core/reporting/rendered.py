"""Charts, diagrams and pictures as files for documents, each drawn once however many documents show it."""

import io

from PIL import Image

from core.reporting import diagrams, static
from core.reporting.document import Chart, Diagram, Document, Picture, Step


class Rendered:
    """The charts and diagrams of a document as PNG and SVG, its pictures as PNG."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, str], bytes] = {}

    def png(self, chart: Chart | Diagram) -> bytes:
        """For PDF and slides."""
        return self._once(chart, "png")

    def svg(self, chart: Chart | Diagram) -> bytes:
        """For web pages."""
        return self._once(chart, "svg")

    def draw_all(self, document: Document, step: Step, message: str) -> None:
        """Draw every chart and diagram of the document, telling how far it is."""
        charts: list[Chart | Diagram] = []
        for section in document.sections:
            charts += [*section.charts(), *section.diagrams()]
        for number, chart in enumerate(charts):
            step(number / len(charts), message)
            self.png(chart)
            self.svg(chart)

    def _once(self, chart: Chart | Diagram, form: str) -> bytes:
        key = (chart.key, form)
        if key not in self._made:
            if isinstance(chart, Diagram):
                self._made[key] = diagrams.draw(chart.entities, form)
            else:
                self._made[key] = static.png(chart.figure) if form == "png" else static.svg(chart.figure)
        return self._made[key]


def as_png(picture: Picture) -> bytes:
    """The picture as a PNG file, whatever it was."""
    content = picture.read()
    if content.startswith(b"\x89PNG"):
        return content
    file = io.BytesIO()
    with Image.open(io.BytesIO(content)) as image:
        image.save(file, format="PNG")
    return file.getvalue()


def size(png: bytes) -> tuple[int, int]:
    """Width and height in pixels."""
    with Image.open(io.BytesIO(png)) as image:
        return image.size
