"""Numbered pictures in a folder, as commands hand them over: all of them or none."""

from collections.abc import Sequence
from pathlib import Path


def write_pictures(folder: Path, files: Sequence[bytes]) -> list[str]:
    """Write PNG files 000.png, 001.png … into `folder`, made if need be, and return their names.

    Files of these names are replaced; when one cannot be written, none is left half-written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    names = [f"{number:03d}.png" for number in range(len(files))]
    drafts = [folder / f".{name}" for name in names]
    try:
        for draft, content in zip(drafts, files, strict=True):
            draft.write_bytes(content)
        for draft, name in zip(drafts, names, strict=True):
            draft.replace(folder / name)
    finally:
        for draft in drafts:
            draft.unlink(missing_ok=True)
    return names
