"""`python -m core train|evaluate|predict messages`: what a message's mood, topic and interaction are."""

from pathlib import Path
from typing import Annotated, Any

import typer

from core.errors import N_, UserError
from core.output import print_result
from core.settings import settings


def register(groups: dict[str, typer.Typer]) -> None:
    """Add this capability's commands to the verbs."""
    groups["train"].command("messages")(train)
    groups["evaluate"].command("messages")(evaluate)
    groups["predict"].command("message")(predict)


def train(
    smoke: Annotated[bool, typer.Option("--smoke", help="A few messages, one candidate; stores nothing.")] = False,
) -> None:
    """Choose by cross-validation, train and store the reader of messages."""
    from core.emoji import messages_training

    messages_training.train(settings(), smoke=smoke)


def evaluate(
    data: Annotated[
        Path | None, typer.Option(help="CSV: language, message, mood, topic, interaction. Default: the project's.")
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    write: Annotated[bool, typer.Option("--write", help="Store the figures as metrics.json.")] = False,
) -> None:
    """Measure the reader on hand-written messages, beside the commonest class and beside keywords."""
    from core import artifacts
    from core.emoji import messages_evaluation
    from core.emoji.message_card import model_card

    if data and write:
        raise UserError(N_("--write stores the figures of the project's own messages: leave out --data"))
    folder = settings().models / "messages"
    result = messages_evaluation.evaluate(folder, settings().models / "text", data or messages_evaluation.MESSAGES)
    if write:
        artifacts.write_metrics(folder, result, model_card)
    told = ", ".join(f"{axis} {figures['accuracy']:.3f}" for axis, figures in result["axes"]["all"].items())
    print_result(result, json_, f"accuracy on {result['messages']['all']} messages: {told}")


def predict(
    texts: Annotated[list[str], typer.Argument(help="Messages in French or English, each in quotes.")],
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Say the mood, topic and interaction of messages, and of them as one conversation."""
    from core.datasets.emoji import AXES
    from core.emoji.messages import MessageReader, Reading

    reader = MessageReader.load(settings().models / "messages", settings().models / "text")

    def told(reading: Reading) -> dict[str, Any]:
        return {
            "message": reading.text,
            "language": reading.language,
            "truncated": reading.truncated,
            **{
                axis: {
                    "best": reading.best(axis),
                    "none": reading.none(axis),
                    "because": reading.because[axis],
                    "probabilities": reading.probabilities[axis],
                }
                for axis in AXES
            },
        }

    readings = [reader.read(text) for text in texts]
    result = {
        "messages": [told(reading) for reading in readings],
        "conversation": told(reader.read_conversation(texts)),
    }
    lines = (
        f"{reading.text}: " + ", ".join(f"{axis} {reading.best(axis) or 'none'}" for axis in AXES)
        for reading in readings
    )
    print_result(result, json_, "\n".join(lines))
