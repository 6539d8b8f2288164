"""The project itself for the archive: with git what git tracks, without it what is known by name; and its history."""

import logging
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from core.errors import N_
from core.settings import Settings

log = logging.getLogger(__name__)

Missing = dict[str, str]  # what is missing, with the reason
NO_HISTORY = N_("there is no git history on this machine")
SHALLOW = N_("the git history on this machine is cut off; git fetch --unshallow brings the rest")
NOT_HERE = N_("not in this copy of the project")
_BUNDLE_SECONDS = 300

# What a copy without git may hand to strangers: whatever else lies in the folder (backups, keys, claims, somebody
# else's archive) is not the project's. A test holds these lists against what git tracks.
FILES = (
    ".dockerignore", ".editorconfig", ".gitattributes", ".gitignore", ".secrets.baseline", "CHANGELOG.md",
    "CONTRIBUTING.md", "Dockerfile", "LICENSE", "Makefile", "README.md", "SECURITY.md", "compose.replicas.yaml",
    "compose.yaml", "pyproject.toml", "requirements-dev.txt", "requirements.txt",
)  # fmt: skip
FOLDERS = (
    ".ci", "app", "benchmarks", "core", "data/cards", "data/classroom", "data/emoji", "data/scale", "data/warehouse",
    "deploy", "docs", "models", "pages", "tests", "tools",
)  # fmt: skip
_OPTIONAL = ("data/accessibility.json",)
_KINDS = {
    ".css", ".csv", ".html", ".ini", ".jinja", ".jpg", ".js", ".json", ".keras", ".mako", ".md", ".npz", ".onnx",
    ".parquet", ".png", ".po", ".py", ".sql", ".svg", ".toml", ".txt", ".webp",
}  # fmt: skip
_WITHOUT_KIND = {"Caddyfile", "LICENSE", "run"}
_SECRETS = "secrets.toml"  # Streamlit's
_CONFIGURATION = ".streamlit"
_LEFT_OUT = {"__pycache__", "node_modules", "shots"}


def scripts(root: Path, folder: Path, private: Sequence[Path] = ()) -> Missing:
    """The project's files: those git tracks, or, without git, those known by name outside the `private` folders."""
    names = _git(root, "ls-files", "-z")
    # all of them before the first is copied: the copy may lie in the project itself
    paths = [root / name for name in names.split("\0") if name] if names is not None else list(_known(root, private))
    for path in paths:
        if path.is_file() and not path.is_symlink():
            target = folder / path.relative_to(root)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    return {f"scripts/{name}": NOT_HERE for name in (*FILES, *FOLDERS) if not (folder / name).exists()}


def private_folders(where: Settings) -> list[Path]:
    """What may lie in the project's folder and is nobody else's business, or too much to hand out."""
    folders = (where.state, where.signing, where.data, where.prepared, where.runs)
    return [folder for folder in folders if folder is not None]


def history(root: Path, bundle: Path) -> Missing:
    """The git history as a bundle: `git clone history.bundle` brings the project back."""
    if (_git(root, "rev-parse", "--is-shallow-repository") or "").strip() == "true":
        return {bundle.name: SHALLOW}  # a bundle of it could be made, and not be cloned
    bundle.parent.mkdir(parents=True, exist_ok=True)
    made = _git(root, "bundle", "create", str(bundle), "HEAD", "--branches", "--tags")
    if made is None or _git(root, "bundle", "verify", "--quiet", str(bundle)) is None:
        bundle.unlink(missing_ok=True)
        return {bundle.name: NO_HISTORY}
    return {}


def _known(root: Path, private: Sequence[Path]) -> Iterator[Path]:
    within = root.resolve()
    # a folder around the project leaves nothing of it out: what is written there lies beside the project's own folders
    kept_back = [folder for folder in (each.resolve() for each in private) if within in folder.parents]
    candidates = [root / name for name in (*FILES, *_OPTIONAL)]
    for name in FOLDERS:
        candidates += (path for path in (root / name).rglob("*") if _ours(path.relative_to(root / name)))
    for path in candidates:
        real = path.resolve()
        if path.is_file() and within in real.parents and not any(folder in real.parents for folder in kept_back):
            yield path


def _ours(path: Path) -> bool:
    """Whether a file of one of the project's folders is of a kind that the project has; hidden ones are not."""
    hidden = any(part.startswith(".") and part != _CONFIGURATION for part in path.parts)
    known = path.suffix in _KINDS or path.name in _WITHOUT_KIND
    return known and not hidden and path.name != _SECRETS and not _LEFT_OUT & set(path.parts)


def _git(root: Path, *arguments: str) -> str | None:
    """What git prints, None where there is no history or no git."""
    if not (root / ".git").exists():  # unpacked inside some other repository, git would answer for that one
        return None
    command = ["git", "-C", str(root), *arguments]
    try:
        result = subprocess.run(  # noqa: S603 - our own arguments
            command, capture_output=True, text=True, check=True, timeout=_BUNDLE_SECONDS
        )
    except (OSError, subprocess.SubprocessError) as error:
        log.warning("git %s: %s", arguments[0], error)
        return None
    return result.stdout
