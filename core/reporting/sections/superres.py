"""Enlarging pictures: the faithful and the sharp twin beside bicubic and Lanczos."""

from typing import Any

from core.reporting import charts
from core.reporting.blocks import again, chart, highlight, named_rows, sources, standard, table
from core.reporting.document import Block, Section, part, parts
from core.reporting.stored import Stored, at
from core.reporting.words import Words

KEY, ORDER, ADDRESS = "superres", 60, "product-images"
COMMANDS = ("python -m core train superres", "python -m core evaluate superres --write")
_COLUMNS = {"psnr": "2", "psnr_y": "2", "ssim": "3", "perceptual": "3", "sharpness": "2"}
_METHODS = ("bicubic", "lanczos", "faithful", "sharp")
_TWINS = ("faithful", "sharp")


def section(stored: Stored, words: Words) -> Section:
    """The chapter, from a model that is there with its figures."""
    found, common = stored.metrics, words.of("common")
    name = "large_x2" if "large_x2" in found["sets"] else next(iter(found["sets"]))
    main = found["sets"][name]["methods"]
    twins = {f"{twin}_{key}": main[twin][key] for twin in _TWINS for key in ("psnr", "perceptual")}
    told = {
        **twins, "psnr": main["bicubic"]["psnr"], "perceptual": main["bicubic"]["perceptual"],
        "milliseconds": at(found, "milliseconds", f"sharp_{name.rsplit('_', 1)[1]}"),
        "megabytes": found.get("bytes", 0) / 1e6,
        "faithful_minutes": at(stored.parameters, "faithful", "minutes"),
        "sharp_minutes": at(stored.parameters, "sharp", "minutes"),
    }  # fmt: skip
    return Section(
        KEY,
        words("title"),
        words("lead"),
        parts(
            standard(
                words, stored, "method", blocks=at(stored.parameters, "faithful", "network", "blocks"),
                width=at(stored.parameters, "faithful", "network", "width"),
            ),
            standard(words, stored, "tuning", *_curves(words, stored), **told),
            part(common("part_results"), _results(words, found)),
            standard(words, stored, "choice", **told),
            standard(words, stored, "limits", **told),
            sources(words, stored.manifest),
            again(words, COMMANDS),
        ),
        (
            highlight(words, "high_psnr", words.number(main["faithful"]["psnr"], 2), **told),
            highlight(words, "high_ssim", words.number(main["faithful"]["ssim"], 3), floor=main["bicubic"]["ssim"]),
            highlight(words, "high_perceptual", words.number(main["sharp"]["perceptual"], 3), **told),
            highlight(words, "high_time", words.number(told["milliseconds"]), **told),
        ),
        ADDRESS,
        words.points("slide", **told),
        cover="superres_psnr",
    )  # fmt: skip


def _results(words: Words, found: dict[str, Any]) -> list[Block | None]:
    blocks: list[Block | None] = []
    psnr: dict[str, float] = {}
    columns = [words("way"), *(words(f"column_{name}") for name in _COLUMNS)]
    for name, measured in sorted(found["sets"].items()):
        (low, lower), (high, higher) = measured["from"], measured["to"]
        fields = {"n": measured["n"], "small": f"{lower} × {low}", "large": f"{higher} × {high}"}
        rows = {way: measured["methods"][way] for way in _METHODS if way in measured["methods"]}
        cells = named_rows(words, rows, _COLUMNS)
        blocks.append(table(words, "sets", columns, cells, chapter=f"{KEY}_{name}", **fields))
        label = f"{fields['small']} → {fields['large']}"
        psnr[label] = rows["faithful"]["psnr"] - rows["bicubic"]["psnr"]
    gain = charts.columns(psnr, lambda value: words.number(value, 1), x="", y=words("gain"))
    return [chart(words, "psnr", gain), *blocks]


def _curves(words: Words, stored: Stored) -> list[Block | None]:
    series = {}
    for stage, rows in stored.history.items():
        for key in rows[0]:
            if key.startswith("l1_"):
                name = f"{words.name(stage)}, {key.removeprefix('l1_').replace('x', '×')}"
                series[name] = ([row["images"] for row in rows if key in row], [row[key] for row in rows if key in row])
    if not series:
        return []
    figure = charts.lines(series, x=words("shown"), y=words("difference"))
    return [chart(words, "history", figure)]
