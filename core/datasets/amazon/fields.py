"""One field, or a column of fields, made clean: records, text, ids, numbers, times, prices."""

import ast
import html
import json
import re
import time
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

_MAX_ID, _MAX_TEXT, _MAX_URL, _MAX_PRICE = 64, 2_000, 2_000, 1_000_000
_MAX_PRICE_TEXT = 40
_OPENED = 788_918_400  # 1995-01-01: Amazon sold nothing before
_MILLISECONDS_FROM = 1e11  # as seconds the year 5138, as milliseconds 1973
_DAY = 86_400
_SIZES = ("hi_res", "large", "large_image_url", "medium_image_url", "small_image_url", "thumb", "thumbnail")
_PICTURES = 20
_UNDECODED = "\ufffd"  # stands where bytes were no UTF-8
_BLANK = re.compile(r"[\s\x00-\x1f\x7f]+")
_PRICE = re.compile(r"\$?\s*(\d[\d,]*(?:\.\d+)?)(?:\s*-\s*\$?\s*[\d,.]+)?")
# pieces of web page that the 2018 crawl took for titles and categories
_WEB_PAGE = re.compile(r"getTime\(|</?(?:span|div|img|script|style)\b|^\s*\.a-", re.IGNORECASE)


def record(line: bytes) -> dict[str, Any] | str:
    """The object on a line of JSON, or of Python literals as in the metadata of 2014; else the reason why not."""
    try:
        text = line.decode("utf-8").strip()
    except UnicodeDecodeError:
        return "not UTF-8"
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        if not text.startswith("{"):
            return "no JSON object"
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # about "\d" in a description
                value = ast.literal_eval(text)
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
            return "no JSON object"
    return value if isinstance(value, dict) else "no JSON object"


def text(value: object, limit: int = _MAX_TEXT) -> str | None:
    """Text as people wrote it: entities decoded, blanks and control characters collapsed; None where there is none."""
    if not isinstance(value, str):
        return None
    if not value.isascii():
        value = value.encode("utf-8", "replace").decode("utf-8")  # half of a surrogate pair cannot be stored
    if "&" in value:
        value = html.unescape(value)
    return _BLANK.sub(" ", value).strip()[:limit].rstrip() or None


def is_web_page(value: str) -> bool:
    """Whether a title, brand or category is a piece of page code."""
    return _WEB_PAGE.search(value, 0, _MAX_TEXT) is not None


def identifier(value: object) -> str | None:
    """A usable id: printable text without blanks, at most 64 characters; None for anything else."""
    if not isinstance(value, str):
        return None
    value = value.strip()
    good = 0 < len(value) <= _MAX_ID and value.isprintable() and " " not in value and _UNDECODED not in value
    return value if good else None


def url(value: object) -> str | None:
    """A web address, or None."""
    if not isinstance(value, str):
        return None
    value = value.strip()
    good = value.startswith(("https://", "http://")) and len(value) <= _MAX_URL and value.isascii()
    return value if good and value.isprintable() and " " not in value else None


def first_url(pictures: object) -> str | None:
    """The largest form of the first picture, whether pictures are addresses, objects of sizes, or lists of either."""
    if isinstance(pictures, dict):
        pictures = [value for size in _SIZES for value in _listed(pictures.get(size))]
    flat = [value for picture in _listed(pictures) for value in _sizes_of(picture)]
    return next((found for found in map(url, flat) if found), None)


def _listed(value: object) -> list[object]:
    return value[:_PICTURES] if isinstance(value, list) else [value]


def _sizes_of(picture: object) -> list[object]:
    return [picture.get(size) for size in _SIZES] if isinstance(picture, dict) else [picture]


def price(value: object) -> float | None:
    """Dollars from 5.99, "$5.99", "$1,299.00" or the lower end of "$5.99 - $9.99"; None for anything else."""
    if isinstance(value, str):
        match = _PRICE.fullmatch(value.strip()[:_MAX_PRICE_TEXT])
        value = float(match[1].replace(",", "")) if match else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 < value <= _MAX_PRICE else None


def absent(values: Sequence[object]) -> NDArray[np.bool_]:
    """Where a column holds nothing at all (N,)."""
    return np.fromiter((value is None or value == "" for value in values), bool, len(values))


def numbers(values: Sequence[object]) -> NDArray[np.float64]:
    """The column as floats (N,): numbers and text such as "5.0"; NaN for anything else."""
    usable = [_number_or_text(value) for value in values]
    return pd.to_numeric(pd.Series(usable, dtype=object), errors="coerce").to_numpy(np.float64)


def _number_or_text(value: object) -> float | str | None:
    if isinstance(value, float | str) or value is None:
        return value
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63:
        return value
    return None


def seconds(values: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Unix times in seconds or milliseconds (N,) as whole seconds, and where they cannot be the time of a review."""
    with np.errstate(invalid="ignore"):
        scaled = np.floor(np.where(values > _MILLISECONDS_FROM, values / 1000, values))
        impossible = ~((scaled >= _OPENED) & (scaled <= time.time() + _DAY))
    return np.where(impossible, 0, scaled).astype(np.int64), impossible


def days(values: Sequence[object]) -> NDArray[np.float64]:
    """Dates such as "09 13, 2009" as unix times of their midnight (N,), NaN for anything else."""
    column = pd.Series([value if isinstance(value, str) else None for value in values], dtype="str")
    moments = pd.to_datetime(column, format="%m %d, %Y", errors="coerce").astype("datetime64[s]")
    return np.where(moments.isna(), np.nan, moments.astype("int64").to_numpy(np.float64))
