"""How the programs log: lines for people, or JSON for a collector; neither holds what a visitor wrote or uploaded."""

import json
import logging
import sys
import time
from typing import Literal

Form = Literal["text", "json"]


class JsonFormatter(logging.Formatter):
    """One JSON object per record: time (ISO 8601, UTC), level, logger, message, and the error where there is one."""

    converter = staticmethod(time.gmtime)

    def format(self, record: logging.LogRecord) -> str:
        """The record on one line."""
        row = {
            "time": f"{self.formatTime(record, '%Y-%m-%dT%H:%M:%S')}.{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            row["error"] = self.formatException(record.exc_info)
        return json.dumps(row, ensure_ascii=False)


def configure(form: Form = "text") -> None:
    """Send records of level INFO and above to standard error, replacing what handled the root logger before."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter() if form == "json" else logging.Formatter("%(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for talkative in ("alembic", "fontTools"):  # they tell of each of their parts
        logging.getLogger(talkative).setLevel(logging.WARNING)
