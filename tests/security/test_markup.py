"""Words of strangers are shown as they are written: on pages, which read Markdown, and in reports, which are HTML."""

import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from app.widgets.product_names import plain
from core.reporting import html
from core.reporting.document import Document, Part, Points, Section, Table, Text
from core.reporting.rendered import Rendered

pytestmark = pytest.mark.security

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "[a link](javascript:alert(1))",
    "![a picture](http://evil.example/track.png)",
    "**bold** _slanted_ ~~struck~~ `code`",
    "$x^2$ :smile: :red[warning] :material/home:",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "# Title\n\n- item\n\n1. item\n\n> quote\n\n---",
    "<!-- hidden --> &lt;b&gt; &#60;i&#62; \\<b>",
    "http://evil.example www.evil.example mailto:a@b.example",
    "https://evil.example/<b>x</b>",
)


def shown(text: str) -> str:
    """What a reader of Markdown, raw HTML included, makes of text; paragraphs without their tags."""
    made = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(text)
    return re.sub(r"</?p>|\n", "", made)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_markup_of_strangers_is_obeyed(text: str) -> None:
    assert "<" not in shown(plain(text))
    for sign in "$:.":  # what Streamlit adds: formulas, emoji, colours, icons; addresses that become links
        assert plain(text).count(sign) == plain(text).count(f"\\{sign}")


@given(st.text(alphabet="ab <>&*_`[]()#+-.!|~$:\\{}\n\"'/=1", max_size=60))
@settings(deadline=None, max_examples=300)
def test_whatever_is_written_no_tag_comes_of_it(text: str) -> None:
    assert "<" not in shown(plain(text))


def test_a_report_shows_markup_in_names_and_credits_as_text() -> None:
    blocks = (Text(HOSTILE[0]), Points(HOSTILE), Table("t", HOSTILE[1], HOSTILE[:2], (HOSTILE[:2],), HOSTILE[2]))
    section = Section("s", HOSTILE[0], HOSTILE[1], (Part(HOSTILE[2], blocks),), address="avatars", points=HOSTILE)
    made = str(date(2026, 1, 2))
    document = Document("en", HOSTILE[0], HOSTILE[1], made, 'https://x" onclick="alert(1)', (section,))
    page = html.write(document, Rendered()).decode()
    assert not re.search(r"<(script|img|svg|b|i)\b", page)
    assert 'onclick="' not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
