"""Recommendations: nine methods under two protocols, their curves, groups of shoppers, dimensions and studies."""

from collections.abc import Iterator
from typing import Any

from core.reporting import charts, recommender_charts
from core.reporting.blocks import again, chart, highlight, named_rows, sources, standard, table
from core.reporting.document import Block, Part, Section, Text, part, parts
from core.reporting.scale import scale
from core.reporting.stored import Stored, at
from core.reporting.words import NOTHING, Words

KEY, ORDER, ADDRESS = "recommender", 10, "recommendations"
COMMANDS = (
    "python -m core prepare recommender",
    "python -m core train recommender",
    "python -m core evaluate recommender --write",
)
_COLUMNS = {
    "precision": "4", "recall": "4", "f1": "4", "ndcg": "4", "map": "4", "hit_rate": "%", "roc_auc": "3",
    "coverage": "%0", "diversity": "2", "novelty": "1",
}  # fmt: skip
_PROTOCOLS = ("date", "last")


def section(stored: Stored, words: Words) -> Section:
    """The chapter, from a model that is there with its figures."""
    found, common = stored.metrics, words.of("common")
    protocol = next(name for name in _PROTOCOLS if name in found)
    chosen, floor = found[protocol]["chosen"], found["floor"]
    best, least = found[protocol]["methods"][chosen], found[protocol]["methods"][floor]
    told = {
        "chosen": words.name(chosen), "floor": words.name(floor), "best": best["ndcg"], "least": least["ndcg"],
        "times": best["ndcg"] / least["ndcg"] if least["ndcg"] else None, "k": found["k"],
        "milliseconds": at(found, "request_milliseconds", "median"), "coverage": best["coverage"],
    }  # fmt: skip
    run = stored.parameters
    counts = {name: run.get(name) for name in ("choices", "shoppers", "products")}
    kept = list(run.get("methods") or {})
    told["others"] = common("then").join(words.name(name) for name in kept if name != chosen) or NOTHING
    return Section(
        KEY,
        words("title"),
        words("lead"),
        parts(
            standard(words, stored, "method", **counts, kept=len(kept) or None),
            standard(words, stored, "tuning", *_studies(words, stored, protocol), minutes=run.get("minutes_of_tuning")),
            *(_measured(words, found, name) for name in _PROTOCOLS if name in found),
            part(common("part_comparison"), [*_dimensions(words, found), *_segments(words, stored)]),
            standard(words, stored, "choice", **told),
            scale(words),
            standard(words, stored, "limits"),
            sources(words, stored.manifest),
            again(words, COMMANDS),
        ),
        (
            highlight(words, "high_ndcg", words.number(best["ndcg"], 4), k=found["k"], floor=least["ndcg"]),
            highlight(words, "high_hit_rate", words.percent(best["hit_rate"]), floor=least["hit_rate"], k=found["k"]),
            highlight(words, "high_roc_auc", words.number(best["roc_auc"], 3), floor=least["roc_auc"]),
            highlight(words, "high_coverage", words.percent(best["coverage"], 0), floor=least["coverage"]),
        ),
        ADDRESS,
        words.points("slide", **told, **counts),
        cover=f"recommender_{protocol}_ndcg",
    )


def _best_first(found: dict[str, Any], protocol: str) -> dict[str, dict[str, Any]]:
    methods = found[protocol]["methods"]
    return {name: methods[name] for name in sorted(methods, key=lambda name: -methods[name]["ndcg"])}


def _measured(words: Words, found: dict[str, Any], protocol: str) -> Part | None:
    """The figures of one protocol."""
    methods = _best_first(found, protocol)
    fields = {"shoppers": found[protocol]["shoppers"], "choices": found[protocol]["choices"], "k": found["k"]}
    columns = [words("method_name"), *(words(f"column_{name}") for name in _COLUMNS)]
    intervals = {
        words.name(name): (row["ndcg"], *row["ndcg_interval"])
        for name, row in methods.items()
        if "ndcg_interval" in row
    }
    chosen, floor = words.name(found[protocol]["chosen"]), words.name(found["floor"])
    ndcg = recommender_charts.with_intervals(
        intervals, lambda value: words.number(value, 4), x=words("column_ndcg"), chosen=chosen, floor=floor
    )
    curves = {words.name(name): (row["curve"]["recall"], row["curve"]["precision"]) for name, row in methods.items()}
    rates = {words.name(name): (row["roc"]["false"], row["roc"]["true"]) for name, row in methods.items()}

    def named(key: str, figure: Any) -> Block:
        block = chart(words, key, figure, **fields)
        return type(block)(f"{KEY}_{protocol}_{key}", block.title, figure, block.about, block.alt)

    groups = [
        [words.name(name), words.name(group), words.number(row["shoppers"]), words.percent(row["hit_rate"]),
         words.number(row["ndcg"], 4), words.number(row["roc_auc"], 3)]
        for name, method in methods.items()
        for group, row in method.get("groups", {}).items()
    ]  # fmt: skip
    return part(
        words(f"protocol_{protocol}"),
        [
            table(words, f"methods_{protocol}", columns, named_rows(words, methods, _COLUMNS), **fields),
            named("ndcg", ndcg),
            named("curve", charts.lines(curves, x=words("column_recall"), y=words("column_precision"))),
            named("roc", charts.lines(rates, x=words("false_rate"), y=words("true_rate"))),
            table(
                words, "groups",
                [words(f"group_{name}") for name in ("method", "who", "shoppers", "hit_rate", "ndcg", "roc_auc")],
                groups, chapter=f"{KEY}_{protocol}",
            ),
        ],
    )  # fmt: skip


def _studies(words: Words, stored: Stored, protocol: str) -> Iterator[Block | None]:
    """Trials of the chosen method, what was chosen for every method, and what is served and measured instead of it."""
    studies = at(stored.read("studies.json"), protocol) or {}
    served = (stored.parameters.get("methods") or {}) if protocol == _PROTOCOLS[0] else {}  # it was tuned by dates
    changed: list[str] = []

    def told(method: str, key: str, value: Any) -> str:
        shown, now = words.format_field(value, ""), at(served, method, key)
        if now in (None, value):
            return f"{key} = {shown}"
        changed.append(words.name(method))
        return words("tuned_instead", name=key, value=shown, served=words.format_field(now, ""))

    chosen = stored.metrics[protocol]["chosen"]
    if chosen in studies:
        figure = recommender_charts.study(
            [trial["ndcg"] for trial in studies[chosen]["trials"]],
            x=words("trial"), y=words("ndcg_validation"), trial=words("one_trial"), best=words("best"),
        )  # fmt: skip
        yield chart(words, "study", figure, method=words.name(chosen))
    rows = [
        [
            words.name(name),
            ", ".join(told(name, key, value) for key, value in study["parameters"].items()),
            words.number(len(study["trials"])),
            words.number(study["ndcg"], 4),
        ]
        for name, study in studies.items()
    ]
    yield table(words, "tuned", [words(f"tuned_{name}") for name in ("method", "parameters", "trials", "ndcg")], rows)
    if changed:
        yield Text(words("tuned_changed", methods=", ".join(dict.fromkeys(changed))))


def _dimensions(words: Words, found: dict[str, Any]) -> list[Block | None]:
    kept = {"dimensions": "", "variance": "%0", "ndcg": "4"}
    lsa = [[words.format_field(row.get(key), form) for key, form in kept.items()]
           for row in at(found, "dimensions", "content_lsa") or []]  # fmt: skip
    departments = at(found, "dimensions", "departments") or []
    accuracy = {f"{words.name(row['method'])}, {row['dimensions']}": row["accuracy"] for row in departments}
    figure = charts.columns(accuracy, words.percent, x=words("reduced"), y=words("department")) if accuracy else None
    return [
        table(words, "lsa", [words(f"lsa_{name}") for name in kept], lsa),
        chart(words, "departments", figure) if figure else None,
    ]


def _segments(words: Words, stored: Stored) -> list[Block | None]:
    rows = at(stored.read("record.json"), "segment_choice") or []
    scores = {str(row["segments"]): row["silhouette"] for row in rows}
    if not scores:
        return []
    figure = charts.columns(scores, lambda v: words.number(v, 3), x=words("segments"), y=words("silhouette"))
    methods = at(stored.metrics, "date", "methods") or {}
    reached = {
        "segment": at(methods, "popular_segment", "f1"), "floor": at(methods, str(stored.metrics.get("floor")), "f1")
    }  # fmt: skip
    return [chart(words, "silhouette", figure, **reached)]
