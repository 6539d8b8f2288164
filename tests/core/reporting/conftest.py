"""A models folder with one model that is measured, without its networks."""

import shutil
from pathlib import Path

import pytest

from core.artifacts import open_artifact, write_manifest
from core.settings import settings

KEPT = ("metrics.json", "history.json")


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The expression model's and the text encoder's records; every other model is absent."""
    folder = tmp_path_factory.mktemp("models")
    for name in ("emotion", "text"):
        source = settings().models / name
        (folder / name).mkdir()
        for file in KEPT:
            shutil.copyfile(source / file, folder / name / file)
        manifest = open_artifact(source)
        described = manifest.model_dump(include={"name", "data", "parameters", "metrics", "credits"})
        write_manifest(folder / name, **described)
    return folder
