"""Time and memory of preparation and neighbours on Spark against the number of reviews.

    python -m benchmarks.spark_scale --millions 1 4 16 [--json data/scale/spark.json] [--minutes 20]

Each size is generated with the real long tail (`benchmarks.long_tail`), each phase runs in a process of its own whose
whole family is watched: processor time, and memory as the sum of proportional set sizes, so that what forked workers
share counts once. Rows are merged into the file by size and phase; a phase that takes longer than `--minutes` is ended
and leaves no row. Without arguments, a tenth of a million, printed only.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from benchmarks import long_tail
from core.artifacts import git_commit, write_json
from core.errors import UserError
from core.recommender.spark.session import check
from core.settings import ROOT, settings

PHASES = ("etl", "neighbours")
WORKERS, HEAP = 2, "3g"
_EVERY = 1.0  # seconds between two looks at the processes
_SCRATCH_EVERY = 5  # looks between two at the disk


def etl(work: Path) -> dict[str, Any]:
    """Raw files to the star schema."""
    from core.recommender.spark.session import opened

    with opened(settings()) as session:
        from core.recommender.spark.star import write_star

        started = time.perf_counter()
        report = write_star(session, work / "raw", work / "prepared")
        seconds = time.perf_counter() - started
    counts = {name: report[name] for name in ("users", "products")}
    return {"seconds": seconds, **counts, "kept": report["interactions"], "prepared_bytes": _size(work / "prepared")}


def neighbours(work: Path) -> dict[str, Any]:
    """Star schema to the two neighbour matrices, degree-weighted and cosine."""
    from core.recommender.methods import METHODS
    from core.recommender.spark.session import opened

    with opened(settings()) as session:
        import pandas as pd

        from core.recommender.neighbours import NeighbourModel
        from core.recommender.spark.neighbours import write_neighbours
        from core.recommender.spark.star import table_path

        methods = {name: METHODS[name]() for name in ("weighted", "cosine")}
        near = {name: method for name, method in methods.items() if isinstance(method, NeighbourModel)}
        started = time.perf_counter()
        products = pd.read_parquet(
            table_path(work / "prepared", "dim_product"), columns=["product_key", "n_interactions"]
        )
        degrees = products.sort_values("product_key")["n_interactions"].to_numpy(np.int32)
        facts = session.read.parquet(str(table_path(work / "prepared", "fact_interaction")))
        done = write_neighbours(session, facts, degrees, near, work / "neighbours")
        seconds = time.perf_counter() - started
    return {"seconds": seconds, "products": len(degrees), **done, "matrix_bytes": _size(work / "neighbours")}


def watch(phase: str, work: Path, minutes: float) -> dict[str, Any] | None:
    """Run one phase in a process of its own; what it did and used, or None when it took too long or failed."""
    scratch = work / "scratch"
    scratch.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "benchmarks.spark_scale", "--phase", phase, "--work", str(work)]
    environment = {**os.environ, "SPARK_LOCAL_DIRS": str(scratch), "EFFIGIES_SPARK_MASTER": f"local[{WORKERS}]",
                   "EFFIGIES_SPARK_MEMORY": HEAP}  # fmt: skip
    load, started = os.getloadavg()[0], time.perf_counter()
    used: dict[int, float] = {}
    peak = {"all": 0, "jvm": 0, "python": 0, "scratch": 0}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, cwd=ROOT) as child:  # noqa: S603 - our own
        looks = 0
        while child.poll() is None and time.perf_counter() - started < 60 * minutes:
            _look(child.pid, used, peak)
            if looks % _SCRATCH_EVERY == 0:
                peak["scratch"] = max(peak["scratch"], _size(scratch))
            looks += 1
            time.sleep(_EVERY)
        if child.poll() is None:
            for process in [*psutil.Process(child.pid).children(recursive=True), child]:
                process.kill()
        out = child.communicate()[0]
    wall = time.perf_counter() - started
    shutil.rmtree(scratch)
    if child.returncode:
        return None
    return {
        "phase": phase, **json.loads(out), "wall_seconds": wall, "cpu_seconds": sum(used.values()), "workers": WORKERS,
        "peak_bytes": peak["all"], "peak_jvm_bytes": peak["jvm"], "peak_python_bytes": peak["python"],
        "scratch_bytes": peak["scratch"], "load_before": load, "heap": HEAP,
    }  # fmt: skip


def _look(pid: int, used: dict[int, float], peak: dict[str, int]) -> None:
    """Note processor time and memory of a process and all that it started."""
    now = {"jvm": 0, "python": 0}
    for process in [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]:
        try:
            spent = process.cpu_times()
            used[process.pid] = spent.user + spent.system
            now["jvm" if process.name() == "java" else "python"] += process.memory_full_info().pss
        except (psutil.NoSuchProcess, psutil.ZombieProcess):
            continue
    for name, value in {**now, "all": sum(now.values())}.items():
        peak[name] = max(peak[name], value)


def _size(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except FileNotFoundError:  # Spark removes what it no longer needs
            continue
    return total


def machine() -> dict[str, Any]:
    """What the figures were taken on."""
    cpu = Path("/proc/cpuinfo")
    names = [line.partition(":")[2].strip() for line in cpu.read_text().splitlines() if line.startswith("model name")]
    java = subprocess.run(["java", "-version"], capture_output=True, text=True, check=True).stderr  # noqa: S607
    return {
        "processor": names[0] if names else platform.processor(), "cores": os.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1), "python": platform.python_version(),
        "java": java.splitlines()[0], "commit": git_commit(),
    }  # fmt: skip


def measure(interactions: int, minutes: float) -> list[dict[str, Any]]:
    """Both phases of one size; the second needs the first."""
    import pyspark

    rows = []
    with tempfile.TemporaryDirectory(prefix="effigies-scale-") as folder:
        work = Path(folder)
        raw = long_tail.write(work / "raw", interactions)
        for phase in PHASES:
            row = watch(phase, work, minutes)
            if row is None:
                print(f"{interactions:,} {phase}: given up after {minutes:g} minutes, or failed")
                break
            row |= {"interactions": interactions, "raw_bytes": raw, "spark": pyspark.__version__, "machine": machine()}
            rows.append(row)
            print(
                f"{interactions:,} {phase}: {row['seconds']:.0f} s, processor {row['cpu_seconds']:.0f} s, memory "
                f"{row['peak_bytes'] / 2**30:.2f} GiB (JVM {row['peak_jvm_bytes'] / 2**30:.2f}); load before "
                f"{row['load_before']:.1f}",
                flush=True,
            )
    return rows


def merge(path: Path, rows: list[dict[str, Any]]) -> None:
    """Put the rows into the file, in the place of those of the same size and phase."""
    stored = json.loads(path.read_bytes())["runs"] if path.exists() else []
    by_key = {(row["interactions"], row["phase"]): row for row in [*stored, *rows]}
    write_json(path, {"runs": [by_key[key] for key in sorted(by_key)]})


def main() -> None:
    """Measure, print, and write where asked to."""
    parser = argparse.ArgumentParser(description="Spark against the number of reviews.")
    parser.add_argument("--millions", type=float, nargs="+", default=[0.1])
    parser.add_argument("--json", type=Path)
    parser.add_argument("--minutes", type=float, default=20, help="most for one phase")
    parser.add_argument("--phase", choices=PHASES, help=argparse.SUPPRESS)
    parser.add_argument("--work", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.phase:
        print(json.dumps({"etl": etl, "neighbours": neighbours}[options.phase](options.work)))
        return
    try:
        check()
    except UserError as error:
        print(error)
        return
    for millions in options.millions:
        rows = measure(round(millions * 1_000_000), options.minutes)
        if options.json:
            merge(options.json, rows)


if __name__ == "__main__":
    main()
