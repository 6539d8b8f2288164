"""The report as one HTML file that needs nothing else: figures are drawn into it."""

import base64
from functools import cache
from typing import Any

import jinja2

from core.reporting import document as blocks
from core.reporting.document import Document
from core.reporting.rendered import Rendered
from core.reporting.words import FOLDER, Words

_PICTURE_TYPES = {b"\x89PNG": "image/png", b"RIFF": "image/webp", b"\xff\xd8\xff\xe0": "image/jpeg"}


def write(document: Document, rendered: Rendered) -> bytes:
    """The report, UTF-8."""
    page = _template().render(
        document=document,
        words=Words(document.language, "report"),
        kind=lambda block: type(block).__name__,
        svg=lambda chart: _embedded(rendered.svg(chart), "image/svg+xml"),
        picture=_picture,
    )
    return page.encode()


def _picture(picture: blocks.Picture) -> str:
    content = picture.read()
    return _embedded(content, _PICTURE_TYPES.get(content[:4], "application/octet-stream"))


def _embedded(content: bytes, media: str) -> str:
    return f"data:{media};base64,{base64.b64encode(content).decode()}"


@cache
def _template() -> jinja2.Template:
    loader = jinja2.FileSystemLoader(FOLDER)
    settings: dict[str, Any] = {"trim_blocks": True, "lstrip_blocks": True, "undefined": jinja2.StrictUndefined}
    return jinja2.Environment(loader=loader, autoescape=True, **settings).get_template("report.html.jinja")
