"""What is missing is said in a sentence that tells how to get it; the command leads the way."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from core import settings as core_settings
from core.cli import main
from core.errors import UserError
from core.recommender.spark import session

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def test_without_pyspark(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(session.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(SystemExit) as stopped:
        main(["prepare", "recommender", "--engine", "spark"])
    assert stopped.value.code == 2
    assert capsys.readouterr().err == (
        "error: Spark is not installed here. Install it: python -m pip install --group spark (pip 25.1 or newer)\n"
    )


def test_without_java(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pytest.importorskip("pyspark")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UserError, match="apt install default-jre-headless"):
        session.check()
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "java").touch(mode=0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    session.check()
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "elsewhere"))
    with pytest.raises(UserError, match="JAVA_HOME"):
        session.check()


def test_the_command(
    spark: "SparkSession",
    source: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("EFFIGIES_PREPARED", str(tmp_path))
    monkeypatch.setattr(type(spark), "stop", lambda _: None)  # the session of the other tests goes on
    core_settings.settings.cache_clear()
    try:
        with pytest.raises(SystemExit) as stopped:
            main(["prepare", "recommender", "--engine", "spark", "--source", str(source / "d_ratings.csv"), "--json"])
    finally:
        monkeypatch.undo()
        core_settings.settings.cache_clear()
    assert not stopped.value.code
    report = json.loads(capfd.readouterr().out)
    assert report["interactions"] == report["reading"]["kept"] > 200
    assert report["reading"]["refused"] == 2
    assert (tmp_path / "recommender-spark" / "tables" / "fact_interaction.parquet" / "_SUCCESS").exists()
