"""`python -m core prepare|train|evaluate|generate|refine emoji`."""

import logging
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from core.errors import N_, UserError
from core.gan.stage_commands import (
    Count,
    Minutes,
    Out,
    Seed,
    Stage,
    StageOption,
    Truncation,
    hand_out,
    stage_storing,
    stage_trainings,
    train_stages,
)
from core.options import Devices, Json, Resume, Smoke, Weights, Write
from core.output import print_result
from core.settings import settings
from core.targets import check_folder

log = logging.getLogger(__name__)


def register(groups: dict[str, typer.Typer]) -> None:
    """Add this capability's commands to the verbs."""
    groups["prepare"].command("emoji")(prepare)
    groups["train"].command("emoji")(train)
    groups["evaluate"].command("emoji")(evaluate)
    groups["generate"].command("emoji")(generate)
    groups["refine"].command("emoji")(refine)


def prepare(
    styles: Annotated[str, typer.Option(help="Which styles: keys with commas between; default: all.")] = "",
    source: Annotated[
        Path | None, typer.Option(help="Folder with the npm archives (.tgz); default: they are downloaded.")
    ] = None,
    json_: Json = False,
) -> None:
    """Fetch emoji with open licences, label and draw them, 64x64, with composites, into the prepared folder."""
    from core.datasets.emoji.preparation import prepare as draw

    keys = [key.strip() for key in styles.split(",") if key.strip()] or None
    report = draw(settings().prepared / "emoji", keys, source=source)
    made = ", ".join(
        f"{key} {sum(sum(splits.values()) for splits in each['pictures'].values())}"
        for key, each in report["styles"].items()
    )
    print_result(report, json_, f"pictures per style: {made}")


def train(
    stage: StageOption = Stage.ALL,
    minutes: Minutes = 240,
    resume: Resume = False,
    smoke: Smoke = False,
    weights: Weights = None,
    devices: Devices = 1,
) -> None:
    """Train the emoji generator, stage by stage; `all` stores it if it is better than the stored one."""
    from core.emoji import finishing, judge, publish, training

    where = settings()
    train_stages(
        stage,
        minutes,
        stage_trainings(training, judge, finishing, where, weights, resume=resume, smoke=smoke, devices=devices),
        stage_storing(
            "emoji",
            where,
            lambda: publish.publish(where, weights=weights),
            lambda: publish.publish_finished(where, weights=weights),
            training.run_folder(where, "dcgan"),
            smoke=smoke,
        ),
    )


def evaluate(
    data: Annotated[
        Path | None, typer.Option(help="Folder as `prepare emoji` leaves it; what was trained on is left out.")
    ] = None,
    weights: Weights = None,
    json_: Json = False,
    write: Write = False,
) -> None:
    """Measure the stored generator on the contexts of emoji it has not seen: by default the prepared test pictures."""
    from core.emoji import measuring, publish

    if data is not None and write:
        raise UserError(N_("--write stores figures of the prepared test pictures: leave --data out"))
    result = measuring.evaluate(settings(), data=data, weights=weights)
    if write:
        publish.write_metrics(settings().models / "emoji", result)
    accuracies = {axis: result["relevance"][axis] for axis in ("mood", "topic", "interaction")}
    said = ", ".join(f"{axis} {row['accuracy']:.3f} of {row['ceiling']:.3f}" for axis, row in accuracies.items())
    print_result(result, json_, f"{said}, KID {result['distribution']['generated']['kid']:.4f} (n {result['n']})")


def generate(
    out: Out,
    message: Annotated[str, typer.Option(help="A message in French or English that the emoji fit.")] = "",
    mood: Annotated[str, typer.Option(help="A mood; empty: that of the message, or any.")] = "",
    topic: Annotated[str, typer.Option(help="A topic; empty: that of the message, or any.")] = "",
    interaction: Annotated[str, typer.Option(help="What a message does; empty: what it does, or anything.")] = "",
    style: Annotated[str, typer.Option(help="A drawing style; empty: any.")] = "",
    count: Count = 8,
    seed: Seed = 0,
    truncation: Truncation = 1.0,
    intensity: Annotated[float, typer.Option(help="Above 1 the context is exaggerated.")] = 1.0,
    json_: Json = False,
) -> None:
    """Draw emoji that do not exist, with a transparent ground, that fit a message, or a mood, topic and interaction."""
    from core.emoji.orders import Controls, EmojiContext
    from core.emoji.service import EmojiGenerator

    if not any(text.strip() for text in (message, mood, topic, interaction)):
        raise UserError(N_("nothing says what the emoji are for: give --message, --mood, --topic or --interaction"))
    service = EmojiGenerator.load(settings().models / "emoji")
    asked, things = {"mood": mood, "topic": topic, "interaction": interaction}, []
    if message:
        read, named = _read(message), service.drawings.named_in(message)
        things = [service.drawings.characters[place] for place in named[0][1]] if named and not topic else []
        if not any((*asked.values(), *read.values(), *things)):
            raise UserError(N_("nothing of the message is understood: give --mood, --topic or --interaction"))
        asked = {axis: name or read[axis] for axis, name in asked.items()}
    context = EmojiContext(**{axis: name or None for axis, name in {**asked, "style": style}.items()})
    made = service.generate(context, count, seed=seed, controls=Controls(truncation, intensity, things=things))
    hand_out(out, made, {"message": message or None, **asdict(context), "things": things}, json_)


def refine(
    out: Annotated[
        Path, typer.Option(help="Folder for the data set: emoji/, emoji.csv, DATA_CARD.md.", callback=check_folder)
    ],
    per_cell: Annotated[int, typer.Option(help="Emoji per mood and topic.")] = 4,
    seed: Annotated[int, typer.Option(help="Equal seeds give equal emoji.")] = 0,
    interaction: Annotated[
        list[str] | None, typer.Option(help="An interaction that each pair is drawn with; may be repeated.")
    ] = None,
    json_: Json = False,
) -> None:
    """Make the emoji data set richer: generated ones of every mood and topic that pass the filters."""
    from core.emoji.refine import files, summary
    from core.emoji.refine import refine as made
    from core.emoji.service import EmojiGenerator
    from core.gan.classifier import Classifier

    out = out.absolute()
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UserError(N_("{folder} is not an empty folder: choose a new one"), folder=out)
    out.parent.mkdir(parents=True, exist_ok=True)
    check_folder(out.parent)  # an empty folder is replaced
    folder = settings().models / "emoji"
    refined = made(
        EmojiGenerator.load(folder), Classifier.load(folder), per_cell=per_cell, seed=seed, interactions=interaction,
        progress=lambda share: log.info("%3.0f %%", 100 * share),
    )  # fmt: skip
    with tempfile.TemporaryDirectory(dir=out.parent) as scratch:
        draft = Path(scratch) / out.name
        for name, content in files(refined).items():
            (draft / name).parent.mkdir(parents=True, exist_ok=True)
            (draft / name).write_bytes(content)
        draft.replace(out)  # an empty folder may be there
    told = summary(refined)
    print_result(told, json_, f"{told['kept']} emoji of {told['drawn']} drawn, in {out}")


def _read(message: str) -> dict[str, str]:
    """Mood, topic and interaction of a message, empty where it has none."""
    from core.emoji.messages import MessageReader

    reading = MessageReader.load(settings().models / "messages", settings().models / "text").read(message)
    return {axis: reading.best(axis) or "" for axis in reading.probabilities}
