"""`make accessibility`: walk all pages with axe-core in Chromium, and store what it found for the report and the page.

The walk is the browser test of accessibility; this program runs it, reads what every visit left behind, and writes
data/accessibility.json. Violations are stored as well: the statement says what is, not what should be.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.registry import ROOT
from core.artifacts import write_json
from core.reporting.accessibility import STORED

WALK = "tests/browser/test_accessibility.py"
PLACE = "AXE_RESULTS"  # environment variable: the folder in which every visit leaves a file


def leave(folder: Path, response: dict[str, Any], **visit: Any) -> None:
    """Keep axe-core's response to a visit ("room", "language", "theme", "width", "browser") in a file of its own."""
    name = "-".join(str(visit[part]) for part in ("room", "language", "theme", "width"))
    engine = response["testEngine"]
    kept = {
        **visit,
        "engine": f"{engine['name']} {engine['version']}",
        "standard": response["toolOptions"]["runOnly"]["values"],
        **{
            outcome: {rule["id"]: len(rule["nodes"]) for rule in response[outcome]}
            for outcome in ("passes", "violations", "incomplete")
        },
    }
    (folder / f"{name}.json").write_text(json.dumps(kept), encoding="utf-8")


def summary(visits: Sequence[dict[str, Any]], day: str) -> dict[str, Any]:
    """What all visits together say: "rules" that applied somewhere, violations (elements), rules left to people."""
    first = visits[0]
    rooms = {
        room: _together([visit for visit in visits if visit["room"] == room])
        for room in dict.fromkeys(visit["room"] for visit in visits)
    }
    undecided = sorted({rule for visit in visits for rule in visit["incomplete"]})
    return {
        "date": day,
        **{name: first[name] for name in ("engine", "browser", "standard")},
        **{
            name: sorted({visit[part] for visit in visits})
            for name, part in (("languages", "language"), ("themes", "theme"), ("widths", "width"))
        },
        "pages": len(rooms),
        **{name: count for name, count in _together(visits).items() if name != "undecided"},
        "undecided": undecided,
        "rooms": rooms,
    }


def _together(visits: Sequence[dict[str, Any]]) -> dict[str, int]:
    applied = {rule for visit in visits for name in ("passes", "violations", "incomplete") for rule in visit[name]}
    return {
        "visits": len(visits),
        "rules": len(applied),
        "violations": sum(sum(visit["violations"].values()) for visit in visits),
        "undecided": len({rule for visit in visits for rule in visit["incomplete"]}),
    }


def main() -> None:
    """Walk and store; exit status 1 when something was violated, 2 when the walk did not come to its end."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", WALK]
        environment = {**os.environ, PLACE: folder, "REQUIRE_BROWSER": "1"}
        walked = subprocess.run(command, cwd=ROOT, env=environment, stdout=sys.stderr, check=False)  # noqa: S603
        visits = [json.loads(path.read_bytes()) for path in sorted(Path(folder).iterdir())]
    if walked.returncode not in (0, 1) or not visits:
        sys.stderr.write(f"error: the walk did not come to its end; {STORED.name} is left as it was\n")
        raise SystemExit(2)
    found = summary(visits, datetime.now(UTC).date().isoformat())
    write_json(STORED, found)
    sys.stdout.write(
        f"{found['visits']} visits to {found['pages']} pages, {found['rules']} rules, "
        f"{found['violations']} violations; for people to look at: {', '.join(found['undecided']) or 'nothing'}\n"
    )
    raise SystemExit(walked.returncode)


if __name__ == "__main__":
    main()
