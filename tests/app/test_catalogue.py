"""Every message has a French translation that fits it."""

import ast

import pytest
from babel.messages.catalog import Catalog, Message

from app.catalogue import KEYWORDS, ROOT, SOURCES, extract, fields, read, untranslated
from app.i18n import LANGUAGES, SOURCE_LANGUAGE

HINT = "run `python -m app.catalogue`, then translate what it lists"


@pytest.fixture(params=[language for language in LANGUAGES if language != SOURCE_LANGUAGE])
def catalogue(request: pytest.FixtureRequest) -> Catalog:
    return read(request.param)


def ids(catalogue: Catalog) -> set[object]:
    return {message.id for message in catalogue if message.id}


def forms(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (str(value),)


def test_every_message_is_translated(catalogue: Catalog) -> None:
    assert not ids(extract()) - ids(catalogue), HINT
    assert not [message.id for message in untranslated(catalogue)], HINT


def test_no_translation_is_left_over(catalogue: Catalog) -> None:
    assert not ids(catalogue) - ids(extract()), HINT
    assert not catalogue.obsolete, HINT


def test_translations_keep_the_fields_of_their_messages(catalogue: Catalog) -> None:
    def differ(message: Message) -> bool:
        wanted = set().union(*map(fields, forms(message.id)))
        return any(fields(form) != wanted for form in forms(message.string) if form)

    assert not [message.id for message in catalogue if message.id and differ(message)]


def test_french_is_typeset(catalogue: Catalog) -> None:
    """No plain space before : ; ! ? » or after «, and no straight quotes for apostrophes."""
    wrong = (" :", " ;", " !", " ?", " »", "« ", "'")
    found = {form for message in catalogue if message.id for form in forms(message.string)}
    assert not [form for form in found if any(pair in form for pair in wrong)]


def test_no_message_escapes_the_extractor() -> None:
    """Such as one inside an f-string, or built at run time: it would never be translated."""
    written = set()
    for file in (file for folder in SOURCES for file in (ROOT / folder).rglob("*.py")):
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", getattr(call.func, "attr", "")) in KEYWORDS:
                count = 2 if len(call.args) == 3 else 1
                texts = [arg.value for arg in call.args[:count] if isinstance(arg, ast.Constant)]
                written.update(text for text in texts if isinstance(text, str))
    extracted = {form for message in extract() if message.id for form in forms(message.id)}
    assert not written - extracted
