"""`python -m core train|evaluate superres` and `python -m core upscale`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from core.errors import N_, UserError
from core.options import Devices, Json, Resume, Smoke, Weights, Write
from core.output import print_result
from core.settings import settings
from core.targets import check_file

PSNR_SHARE = 0.6  # of the minutes when both are trained


class Stage(StrEnum):
    """What is trained: the faithful network (psnr), the sharp one that starts from it (gan), or both."""

    PSNR = "psnr"
    GAN = "gan"
    ALL = "all"


class StyleName(StrEnum):
    """How to enlarge: plausible texture, or the least error."""

    SHARP = "sharp"
    FAITHFUL = "faithful"


def register(groups: dict[str, typer.Typer]) -> None:
    """Add this capability's commands to the verbs."""
    groups["train"].command("superres")(train)
    groups["evaluate"].command("superres")(evaluate)
    groups[""].command("upscale")(upscale)


def train(
    stage: Annotated[Stage, typer.Option(help="What to train.")] = Stage.ALL,
    minutes: Annotated[float, typer.Option(min=0.02, help="Budget of this call in minutes.")] = 20,
    resume: Resume = False,
    smoke: Smoke = False,
    weights: Weights = None,
    devices: Devices = 1,
) -> None:
    """Train the enlarging networks and store each if it is better than the one there."""
    from core.superres import publish

    where = settings()
    shares = {Stage.PSNR: PSNR_SHARE, Stage.GAN: 1 - PSNR_SHARE} if stage == Stage.ALL else {stage: 1.0}
    if Stage.GAN in shares:
        publish.feature_weights(where, weights)  # said now rather than after the first stage
    for part, share in shares.items():
        publish.train_stage(
            where, part.value, minutes=minutes * share, resume=resume, smoke=smoke, devices=devices, weights=weights
        )
        if not smoke:
            publish.publish(where, part.value, weights=weights)


def evaluate(
    data: Annotated[Path | None, typer.Option(help="Folder of product photos; default: the data folder's.")] = None,
    json_: Json = False,
    write: Write = False,
    weights: Weights = None,
) -> None:
    """Measure the stored networks on validation photos, beside bicubic and Lanczos."""
    from core.superres import publish

    if data and write:
        raise UserError(N_("--write stores the figures of the data folder's photos: leave out --data"))
    result = publish.measure(settings(), data, weights=weights)
    if write:
        publish.write_metrics(settings().models / "superres", result)
    rows = [
        f"{name}: " + ", ".join(f"{method} {row['psnr']:.2f} dB" for method, row in figures["methods"].items())
        for name, figures in result["sets"].items()
    ]
    print_result(result, json_, "\n".join(rows))


def upscale(
    source: Annotated[Path, typer.Argument(metavar="IN", help="A picture: JPEG, PNG, WebP, BMP, GIF, HEIC.")],
    target: Annotated[Path, typer.Argument(metavar="OUT", help="Where to write it: .png, .webp or .jpg.")],
    factor: Annotated[int, typer.Option(help="2 or 4 times as large.")] = 4,
    style: Annotated[StyleName, typer.Option(help="Plausible texture, or the least error.")] = StyleName.SHARP,
    json_: Json = False,
) -> None:
    """Enlarge a picture."""
    from core.picture_files import FORMATS, read_picture, write_picture

    if target.suffix.lower() not in FORMATS:
        raise UserError(N_("{path}: name a file that ends in .png, .webp or .jpg"), path=target)
    check_file(target)
    pixels = read_picture(source, settings().image_limits)
    from core.enlarging.upscaler import Upscaler

    large = Upscaler.load(settings().models / "superres").upscale(pixels, factor, style.value)
    write_picture(target, large)
    height, width = large.shape[:2]
    result = {"file": str(target), "width": width, "height": height, "factor": factor, "style": style.value}
    print_result(result, json_, f"{target}: {width} x {height}")
