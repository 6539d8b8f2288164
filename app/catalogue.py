"""Keep the French catalogue in step with the code: `python -m app.catalogue` extracts every message and merges it.

New messages arrive with an empty translation, those no longer used are dropped, and what remains to be translated is
listed. `tests/app/test_catalogue.py` fails while anything is missing.
"""

import io
import string
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from app.i18n import LANGUAGES, LOCALES, SOURCE_LANGUAGE

ROOT = Path(__file__).parents[1]
SOURCES = ("app", "pages", "core")
_HEADER = """\
# Translations for Effigies.
msgid ""
msgstr ""
"Project-Id-Version: Effigies\\n"
"Language: {language}\\n"
"Plural-Forms: {plurals};\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2)}


def po_file(language: str) -> Path:
    """Where a language's translations are kept."""
    return LOCALES / language / "LC_MESSAGES" / "effigies.po"


def extract() -> Catalog:
    """Every message of the code, untranslated."""
    template = Catalog(project="Effigies", charset="utf-8")
    for folder in SOURCES:
        found = extract_from_dir(ROOT / folder, [("**.py", "python")], keywords=KEYWORDS, comment_tags=("NOTE:",))
        for file, _line, message, comments, context in sorted(found, key=lambda item: item[:2]):
            template.add(message, locations=[(f"{folder}/{file}", 0)], auto_comments=comments, context=context)
    return template


def read(language: str) -> Catalog:
    """A language's catalogue as it stands in the repository."""
    with po_file(language).open("rb") as file:
        return read_po(file, locale=language)


def update(language: str) -> Catalog:
    """Merge the code's messages into a language's catalogue and write it."""
    catalogue = read(language)
    catalogue.update(extract(), no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    write(language, catalogue)
    return catalogue


def write(language: str, catalogue: Catalog) -> None:
    """Store a catalogue under a header without dates, so that an unchanged catalogue is an unchanged file."""
    entries = io.BytesIO()
    write_po(entries, catalogue, width=120, omit_header=True, include_lineno=False, sort_by_file=True)
    header = _HEADER.format(language=language, plurals=catalogue.plural_forms.rstrip(";"))
    po_file(language).write_bytes(header.encode() + entries.getvalue())


def untranslated(catalogue: Catalog) -> Iterator[Message]:
    """Messages with no translation, or one that is only guessed ("fuzzy")."""
    for message in catalogue:
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.id and (message.fuzzy or not all(forms)):
            yield message


def fields(text: str) -> set[str]:
    """Names of the `{fields}` in a message."""
    return {name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name is not None}


def main() -> None:
    """Update every catalogue; list what is still to be translated."""
    for language in LANGUAGES:
        if language == SOURCE_LANGUAGE:
            continue
        missing = [message.id for message in untranslated(update(language))]
        sys.stdout.write("".join(f"{language}: to translate: {message!r}\n" for message in missing))
        sys.stdout.write(f"{language}: {len(missing)} to translate in {po_file(language).relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
