"""The arrow points one way: pages, app, capability, shared packages. Imports inside functions count as well."""

import ast
from collections.abc import Iterator
from pathlib import Path

from app.registry import ROOT

# folders with commands of their own that stand for something a visitor does; what they share lies beside them in `core`
CAPABILITIES = ("emotion", "recommender", "product", "avatar", "emoji", "superres", "restyle", "classroom")
# these two put capabilities together: the command line, and the report with its archive
ABOVE = ("cli.py", "reporting")


def imports(path: Path) -> Iterator[str]:
    """Dotted names of the modules that a file imports."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def capability_of(module: str) -> str | None:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and parts[0] == "core" and parts[1] in CAPABILITIES else None


def test_no_capability_imports_another_and_nothing_shared_imports_a_capability() -> None:
    wrong = []
    for path in sorted((ROOT / "core").rglob("*.py")):
        place = path.relative_to(ROOT / "core").parts[0]
        for module in imports(path) if place not in ABOVE else ():
            named = capability_of(module)
            if named and named != place:
                wrong.append(f"{path.relative_to(ROOT)} imports {module}")
    assert wrong == []


def test_the_library_knows_neither_the_interface_nor_the_app() -> None:
    known = {
        f"{path.relative_to(ROOT)} imports {module}"
        for path in sorted((ROOT / "core").rglob("*.py"))
        for module in imports(path)
        if module.partition(".")[0] in ("streamlit", "app", "pages")
    }
    assert known == set()
