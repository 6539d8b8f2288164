"""Open Spark, here or on a cluster, or say what it lacks."""

import importlib.util
import os
import shutil
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from core.errors import N_, UserError
from core.settings import ROOT, Settings

if TYPE_CHECKING:
    from pyspark import StorageLevel
    from pyspark.sql import DataFrame, SparkSession

_NO_SPARK = N_("Spark is not installed here. Install it: python -m pip install --group spark (pip 25.1 or newer)")
_NO_JAVA = N_(
    "Spark needs Java 17 or 21, and there is none here. Install it (Debian, Ubuntu: apt install "
    "default-jre-headless), or name its folder in JAVA_HOME"
)
_NO_START = N_("Spark did not start: {reason}. It needs Java 17 or 21, and a master that answers ({master})")


def check() -> None:
    """Look whether Spark can run here.

    Raises:
        UserError: pyspark or Java is missing; says what to install.
    """
    if importlib.util.find_spec("pyspark") is None:
        raise UserError(_NO_SPARK)
    home = os.environ.get("JAVA_HOME")
    if shutil.which("java", path=os.path.join(home, "bin") if home else None) is None:  # noqa: PTH118 - a search path
        raise UserError(_NO_JAVA)


@contextmanager
def opened(settings: Settings, **more: str) -> Iterator["SparkSession"]:
    """A session on the master of the settings, closed at the end; `more` are Spark's settings, "_" for "." in names.

    Raises:
        UserError: pyspark or Java is missing, or Spark does not start.
    """
    check()
    # tables travel as Arrow; it is asked for no pandas
    warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # workers need the libraries of this environment
    options: dict[str, bool | float | int | str | None] = {
        "spark.master": settings.spark_master,
        "spark.driver.memory": settings.spark_memory,
        "spark.executor.memory": settings.spark_memory,
        "spark.executorEnv.PYTHONPATH": str(ROOT),  # workers import this project
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.parquet.compression.codec": "zstd",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": str(sys.stderr.isatty()).lower(),
        **{name.replace("_", "."): value for name, value in more.items()},
    }
    if settings.spark_master.startswith("local"):  # nobody but this machine need reach it
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    builder = SparkSession.builder.appName("effigies").config(map=options)
    try:
        session = builder.getOrCreate()
    except PySparkException as error:
        reason = str(error).partition("\n")[0].rstrip(".")
        raise UserError(_NO_START, reason=reason, master=settings.spark_master) from error
    try:
        session.sparkContext.setLogLevel("ERROR")
        yield session
    finally:
        session.stop()


@contextmanager
def kept(frame: "DataFrame", level: "StorageLevel | None" = None) -> Iterator["DataFrame"]:
    """The frame, computed once and then kept on the workers' disks until the end."""
    from pyspark import StorageLevel

    frame = frame.persist(level or StorageLevel.DISK_ONLY)
    try:
        yield frame
    finally:
        frame.unpersist()
