"""`python -m core prepare|train|evaluate recommender` and `python -m core recommend`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from core.errors import N_, UserError
from core.output import print_result
from core.settings import settings


class Engine(StrEnum):
    """What does the work."""

    HERE = "here"
    SPARK = "spark"


_Engine = Annotated[Engine, typer.Option(help="This process, or Apache Spark for more than fits in memory.")]


def register(groups: dict[str, typer.Typer]) -> None:
    """Add this capability's commands to the verbs."""
    for verb, command in (("prepare", prepare), ("train", train), ("evaluate", evaluate)):
        groups[verb].command("recommender")(command)
    groups[""].command("recommend")(recommend)


def prepare(
    source: Annotated[
        Path | None, typer.Option(help="A file or folder of Amazon reviews and metadata (JSON lines, CSV, Parquet).")
    ] = None,
    minimum: Annotated[int, typer.Option(min=1, help="Keep users and products with this many interactions.")] = 1,
    texts: Annotated[bool, typer.Option("--texts", help="Keep what the reviews say, too.")] = False,
    engine: _Engine = Engine.HERE,
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Clean reviews into a star schema (DuckDB, CSV, Parquet; with Spark Parquet) with a quality report."""
    source = source or settings().data / "amazon" / "beauty"
    if engine is Engine.SPARK:
        from core.recommender.spark.session import opened

        with opened(settings()) as session:
            from core.recommender.spark.star import FOLDER, write_star

            report = write_star(session, source, settings().prepared / FOLDER, minimum=minimum, texts=texts)
    else:
        from core.recommender.etl import clean, extract
        from core.recommender.warehouse import write_warehouse

        raw = extract(source, texts=texts)
        report = write_warehouse(clean(raw, minimum=minimum), settings().prepared / "recommender")
    print_result(
        report,
        json_,
        f"{report['interactions']} interactions of {report['users']} users with {report['products']} products kept",
    )


def train(
    minutes: Annotated[float, typer.Option(min=0.02, help="Budget for tuning, in minutes.")] = 10,
    resume: Annotated[bool, typer.Option("--resume", help="Add trials to the studies of earlier runs.")] = False,
    smoke: Annotated[bool, typer.Option("--smoke", help="One trial each on few shoppers; stores nothing.")] = False,
    engine: _Engine = Engine.HERE,
) -> None:
    """Tune on validation data, fit every method, store them if the best one is better than the stored.

    With Spark: of what was prepared with Spark; tuned on some shoppers, neighbours of all.
    """
    if engine is Engine.SPARK:
        from core.recommender.spark.session import opened

        with opened(settings()) as session:
            from core.recommender.spark import training as on_spark

            on_spark.train(session, settings(), minutes=minutes, resume=resume, smoke=smoke)
    else:
        from core.recommender import training

        training.train(settings(), minutes=minutes, resume=resume, smoke=smoke)


def evaluate(
    train_file: Annotated[Path | None, typer.Option("--train", help="Benchmark: train file, LightGCN text.")] = None,
    test_file: Annotated[Path | None, typer.Option("--test", help="Benchmark: test file, LightGCN text.")] = None,
    k: Annotated[int, typer.Option(help="Length of the lists of a benchmark.")] = 20,
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    write: Annotated[bool, typer.Option("--write", help="Store the figures as metrics.json.")] = False,
) -> None:
    """Measure all methods on the reviews, or the neighbours on a benchmark's files."""
    from core.recommender import benchmark, publish

    if (train_file is None) != (test_file is None):
        raise UserError(N_("A benchmark needs both --train and --test."))
    if train_file and test_file:
        if write:
            raise UserError(N_("--write stores the figures of the reviews: leave out --train and --test"))
        result = benchmark.run(train_file, test_file, k)
        print_result(result, json_, f"recall@{k} {result['recall']:.4f}, NDCG@{k} {result['ndcg']:.4f}")
        return
    result = publish.measure(settings())
    if write:
        publish.write_metrics(settings().models / "recommender", result)
    best = result["date"]["methods"]["hybrid"]
    print_result(result, json_, f"date split: NDCG@10 {best['ndcg']:.4f}, hit rate {best['hit_rate']:.4f}")


def recommend(
    likes: Annotated[str, typer.Option(help="Products someone likes: ids with commas between, the latest last.")] = "",
    n: Annotated[int, typer.Option(help="How many to recommend.")] = 10,
    method: Annotated[str, typer.Option(help="Which method.")] = "hybrid",
    department: Annotated[str | None, typer.Option(help="Only from this department.")] = None,
    exclude: Annotated[str, typer.Option(help="Products to leave out: ids with commas between.")] = "",
    diversity: Annotated[float, typer.Option(help="0: the best scores; 1: as varied as possible.")] = 0.0,
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Recommend products to someone who likes some, with reasons; to someone who likes none, what sells."""
    from core.recommender.service import Recommender

    found = Recommender.load(settings().models / "recommender").recommend(
        _ids(likes), n, exclude=_ids(exclude), department=department, diversity=diversity, method=method
    )
    rows = [
        {
            "id": row.product.id,
            "title": row.product.title,
            "score": round(row.score, 6),
            "because": [
                {"id": reason.product.id, "title": reason.product.title, "share": round(reason.share, 4)}
                for reason in row.because
            ],
        }
        for row in found
    ]
    print_result({"items": rows}, json_, "\n".join(f"{row['id']}\t{row['title']}" for row in rows))


def _ids(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]
