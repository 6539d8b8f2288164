"""The class: forgers and detectives of its game, and the experiment with made faces."""

from typing import Any

from core.classroom.experiment.verdict import against_real
from core.reporting import charts
from core.reporting.blocks import again, chart, highlight, sources, standard, table
from core.reporting.document import Block, Picture, Section, Sheet, Text, part, parts
from core.reporting.stored import Stored
from core.reporting.words import Words

KEY, ORDER, ADDRESS = "classroom", 70, "gan-class"
COMMANDS = (
    "python -m core train classroom", "python -m core train classroom --experiment",
    "python -m core evaluate classroom --experiment --write", "python -m core evaluate classroom --write",
)  # fmt: skip
_STAGE = {"sensitivity": "%", "specificity": "%", "auc": "3", "nearest": "1"}


def section(stored: Stored, words: Words) -> Section:
    """The chapter, from a model that is there with its figures."""
    found, common = stored.metrics, words.of("common")
    last, experiment = found["stages"][-1], stored.read("experiment.json")
    told = {name: found[name] for name in ("forged", "real", "learned", "nearest_kept")} | {
        "megabytes": found["bytes"] / 1e6
    }
    highlights = [
        highlight(words, "high_auc", words.number(last["auc"], 2), **told),
        highlight(words, "high_nearest", words.number(last["nearest"], 1), **told),
    ]
    slide = list(words.points("slide", auc=last["auc"], **told))
    if experiment:
        f1 = _means(experiment, "f1")
        both = f1 | {f"{name}_ranked": value for name, value in _means(experiment, "average_precision").items()}
        highlights.append(highlight(words, "high_f1", words.number(f1["made"], 3), **both))
        slide += words.points("slide_experiment", **both)
    return Section(
        KEY,
        words("title"),
        words("lead"),
        parts(
            standard(words, stored, "method", **told),
            part(common("part_results"), _game(words, found, told)),
            part(words("experiment"), _experiment(words, stored, experiment) if experiment else ()),
            standard(words, stored, "limits", **told),
            sources(words, stored.manifest),
            again(words, COMMANDS),
        ),
        tuple(highlights),
        ADDRESS,
        tuple(slide),
        cover="classroom_arms" if experiment else "classroom_caught",
    )


def _game(words: Words, found: dict[str, Any], told: dict[str, Any]) -> list[Block | None]:
    stages = {words("forger", number=number): row for number, row in enumerate(found["stages"], start=1)}
    rows = [
        [name, *(words.format_field(row[key], form) for key, form in _STAGE.items())] for name, row in stages.items()
    ]
    columns = [words("forger_column"), *(words(f"column_{key}") for key in _STAGE)]
    caught = {name: row["auc"] for name, row in stages.items()}
    bars = charts.columns(caught, lambda value: words.number(value, 2), x="", y=words("column_auc"))
    return [chart(words, "caught", bars, **told), table(words, "stages", columns, rows, **told)]


def _experiment(words: Words, stored: Stored, found: dict[str, Any]) -> list[Block | None]:
    copies, names = found["copies"], list(found["floor"])
    fields = found["n"] | {"seeds": len(found["protocol"]["seeds"])}
    rows = [
        [words(name), *(words("spread", mean=row["mean"][key], deviation=row["deviation"][key]) for key in names)]
        for name, row in found["arms"].items()
    ]
    rows.append([words("floor"), *(words.number(found["floor"][key], 3) for key in names)])
    means = {words(name): value for name, value in _means(found, "f1").items()}
    bars = charts.columns(means, lambda value: words.number(value, 3), x="", y=words("column_f1"))
    gaps = [words(f"gap_{pair}", **row) for pair, row in found["differences"].items()]
    ranked = [words("average_precision", **_means(found, "average_precision"))]
    if against_real(found) == "mixed":
        ranked.append(words("mixed"))
    sheet = stored.folder / "experiment_faces.webp"
    return [
        Text(words("experiment_about", **fields)),
        chart(words, "arms", bars, **fields),
        table(words, "figures", [words("arm"), *(words(f"column_{key}") for key in names)], rows, **fields),
        Text(" ".join(gaps)),
        Text(" ".join(ranked)),
        Text(words("distinct", **_near(found), **found["distinct"]["f1"])),
        Sheet("classroom_faces", words("faces_title"), (Picture(sheet, words("faces")),), words("copies", **copies))
        if sheet.exists()
        else None,
    ]


def _means(found: dict[str, Any], figure: str) -> dict[str, float]:
    """By arm."""
    return {name: row["mean"][figure] for name, row in found["arms"].items()}


def _near(found: dict[str, Any]) -> dict[str, int]:
    """Test faces with a near copy among those to learn from."""
    n, distinct = found["n"], found["distinct"]
    return {"near": n["test"] - distinct["n"], "near_rarest": n["test_rarest"] - distinct["rarest"]}
