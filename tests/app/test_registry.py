"""The registry describes rooms that can be drawn."""

import ast

from app.registry import HOME, ROOMS, ROOT, room


def test_rooms_are_told_apart_by_key_title_and_address() -> None:
    for name in ("key", "title", "url_path"):
        names = [getattr(place, name) for place in ROOMS]
        assert len(set(names)) == len(names)
    assert [place for place in ROOMS if not place.url_path] == [HOME]
    assert all(room(place.url_path) is place for place in ROOMS)


def test_every_room_has_its_page_and_its_picture() -> None:
    for place in ROOMS:
        assert place.page.is_file()
        assert place.picture.file.is_file()


def test_every_page_is_reached_through_the_registry() -> None:
    assert {file.resolve() for file in (ROOT / "pages").glob("*.py")} == {place.page.resolve() for place in ROOMS}


def test_pages_write_no_text_that_cannot_be_translated() -> None:
    writers = {"title", "header", "subheader", "markdown", "caption", "write", "info", "warning", "error", "success"}
    writers |= {"button", "selectbox", "toggle", "checkbox", "radio", "slider", "text_input", "file_uploader", "metric"}
    literal = [
        f"{file.relative_to(ROOT)}:{call.lineno}"
        for folder in ("pages", "app/widgets")
        for file in (ROOT / folder).rglob("*.py")
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in writers
        and not (isinstance(call.func.value, ast.Name) and call.func.value.id == "log")
        and call.args
        and isinstance(call.args[0], ast.Constant)
    ]
    assert not literal
