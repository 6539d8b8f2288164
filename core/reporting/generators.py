"""Blocks that chapters about generators share: all measure the same things, whatever they draw.

Each is left out when a model was not measured so. Words: `templates/generators.toml`, what an attribute is called and
which stages there are: the chapter's own.
"""

from collections.abc import Mapping
from typing import Any

from core.reporting import charts, product_charts
from core.reporting.blocks import (
    again,
    chart,
    everything,
    highlight,
    named_rows,
    sources,
    standard,
    table,
)
from core.reporting.document import Block, Highlight, Part, Section, Sheet, part, parts
from core.reporting.stored import Stored, at
from core.reporting.words import Words

_DISTRIBUTION = {"fid": "1", "kid": "4", "inception_score": "2", "precision": "3", "recall": "3"}
_ASKED = ("attributes", "relevance")  # groups of metrics.json that say whether pictures are as asked
_SECOND = "second_opinion"  # the same by a judge that learned apart from the generator: where it is, it counts
_SHARED = (
    "relevance", "unseen_cells", "intensity", "theme", "uniqueness", "n",
    "distribution", "attributes", _SECOND, "r_precision", "diversity", "memorisation", "french", "truncation", "bytes",
)  # fmt: skip
_SETS = ("generated", "baseline", "real")
_SPACES = ("pixels", "features")
_MOST_STAGES = 4  # curves of a chapter
_SHEETS = 4  # of each stage: first, last and those between


def highlights(words: Words, found: Mapping[str, Any], heads: tuple[str, ...]) -> tuple[Highlight, ...]:
    """Accuracy of up to two attributes, then KID and FID."""
    shared = words.of("generators")
    shown = []
    for head, row in list(headline(found, heads).items())[:2]:
        about = shared(
            "as_second_about" if found.get(_SECOND) else "as_asked_about",
            ceiling=row["ceiling"], floor=row.get("floor", row.get("chance")), kind=shared(f"short_{_floor(row)}"),
        )  # fmt: skip
        shown.append(Highlight(shared("as_asked", what=words.name(head)), words.percent(row["accuracy"]), about))
    ours, real = at(found, "distribution", "generated"), at(found, "distribution", "real") or {}
    if ours:
        dcgan = at(found, "distribution", "baseline") or {}
        for name, digits in (("kid", 4), ("fid", 1)):
            fields = {"real": words.number(real.get(name), digits), "dcgan": words.number(dcgan.get(name), digits)}
            shown.append(highlight(shared, f"high_{name}", words.number(ours[name], digits), **fields))
    return tuple(shown)


def results(words: Words, found: Mapping[str, Any], heads: tuple[str, ...]) -> list[Block | None]:
    """Everything that is measured of what a generator draws."""
    return [
        _distribution(words, found),
        *_attributes(words, found, heads),
        *(block for name, head in _broken_down(found) for block in _by_name(words, found, name, head)),
        _facts(words, found),
        _languages(words, found, heads),
        *_knobs(words, found, heads),
    ]


def training(words: Words, stored: Stored) -> list[Block | None]:
    """Minutes and pictures of each stage, and one curve of each."""
    shared = words.of("generators")
    spent = stored.parameters.get("stages", {})
    rows = [
        [_stage(words, name), words.number(row.get("minutes")), words.number(row.get("images_shown")),
         words.number(row.get("steps"))]
        for name, row in spent.items() if isinstance(row, dict)
    ]  # fmt: skip
    columns = [shared(f"stages_{name}") for name in ("stage", "minutes", "images", "steps")]
    blocks: list[Block | None] = [table(shared, "stages", columns, rows, chapter=words.chapter)]
    for stage, history in list(stored.history.items())[:_MOST_STAGES]:
        names = product_charts.measured(history)
        chosen = next((name for name in names if len(product_charts.curve(history, name)[0]) > 1), None)
        if chosen:
            figure = charts.lines(
                {_measure(words, chosen): product_charts.curve(history, chosen)},
                x=shared("shown"), y=_measure(words, chosen),
            )  # fmt: skip
            block = chart(shared, "curve", figure, chapter=f"{words.chapter}_{stage}", stage=_stage(words, stage))
            blocks.append(block)
    return blocks


def learning(words: Words, stored: Stored) -> Part | None:
    """What it drew while it learned, stage by stage, the baseline beside it."""
    shared = words.of("generators")
    sheets: list[Block | None] = []
    for stage, pictures in stored.samples.items():
        chosen = pictures if len(pictures) <= _SHEETS else [*pictures[:: len(pictures) // 3 or 1][:3], pictures[-1]]
        named = tuple(
            type(each)(each.source, shared("sheet", stage=_stage(words, stage), step=int(each.caption)))
            for each in dict.fromkeys(chosen)
        )
        title = shared("sheets_title", stage=_stage(words, stage))
        sheets.append(Sheet(f"{words.chapter}_{stage}_sheets", title, named, shared("sheets_about")))
    return part(words.of("common")("part_samples"), sheets)


def _distribution(words: Words, found: Mapping[str, Any]) -> Block | None:
    measured, shared = found.get("distribution") or {}, words.of("generators")
    rows = {name: measured[name] for name in _SETS if measured.get(name)}
    columns = [shared("pictures"), *(shared(name) for name in _DISTRIBUTION)]
    return table(
        shared, "distribution", columns, named_rows(shared, rows, _DISTRIBUTION), chapter=words.chapter,
        n=measured.get("n"), reference=measured.get("reference"), network=found.get("network", "–"),
    )  # fmt: skip


def asked(found: Mapping[str, Any], heads: tuple[str, ...]) -> dict[str, Mapping[str, Any]]:
    """What was asked for and is seen in the pictures, by attribute: those of `heads` first."""
    groups = [found, *(found[name] for name in _ASKED if isinstance(found.get(name), Mapping))]
    rows = {name: row for group in groups for name, row in group.items()
            if isinstance(row, Mapping) and "accuracy" in row and "ceiling" in row}  # fmt: skip
    return {head: rows[head] for head in (*(head for head in heads if head in rows), *rows)}


def headline(found: Mapping[str, Any], heads: tuple[str, ...]) -> dict[str, Mapping[str, Any]]:
    """The same by the judge that counts: the second opinion, where there is one."""
    return asked(found.get(_SECOND) or found, heads)


def _floor(row: Mapping[str, Any]) -> str:
    """What stands below the accuracy of `row`: "floor" (orders shuffled) or "chance"."""
    return "floor" if "floor" in row else "chance"


def _between(words: Words, rows: Mapping[str, Mapping[str, Any]], names: list[str]) -> Any:
    """Accuracies as bars, DCGAN's beside them, between floor and ceiling."""
    shared = words.of("generators")
    bars = {shared("generated"): [row["accuracy"] for row in rows.values()]}
    marks = {shared("ceiling"): [row.get("ceiling") for row in rows.values()]}
    for key, title, group in (("baseline", "baseline", bars), ("baseline_accuracy", "baseline", bars)):
        if any(row.get(key) is not None for row in rows.values()):
            group[shared(title)] = [row.get(key) for row in rows.values()]
    floors = [row.get("floor", row.get("chance")) for row in rows.values()]
    if any(floor is not None for floor in floors):
        marks[shared(_floor(next(iter(rows.values()))))] = floors
    return product_charts.between(names, bars, marks, words.percent, y=shared("asked"))


def _attributes(words: Words, found: Mapping[str, Any], heads: tuple[str, ...]) -> list[Block]:
    shared, blocks = words.of("generators"), list[Block]()
    for key, group in (("second", found.get(_SECOND)), ("attributes", found), ("unseen", found.get("unseen_cells"))):
        rows = asked(group or {}, heads)
        if rows:
            figure = _between(words, rows, [words.name(head) for head in rows])
            n = at(found, "unseen_cells", "n")
            cells = at(found, "unseen_cells", "cells")
            floor = shared(f"told_{_floor(next(iter(rows.values())))}")
            blocks.append(chart(shared, key, figure, chapter=words.chapter, n=n, cells=cells, floor=floor))
    return blocks


def _broken_down(found: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Lists of accuracies of single values, such as `by_type`: their key and the attribute."""
    names = [name for name in found if name.startswith("by_") and isinstance(found[name], list)]
    return [(name, name.removeprefix("by_")) for name in names if found[name] and "accuracy" in found[name][0]]


def _by_name(words: Words, found: Mapping[str, Any], key: str, head: str) -> list[Block | None]:
    shared, listed = words.of("generators"), found[key]
    rows = {str(row.get("name", row.get(head))): row for row in listed}
    names = [
        f"{words.name(f'{head}_{name}', words.name(name))} ({words.number(row.get('n'))})" for name, row in rows.items()
    ]
    figure = _between(words, rows, names)
    block = chart(shared, "broken_down", figure, chapter=f"{words.chapter}_{key}", what=words.name(head))
    apart = [
        [name, *(words.number(at(row, which, figure), digits) for figure, digits in (("kid", 4), ("fid", 1))
                 for which in _SETS), words.percent(at(row, "diversity", "share_of_real"), 0)]
        for name, row in zip(names, rows.values(), strict=True) if isinstance(row.get("generated"), Mapping)
    ]  # fmt: skip
    columns = [words.name(head), *(f"{shared(figure)}, {shared(f'short_{which}')}" for figure in ("kid", "fid")
                                   for which in _SETS), shared("varied")]  # fmt: skip
    return [block, table(shared, "apart", columns, apart, chapter=words.chapter, what=words.name(head))]


def _facts(words: Words, found: Mapping[str, Any]) -> Block | None:
    shared, rows = words.of("generators"), []
    fit = found.get("r_precision")
    if fit:
        rows.append([
            shared("r_precision", candidates=fit.get("candidates")), words.percent(fit.get("generated")),
            words.percent(fit.get("chance")), words.percent(fit.get("real")),
        ])  # fmt: skip
    varied = found.get("diversity")
    if isinstance(varied, Mapping):
        rows.append([
            shared("diversity", pictures=varied.get("pictures")), words.number(varied.get("generated"), 2), "–",
            words.number(varied.get("real"), 2),
        ])  # fmt: skip
    for space in _SPACES:
        copies = at(found, "memorisation", space)
        if copies:
            rows.append([
                shared(f"memorisation_{space}", training=copies.get("training")),
                words.percent(copies.get("suspicious")), "–", words.percent(copies.get("chance"), 0),
            ])  # fmt: skip
    columns = [shared(f"facts_{name}") for name in ("what", "ours", "floor", "ceiling")]
    return table(shared, "facts", columns, rows, chapter=words.chapter)


def _languages(words: Words, found: Mapping[str, Any], heads: tuple[str, ...]) -> Block | None:
    both, shared = found.get("french"), words.of("generators")
    if not isinstance(both, Mapping) or "english" not in both:
        return None
    kept = [head for head in heads if head in both["english"]]
    bars = {shared(name): [both[name][head] for head in kept] for name in ("french", "english")}
    figure = product_charts.between([words.name(head) for head in kept], bars, {}, words.percent, y=shared("asked"))
    return chart(shared, "languages", figure, chapter=words.chapter)


def _knobs(words: Words, found: Mapping[str, Any], heads: tuple[str, ...]) -> list[Block]:
    """What turning a knob does: less noise, a stronger context."""
    shared, blocks = words.of("generators"), list[Block]()
    for knob in ("truncation", "intensity"):
        rows = found.get(knob) or []
        if not rows:
            continue
        scale = [row[knob] for row in rows]
        series = {words.name(head): (scale, [row[head] for row in rows]) for head in heads if head in rows[0]}
        if "accuracy" in rows[0]:
            series[shared("asked")] = (scale, [row["accuracy"] for row in rows])
        if series:
            figure = charts.lines(series, x=shared(f"x_{knob}"), y=shared("asked"))
            blocks.append(chart(shared, knob, figure, chapter=words.chapter))
        if "kid" in rows[0]:
            figure = charts.lines({"KID": (scale, [row["kid"] for row in rows])}, x=shared(f"x_{knob}"), y="KID")
            blocks.append(chart(shared, f"{knob}_kid", figure, chapter=words.chapter))
    return blocks


def _stage(words: Words, name: str) -> str:
    shared = words.of("generators")
    return words.name(f"stage_{name}", "") or shared.name(f"stage_{name}", "") or name


def _measure(words: Words, name: str) -> str:
    return words.of("generators").name(f"measure_{name}", name)


def _told(stored: Stored, heads: tuple[str, ...]) -> dict[str, Any]:
    """What the sentences of a chapter may name."""
    found, run = stored.metrics, stored.parameters
    ours, dcgan = at(found, "distribution", "generated") or {}, at(found, "distribution", "baseline") or {}
    first: Mapping[str, Any] = next(iter(headline(found, heads).values()), {})
    judged: Mapping[str, Any] = next(iter(asked(found, heads).values()), {})
    game = at(run, "stages", "prior", "game") or {}
    return {
        "n": found.get("n"), "kid": ours.get("kid"), "dcgan": dcgan.get("kid"), "recall": ours.get("recall"),
        "real": at(found, "distribution", "real", "kid"), "asked": first.get("accuracy"), "floor": first.get("floor"),
        "ceiling": first.get("ceiling"), "dcgan_asked": first.get("baseline"), "judged": judged.get("accuracy"),
        "judged_real": judged.get("ceiling"), "milliseconds": at(found, "milliseconds", "per_picture"),
        "dcgan_score": dcgan.get("inception_score"), "alone": game.get("alone"),
        "anchor": (game.get("anchor") or [None])[-1],
        **{f"{stage}_{short}": at(run, "stages", stage, name)
           for stage in ("autoencoder", "prior", "dcgan")
           for short, name in (("minutes", "minutes"), ("shown", "images_shown"))},
    }  # fmt: skip


def section(
    stored: Stored,
    words: Words,
    heads: tuple[str, ...],
    *more: Block | None,
    address: str,
    commands: tuple[str, ...],
) -> Section:
    """The whole chapter of a generator, with `more` results; figures not known here go by their own names."""
    found, common, told = stored.metrics, words.of("common"), _told(stored, heads)
    said = set(_SHARED) | {name for name, _ in _broken_down(found)}
    return Section(
        stored.key,
        words("title"),
        words("lead"),
        parts(
            standard(words, stored, "method", **told),
            standard(words, stored, "tuning", *training(words, stored), **told),
            part(
                common("part_results"),
                [*results(words, found, heads), *more, everything(words, found, without=tuple(said))],
            ),
            learning(words, stored),
            standard(words, stored, "choice", **told),
            standard(words, stored, "limits", **told),
            sources(words, stored.manifest),
            again(words, commands),
        ),
        highlights(words, found, heads),
        address,
        words.points("slide", **told),
        cover=f"{stored.key}_prior_sheets",
    )
