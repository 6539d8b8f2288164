"""`make security`: hostile input, known weaknesses of the pinned libraries, secrets in the files.

Each check passes, finds something, or cannot be made here; what could not be made is said and never counts as passed.
Exit status: 0 all passed, 1 something was found, 3 nothing was found but a check could not be made.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from enum import IntEnum
from pathlib import Path
from typing import Any

from app.registry import ROOT

REQUIREMENTS = ("requirements.txt", "requirements-dev.txt")
BASELINE = ".secrets.baseline"
# made by programs from data, or pictures: long numbers that look like secrets, and no place for one
NOT_SCANNED = ("models/", "data/", BASELINE)
_SECONDS = 15  # that the service of advisories has for an answer
_HOOK_MOVED = 3  # detect-secrets: nothing new, but lines of known findings have moved


class Outcome(IntEnum):
    """How a check ended; its number is the program's exit status."""

    PASSED = 0
    FOUND = 1
    UNKNOWN = 3


Verdict = tuple[Outcome, str]


def _python(*arguments: str, root: Path = ROOT, shown: bool = False) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own arguments
        [sys.executable, "-m", *arguments], cwd=root, stdout=None if shown else subprocess.PIPE,
        stderr=None if shown else subprocess.PIPE, text=True, check=False,
    )  # fmt: skip


def hostile_input() -> Verdict:
    """The tests that are marked `security`: what strangers may send, and that it does no harm."""
    status = _python("pytest", "-q", "-m", "security", "-p", "no:cacheprovider", shown=True).returncode
    if status == 0:
        return Outcome.PASSED, "every hostile input is answered as it should be"
    if status == 1:
        return Outcome.FOUND, "tests fail, see above"
    return Outcome.UNKNOWN, f"the tests did not run (pytest's exit status {status})"


def pinned(lines: Iterable[str]) -> list[str]:
    """The requirements among the lines of a compiled file, each once."""
    found = (line.partition("#")[0].strip() for line in lines)
    return list(dict.fromkeys(line for line in found if "==" in line))


def ask(requirements: Sequence[str]) -> list[dict[str, Any]] | None:
    """What pip-audit says of each requirement for this platform; None when it got no answer.

    An entry has "name" and either "vulns", or "skip_reason" when the service does not know the package.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "requirements.txt"
        path.write_text("\n".join(requirements) + "\n", encoding="utf-8")
        options = ("--disable-pip", "--no-deps", "--progress-spinner", "off", "--format", "json")
        answer = _python("pip_audit", "--requirement", str(path), *options, "--timeout", str(_SECONDS))
    try:
        return list(json.loads(answer.stdout)["dependencies"])
    except (ValueError, LookupError, TypeError):
        sys.stderr.write("\n".join(answer.stderr.splitlines()[-1:]) + "\n")
        return None


def dependencies(
    requirements: Sequence[str], ask: Callable[[Sequence[str]], list[dict[str, Any]] | None] = ask
) -> Verdict:
    """Known weaknesses of the pinned libraries. One library is asked about first: is the service there at all?"""
    first = next((each for each in requirements if ";" not in each), requirements[0])  # wanted on every platform
    for asked in ([first], requirements):
        found = ask(asked)
        skipped = [entry["name"] for entry in found or () if "skip_reason" in entry]
        if found is None or len(skipped) == len(found):
            return Outcome.UNKNOWN, (
                "NOT AUDITED: the service of advisories (https://pypi.org) cannot be reached from here, or does not "
                "know the libraries; run this where it can be"
            )
    weak = {entry["name"]: entry["vulns"] for entry in found or () if entry.get("vulns")}
    if weak:
        told = (f"{name} ({', '.join(each['id'] for each in known)})" for name, known in weak.items())
        return Outcome.FOUND, f"known weaknesses: {'; '.join(told)}. `make upgrade` takes newer versions"
    if skipped:
        return Outcome.UNKNOWN, f"NOT AUDITED: the service does not know {', '.join(skipped)}"
    return Outcome.PASSED, f"no known weakness in {len(found or ())} libraries"


def secrets(root: Path = ROOT) -> Verdict:
    """Keys and passwords in the files that git knows, but for those the baseline lists as harmless."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True, check=True  # noqa: S607
        ).stdout  # fmt: skip
    except (OSError, subprocess.CalledProcessError) as error:
        return Outcome.UNKNOWN, f"NOT SCANNED: git does not list the files ({error})"
    files = [name for name in listed.split("\0") if name and not name.startswith(NOT_SCANNED)]
    with tempfile.TemporaryDirectory() as folder:
        baseline = Path(folder) / BASELINE
        shutil.copyfile(root / BASELINE, baseline)  # the program rewrites it
        # not verified: that would send what looks like a key to the service it looks like one of
        scanned = _python(
            "detect_secrets.pre_commit_hook", "--baseline", str(baseline), "--no-verify", *files, root=root
        )
    if scanned.returncode in (0, _HOOK_MOVED):
        return Outcome.PASSED, f"no secret in {len(files)} files"
    if scanned.returncode == 1:
        return Outcome.FOUND, f"what looks like secrets:\n{scanned.stdout.strip()}"
    return Outcome.UNKNOWN, f"NOT SCANNED: {scanned.stderr.strip()[-300:]}"


def _pinned_here() -> list[str]:
    return pinned(line for name in REQUIREMENTS for line in (ROOT / name).read_text(encoding="utf-8").splitlines())


CHECKS: dict[str, Callable[[], Verdict]] = {
    "hostile input": hostile_input,
    "dependencies": lambda: dependencies(_pinned_here()),
    "secrets": secrets,
}


def together(outcomes: Iterable[Outcome]) -> Outcome:
    """Found beats unknown, unknown beats passed."""
    found = set(outcomes)
    return next(each for each in (Outcome.FOUND, Outcome.UNKNOWN, Outcome.PASSED) if each in found)


def main() -> None:
    """Make the checks, say how each ended, exit with what they come to together."""
    parser = argparse.ArgumentParser(prog="python -m tools.security", description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=CHECKS, nargs="+", default=list(CHECKS), help="make these checks alone")
    outcomes = []
    for name in parser.parse_args().only:
        outcome, said = CHECKS[name]()
        outcomes.append(outcome)
        sys.stdout.write(f"{name}: {outcome.name.lower()}: {said}\n")
        sys.stdout.flush()
    raise SystemExit(int(together(outcomes)))


if __name__ == "__main__":
    main()
