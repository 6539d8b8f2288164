"""What all training runs share: a folder that an earlier run may lie in, and the schedule of the learning rate."""

import math
import shutil
from pathlib import Path


def set_aside(folder: Path) -> None:
    """Move an earlier run, if there is one, to `<folder>.before`, where the next one replaces it."""
    aside = folder.with_name(f"{folder.name}.before")
    if folder.exists():
        shutil.rmtree(aside, ignore_errors=True)
        folder.rename(aside)


def warmed_cosine(progress: float, warmup: float = 0.0, floor: float = 0.0) -> float:
    """Factor of the peak learning rate: linear rise over the first `warmup`, then half a cosine down to `floor`.

    Loshchilov and Hutter 2017, arXiv:1608.03983; the rise: Goyal et al. 2017, arXiv:1706.02677.
    """
    if progress < warmup:
        return 0.02 + 0.98 * progress / warmup
    fall = (progress - warmup) / max(1 - warmup, 1e-9)
    return floor + (1 - floor) * 0.5 * (1 + math.cos(math.pi * min(fall, 1.0)))
