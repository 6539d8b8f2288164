"""Report and slides written into a folder, in each language as HTML, PDF and PPTX: all of a language or none of it."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from core.errors import N_
from core.reporting import diagrams, html, pdf, pptx, slides
from core.reporting.data_model import MODELS, mermaid
from core.reporting.document import Document, Step
from core.reporting.rendered import Rendered
from core.reporting.report import ADDRESS, compose
from core.reporting.words import LANGUAGES, Words

READING = N_("Reading the figures")
DRAWING = N_("Drawing the charts")
WRITING = N_("Writing report and slides")
_SHARE_DRAWING = 0.8


def silent(_share: float, _message: str) -> None:
    """For those who do not watch."""


def publish(
    models: Path, out: Path, languages: Sequence[str] = LANGUAGES, *, address: str = ADDRESS, step: Step = silent
) -> list[Path]:
    """Write report_<language>.html and .pdf and slides_<language>.pptx and .pdf into `out`, made if need be."""
    written = []
    for number, language in enumerate(languages):

        def within(share: float, message: str, number: int = number) -> None:
            step((number + share) / len(languages), message)

        within(0, READING)
        document, rendered = compose(models, language, address=address), Rendered()
        rendered.draw_all(document, lambda share, message: within(_SHARE_DRAWING * share, message), DRAWING)
        within(_SHARE_DRAWING, WRITING)
        written += _write(out, files(document, rendered))
    step(1, WRITING)
    return written


def files(document: Document, rendered: Rendered) -> dict[str, bytes]:
    """The four files of a language by name."""
    language = document.language
    title = Words(language, "report")("slides_title")
    shown = slides.compose(document)
    return {
        f"report_{language}.html": html.write(document, rendered),
        f"report_{language}.pdf": pdf.report(document, rendered),
        f"slides_{language}.pptx": pptx.write(document, shown, title, rendered),
        f"slides_{language}.pdf": pdf.slides(document, shown, title, rendered),
    }


def data_model(out: Path) -> list[Path]:
    """Write data_model_<name>.svg and .mmd (Mermaid) of warehouse, ledger and class into `out`, made if need be."""
    contents = {}
    for name, tables in MODELS.items():
        contents[f"data_model_{name}.svg"] = diagrams.draw(tables(), "svg")
        contents[f"data_model_{name}.mmd"] = mermaid(tables()).encode()
    return _write(out, contents)


def _write(out: Path, contents: dict[str, bytes]) -> list[Path]:
    out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=out, prefix=".") as folder:
        for name, content in contents.items():
            (Path(folder) / name).write_bytes(content)
        return [(Path(folder) / name).replace(out / name) for name in contents]
