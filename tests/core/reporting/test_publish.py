"""Report and slides hold the figures, stand on their own, and can be read without seeing them."""

import io
import itertools
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from pptx import Presentation
from pypdf import PdfReader

from core.reporting import publish
from core.reporting.document import Document
from core.reporting.rendered import Rendered
from core.reporting.report import compose
from core.reporting.words import Words

ADDRESS = "https://studio.example"


class Elements(HTMLParser):
    """The tags of a page with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


@pytest.fixture(scope="module")
def files(models: Path) -> dict[str, bytes]:
    return publish.files(compose(models, "fr", address=ADDRESS), Rendered())


@pytest.fixture(scope="module")
def expected(models: Path) -> list[str]:
    """Figures as the French report writes them."""
    words = Words("fr")
    found = json.loads((models / "emotion" / "metrics.json").read_bytes())
    text = json.loads((models / "text" / "metrics.json").read_bytes())
    return [
        words.percent(found["accuracy"]),
        words.number(found["per_class"]["fear"]["f1"], 3),
        words.percent(text["descriptions"]["french_with_slips"]["recall_at_1"]),
    ]


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def test_the_page_holds_the_figures_and_needs_nothing_else(files: dict[str, bytes], expected: list[str]) -> None:
    page = files["report_fr.html"].decode()
    assert all(figure in page for figure in expected)
    assert Words("fr")("absent") in page
    elements = Elements(page)
    sources = [image["src"] or "" for image in elements.of("img")]
    assert sources
    assert all(source.startswith("data:image/") for source in sources)
    assert not elements.of("script") + elements.of("link")
    links = [link["href"] or "" for link in elements.of("a")]
    assert all(link.startswith(("#", ADDRESS)) for link in links)
    assert f"{ADDRESS}/expressions?lang=fr" in links


def test_the_page_can_be_read_without_seeing_it(files: dict[str, bytes]) -> None:
    elements = Elements(files["report_fr.html"].decode())
    assert elements.of("html")[0]["lang"] == "fr"
    assert len(elements.of("h1")) == 1
    assert all(image["alt"] for image in elements.of("img"))
    assert all(cell["scope"] in ("col", "row") for cell in elements.of("th"))
    levels = [int(tag[1]) for tag, _ in elements.found if re.fullmatch("h[1-6]", tag)]
    assert all(lower - upper <= 1 for upper, lower in itertools.pairwise(levels))
    named = [attributes["id"] for _, attributes in elements.found if "id" in attributes]
    assert len(set(named)) == len(named)


@pytest.mark.parametrize("name", ["report_fr.pdf", "slides_fr.pdf"])
def test_the_pdf_holds_the_figures(files: dict[str, bytes], expected: list[str], name: str) -> None:
    reader = PdfReader(io.BytesIO(files[name]))
    text = plain("\n".join(page.extract_text() for page in reader.pages))
    wanted = expected if name.startswith("report") else [expected[0], expected[2]]
    assert all(plain(figure) in text for figure in wanted)
    assert reader.root_object["/Lang"] == "fr"
    assert reader.outline


def test_the_slides_hold_figures_pictures_and_the_demos(files: dict[str, bytes], expected: list[str]) -> None:
    deck = Presentation(io.BytesIO(files["slides_fr.pptx"]))
    texts = "\n".join(shape.text_frame.text for slide in deck.slides for shape in slide.shapes if shape.has_text_frame)
    assert expected[0] in texts
    for page in ("expressions", "campaign-emoji", "results"):
        assert f"{ADDRESS}/{page}?lang=fr" in texts
    assert f"Émojis de campagne\N{NO-BREAK SPACE}: {ADDRESS}/campaign-emoji?lang=fr" in texts
    pictures = [shape for slide in deck.slides for shape in slide.shapes if shape.shape_type == 13]
    assert len(pictures) >= 3
    assert all(picture._element.nvPicPr.cNvPr.get("descr") for picture in pictures)
    assert 8 <= len(deck.slides) <= 20
    absent = Words("fr", "avatar")("title")
    assert absent not in [slide.shapes.title.text_frame.text for slide in deck.slides]
    assert absent in texts  # named among what is not here


def test_a_language_is_written_whole_or_not_at_all(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        publish, "compose", lambda _models, language, *, address: Document(language, "Report", "", "", address)
    )
    seen: list[float] = []
    monkeypatch.setattr(publish, "files", lambda document, _: {f"report_{document.language}.html": b"x"})
    written = publish.publish(models, tmp_path / "out", step=lambda share, _: seen.append(share))
    assert [path.name for path in written] == ["report_fr.html", "report_en.html"]
    assert seen == sorted(seen)
    assert seen[-1] == 1

    def fail(*_: object) -> dict[str, bytes]:
        raise OSError("disk full")

    monkeypatch.setattr(publish, "files", fail)
    with pytest.raises(OSError, match="disk full"):
        publish.publish(models, tmp_path / "other")
    assert not list((tmp_path).glob("other/*"))
