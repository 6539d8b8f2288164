"""How fast the laboratory in two dimensions learns: `python benchmarks/lab.py`.

Steps per second of processor time and per second on the clock, at the usual settings and for every loss, and the cost
of each against the usual one's. A step is one update of both networks on 128 points. Other programs slow the clock's
figure; the processor's says what an idle core would do. Compare the columns, not machines.
"""

import sys
import time
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from core.classroom.lab.config import LabConfig  # noqa: E402  (the script may be started from anywhere)
from core.classroom.lab.game import LOSSES  # noqa: E402
from core.classroom.lab.simulation import Lab  # noqa: E402

STEPS = 1_000
USUAL = LabConfig()
CASES = {
    **{name: replace(USUAL, loss=name) for name in LOSSES},
    "non_saturating with R1": replace(USUAL, penalty=0.1),
    "wasserstein with penalty": replace(USUAL, loss="wasserstein", penalty=0.1),
}


def measure(config: LabConfig) -> tuple[float, float]:
    """Steps per second of processor time, and on the clock."""
    lab = Lab(config)
    lab.step(100)  # warm caches
    processor, clock = time.process_time(), time.perf_counter()
    lab.step(STEPS)
    return STEPS / (time.process_time() - processor), STEPS / (time.perf_counter() - clock)


def main() -> None:
    """Print the table."""
    usual, _ = measure(USUAL)
    print(f"{'loss':<26}{'steps / s (CPU)':>16}{'steps / s (clock)':>19}{'cost':>8}")
    for name, config in CASES.items():
        processor, clock = measure(config)
        print(f"{name:<26}{processor:>16,.0f}{clock:>19,.0f}{usual / processor:>7.2f}x")


if __name__ == "__main__":
    main()
