"""How fast and how good recommendations are, as ratios within one run: `python -m benchmarks.recommender`.

    python -m benchmarks.recommender [--train FILE --test FILE] [--books]

With files in LightGCN's format, or else on generated choices with a long tail: ours against the package `implicit`
(BM25-weighted neighbours, K = 100) on the same data. `--books` adds the size of the amazon-book
benchmark (52,643 x 91,599, 2.4 million choices). Also the time of one visitor's request, where the model is stored.
Needs `pip install implicit` for the comparison.
"""

import argparse
import os
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.artifacts import ArtifactError
from core.datasets import lightgcn
from core.recommender import benchmark, metrics
from core.recommender.interactions import Interactions, from_pairs
from core.recommender.publish import request_time
from core.recommender.service import Recommender
from core.settings import settings

K = 20
CDS = (43_169, 35_648, 777_000)  # shoppers, products, choices of AmazonCDs_m1
BOOKS = (52_643, 91_599, 2_984_000)
TASTES = 200


def long_tailed(users: int, items: int, choices: int, seed: int = 0) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Choices with tastes to find: Pareto history lengths, popularity falling steeply within each taste, 15 % noise."""
    rng = np.random.default_rng(seed)
    lengths = np.minimum(rng.pareto(1.2, users) + 1, 400)
    lengths = np.maximum((lengths * choices / lengths.sum()).astype(int), 4)
    shelf = np.sort(rng.integers(0, TASTES, items))
    start = np.searchsorted(shelf, np.arange(TASTES + 1))
    owners = np.repeat(np.arange(users), lengths)
    taste = rng.integers(0, TASTES, (users, 3))[owners, rng.choice(3, len(owners), p=[0.6, 0.3, 0.1])]
    size = start[taste + 1] - start[taste]
    chosen = start[taste] + np.minimum((size * rng.random(len(owners)) ** 2.5).astype(int), size - 1)
    noise = rng.random(len(owners)) < 0.15
    chosen[noise] = rng.integers(0, items, noise.sum())
    return owners.astype(np.int32), chosen.astype(np.int32)


def write_benchmark(folder: Path, size: tuple[int, int, int]) -> tuple[Path, Path]:
    """A generated benchmark of this size as two files; every fifth choice of a shopper is to be foreseen."""
    users, items, _ = size
    choices = from_pairs(*long_tailed(*size), users, items)
    hidden = np.random.default_rng(1).random(len(choices)) < 0.2
    paths = folder / "train.txt", folder / "test.txt"
    for path, part in zip(paths, (choices.where(~hidden), choices.where(hidden)), strict=True):
        rows = part.binary()
        with path.open("w", encoding="ascii") as file:
            for user in np.flatnonzero(np.diff(rows.indptr)):
                own = rows.indices[rows.indptr[user] : rows.indptr[user + 1]]
                file.write(f"{user} {' '.join(map(str, own))}\n")
    return paths


def implicit_bm25(train: Path, test: Path) -> dict[str, float]:
    """NDCG and seconds of implicit's BM25 neighbours on the same files."""
    from implicit.nearest_neighbours import BM25Recommender

    known, asked = lightgcn.read(train), lightgcn.read(test)
    n_users = int(max(known.users.max(), asked.users.max())) + 1
    n_items = int(max(known.items.max(), asked.items.max())) + 1
    interactions: Interactions = from_pairs(known.users, known.items, n_users, n_items)
    truth = from_pairs(asked.users, asked.items, n_users, n_items).binary()
    users = np.flatnonzero(np.diff(truth.indptr))
    matrix = interactions.binary()
    started = time.perf_counter()
    model = BM25Recommender(K=100, num_threads=os.cpu_count() or 1)
    model.fit(matrix, show_progress=False)
    top, _ = model.recommend(users, matrix[users], N=K, filter_already_liked_items=True)
    seconds = time.perf_counter() - started
    rows = metrics.ranking(top.astype(np.int32), truth[users])
    return {"ndcg": float(rows["ndcg"].mean()), "recall": float(rows["recall"].mean()), "seconds": seconds}


def compare(name: str, train: Path, test: Path) -> None:
    """Print ours, theirs and the ratios."""
    ours: dict[str, Any] = benchmark.run(train, test, K)
    seconds = ours["fit_seconds"] + ours["score_seconds"]
    print(
        f"{name}: {ours['users']} shoppers, {ours['items']} products, {ours['train_choices']} choices\n"
        f"  ours: recall@{K} {ours['recall']:.4f}, NDCG@{K} {ours['ndcg']:.4f}; tuning {ours['tune_seconds']:.1f} s, "
        f"fit {ours['fit_seconds']:.1f} s, all shoppers {ours['score_seconds']:.1f} s, "
        f"peak {ours['peak_memory_mib']} MiB"
    )
    try:
        theirs = implicit_bm25(train, test)
    except ImportError:
        print("  implicit is not installed: pip install implicit")
        return
    print(
        f"  implicit BM25: recall@{K} {theirs['recall']:.4f}, NDCG@{K} {theirs['ndcg']:.4f}; "
        f"{theirs['seconds']:.1f} s\n"
        f"  ours : implicit = {ours['ndcg'] / theirs['ndcg']:.2f} in NDCG, {seconds / theirs['seconds']:.2f} in time "
        f"({(seconds + ours['tune_seconds']) / theirs['seconds']:.2f} with tuning, which theirs does without)"
    )


def main() -> None:
    """Print the ratios."""
    parser = argparse.ArgumentParser(description="Recommendations against implicit, and the time of a request.")
    parser.add_argument("--train", type=Path)
    parser.add_argument("--test", type=Path)
    parser.add_argument("--books", action="store_true", help="also at the size of amazon-book")
    options = parser.parse_args()
    if options.train and options.test:
        compare("the files given", options.train, options.test)
    else:
        with tempfile.TemporaryDirectory() as folder:
            compare("generated, size of Amazon-CDs", *write_benchmark(Path(folder), CDS))
    if options.books:
        with tempfile.TemporaryDirectory() as folder:
            compare("generated, size of amazon-book", *write_benchmark(Path(folder), BOOKS))
    try:
        service = Recommender.load(settings().models / "recommender")
    except ArtifactError as error:
        print(error)
        return
    times = request_time(service)
    print(f"one visitor's request: median {times['median']:.1f} ms, 95th percentile {times['percentile_95']:.1f} ms")


if __name__ == "__main__":
    main()
