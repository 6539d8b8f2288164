"""`python -m core train|evaluate restyle` and `python -m core restyle`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from core.errors import N_, UserError
from core.options import Devices, Json, Resume, Smoke, Weights, Write
from core.output import print_result
from core.settings import settings
from core.targets import check_file

_ENDINGS = (".png", ".webp")  # formats that keep transparency


class Stage(StrEnum):
    """What is done: the network is trained, the trained one is stored if it is better, or both."""

    NETWORK = "network"
    PUBLISH = "publish"
    ALL = "all"


def register(groups: dict[str, typer.Typer]) -> None:
    """Add this capability's commands to the verbs."""
    groups["train"].command("restyle")(train)
    groups["evaluate"].command("restyle")(evaluate)
    groups[""].command("restyle")(restyle)


def train(
    stage: Annotated[Stage, typer.Option(help="What to do.")] = Stage.ALL,
    minutes: Annotated[float, typer.Option(min=0.02, help="Budget of this call in minutes.")] = 60,
    resume: Resume = False,
    smoke: Smoke = False,
    weights: Weights = None,
    devices: Devices = 1,
) -> None:
    """Train the network that redraws emoji in another style, and store it if it is better than the stored one."""
    from core.restyle import publish

    if stage != Stage.PUBLISH:
        publish.train(settings(), minutes=minutes, resume=resume, smoke=smoke, devices=devices, weights=weights)
    if stage != Stage.NETWORK and not smoke:
        publish.publish(settings(), weights=weights)


def evaluate(
    data: Annotated[Path | None, typer.Option(help="Folder of prepared emoji; default: the prepared folder's.")] = None,
    json_: Json = False,
    write: Write = False,
    limit: Annotated[int | None, typer.Option(min=1, help="Look at no more pairs than this.")] = None,
    weights: Weights = None,
) -> None:
    """Measure the stored network on held-out emoji, beside the source unchanged and the nearest training emoji."""
    from core.restyle import publish

    if write and (data or limit):
        raise UserError(N_("--write stores the figures of all prepared test emoji: leave out --data and --limit"))
    result = publish.measure(settings(), data, weights=weights, limit=limit)
    if write:
        publish.write_metrics(settings().models / "restyle", result)
    rows = [
        f"{method}: l1 {row['l1']:.4f}, perceptual {row['perceptual']:.4f}" for method, row in result["methods"].items()
    ]
    print_result(result, json_, "\n".join(rows))


def restyle(
    source: Annotated[Path, typer.Argument(metavar="IN", help="An emoji: PNG, WebP, GIF, JPEG, BMP, HEIC.")],
    target: Annotated[Path, typer.Argument(metavar="OUT", help="Where to write it: .png or .webp.")],
    to: Annotated[str, typer.Option("--to", help="The style, such as noto, twemoji or fluent-3d.")],
    json_: Json = False,
) -> None:
    """Redraw an emoji in another style, 64x64 on transparency."""
    if target.suffix.lower() not in _ENDINGS:
        raise UserError(N_("{path}: name a file that ends in .png or .webp"), path=target)
    check_file(target)
    from core.artifacts import open_artifact
    from core.picture_files import read_picture, write_picture
    from core.restyle.service import Restyler, check_style, styles_of

    folder = settings().models / "restyle"
    check_style(to, styles_of(open_artifact(folder)))  # mistakes are said before the network is opened
    pixels = read_picture(source, settings().image_limits)
    drawn = Restyler.load(folder).restyle(pixels, to)
    write_picture(target, drawn, lossless=True)
    height, width = drawn.shape[:2]
    result = {"file": str(target), "width": width, "height": height, "style": to}
    print_result(result, json_, f"{target}: {width} x {height}, {to}")
