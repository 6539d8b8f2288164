"""Where commands write to, checked before their work begins."""

import os
from pathlib import Path

from core.errors import N_, UserError


def check_folder(out: Path) -> Path:
    """The folder `out`, which may have to be made yet.

    Raises:
        UserError: it cannot be made, or nothing can be written there.
    """
    there = out.absolute()
    while not there.exists():
        there = there.parent
    if not there.is_dir():
        raise UserError(N_("{path} is a file: name a folder"), path=there)
    _check_writable(there)
    return out


def check_file(target: Path) -> None:
    """Check that the file `target` can be written; one that is there may be replaced.

    Raises:
        UserError: its folder is missing or closed, or it is a folder itself.
    """
    if target.is_dir():
        raise UserError(N_("{path} is a folder: name a file"), path=target)
    folder = target.absolute().parent
    if not folder.is_dir():
        raise UserError(N_("there is no folder {folder}: make it first, or name another"), folder=target.parent)
    _check_writable(folder)


def _check_writable(folder: Path) -> None:
    if not os.access(folder, os.W_OK | os.X_OK):
        raise UserError(N_("nothing can be written into {folder}: name another folder"), folder=folder)
