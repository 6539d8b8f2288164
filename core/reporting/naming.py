"""The archive's name, made of what its owner typed."""

import re
import unicodedata

from core.errors import N_, UserError

LONGEST = 60  # characters of a name
_BYTES = 120  # of a name in UTF-8: file names may have 255


def file_name(name: str, group: str) -> str:
    """`jane_doe_projet5_AIA02.zip` of "Jane Doe" and "AIA02": letters and digits only, whatever was typed.

    Raises:
        UserError: a name has no letter or digit, or is too long.
    """
    return f"{_safe(name.casefold())}_projet5_{_safe(group)}.zip"


def _safe(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    letters = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    kept = re.sub(r"[\W_]+", "_", unicodedata.normalize("NFC", letters)).strip("_")
    if not kept:
        raise UserError(N_("Name and class each need a letter or a digit"))
    fitting = kept[:LONGEST].encode()[:_BYTES].decode(errors="ignore")
    if fitting != kept:
        raise UserError(N_("Name and class may have {most} characters each"), most=len(fitting))
    return kept
