"""What lies in a models folder about each model: figures, manifest, training history, sample sheets."""

import json
import logging
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from core.artifacts import ArtifactError, Manifest, open_artifact, read_metrics
from core.reporting.document import Picture

log = logging.getLogger(__name__)


class Stored:
    """One model's records; what is not there is empty, never an error."""

    def __init__(self, models: Path, key: str) -> None:
        self.key, self.folder = key, models / key

    @cached_property
    def metrics(self) -> dict[str, Any]:
        """The figures in full."""
        try:
            return read_metrics(self.folder)
        except ArtifactError as error:
            log.debug("%s", error)
            return {}

    @cached_property
    def manifest(self) -> Manifest | None:
        """What the model is, or None when it is missing or damaged."""
        try:
            return open_artifact(self.folder)
        except ArtifactError as error:
            log.debug("%s", error)
            return None

    @property
    def parameters(self) -> dict[str, Any]:
        """How it was trained."""
        return self.manifest.parameters if self.manifest else {}

    @property
    def measured(self) -> bool:
        """Whether there is a sound model with figures."""
        return bool(self.metrics) and self.manifest is not None

    @property
    def minutes(self) -> float:
        """Minutes that all stages of its training and tuning took together; 0 when its manifest does not say."""
        return _minutes(self.parameters)

    @cached_property
    def history(self) -> dict[str, list[dict[str, float]]]:
        """Rows of each training stage that was logged."""
        content = self.read("history.json")
        stages = content if isinstance(content, dict) else {"training": content}
        return {name: rows for name, rows in stages.items() if isinstance(rows, list) and rows}

    @property
    def samples(self) -> dict[str, list[Picture]]:
        """Sheets drawn while training, by stage, first to last; their captions are the steps."""
        stages: dict[str, list[Picture]] = {}
        for row in self.parameters.get("samples", []):
            if (self.folder / row["file"]).is_file():
                stages.setdefault(row["stage"], []).append(Picture(self.folder / row["file"], str(row["step"])))
        return stages

    def read(self, name: str) -> Any:
        """The JSON file `name` of the model's folder, {} when there is none."""
        try:
            return json.loads((self.folder / name).read_bytes())
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            log.warning("%s of the model %s cannot be read: %s", name, self.key, error)
            return {}


def at(content: Mapping[str, Any], *path: str) -> Any:
    """What lies at `path` in nested dictionaries, None when it is not there."""
    for key in path:
        if not isinstance(content, Mapping) or key not in content:
            return None
        content = content[key]
    return content


def _minutes(content: Mapping[str, Any]) -> float:
    named = sum(float(content.get(name) or 0) for name in ("minutes", "minutes_of_tuning"))
    return named or sum(_minutes(each) for each in content.values() if isinstance(each, Mapping))
