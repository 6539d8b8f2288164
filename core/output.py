"""What commands print on standard output."""

import json
import sys
from typing import Any


def print_result(result: dict[str, Any], as_json: bool, text: str) -> None:
    """One JSON object, or the sentence for people."""
    sys.stdout.write((json.dumps(result, allow_nan=False) if as_json else text) + "\n")
