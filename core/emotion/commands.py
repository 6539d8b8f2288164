"""`python -m core prepare|train|evaluate|predict emotion`."""

import logging
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from core.errors import N_, UserError
from core.output import print_result
from core.settings import settings

log = logging.getLogger(__name__)


def register(groups: dict[str, typer.Typer]) -> None:
    """Add this capability's commands to the verbs."""
    for verb, command in (("prepare", prepare), ("train", train), ("evaluate", evaluate), ("predict", predict)):
        groups[verb].command("emotion")(command)


def prepare(
    source: Annotated[
        Path | None, typer.Option(help="Folder with FER2013 (npz files or Kaggle's fer2013.csv).")
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Clean FER2013: drop non-faces and copies, write npz files and a report to the prepared folder."""
    from core.emotion.data import prepare_folder

    target = settings().prepared / "emotion"
    report = prepare_folder(source or settings().data / "fer2013", target)
    print_result(
        report, json_, f"{report['train']['kept']} training and {report['public_test']['kept']} validation faces kept"
    )


def train(
    minutes: Annotated[float, typer.Option(min=0.02, help="Budget of this call in minutes.")] = 90,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on from the last checkpoint, or from the stored model.")
    ] = False,
    smoke: Annotated[
        bool, typer.Option("--smoke", help="A tiny run that shows the code works; stores nothing.")
    ] = False,
    textbook: Annotated[bool, typer.Option("--textbook", help="Train the textbook network instead, twice.")] = False,
) -> None:
    """Train the expression network (or, with --textbook, the network it is compared with)."""
    from core.emotion import publish

    target = publish.train_textbook if textbook else publish.train_network
    target(settings(), minutes=minutes, resume=resume, smoke=smoke)


def evaluate(
    data: Annotated[Path | None, typer.Option(help="npz: images uint8 (N,48,48), labels int (N,).")] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    write: Annotated[bool, typer.Option("--write", help="Store the figures of PublicTest as metrics.json.")] = False,
) -> None:
    """Measure the stored networks on labelled faces."""
    from core.datasets import fer2013
    from core.emotion import publish

    if data and write:  # the stored figures are said to be PublicTest's
        raise UserError(N_("--write stores the figures of PublicTest: leave out --data"))
    faces = fer2013.load_npz(data) if data else fer2013.load(settings().data / "fer2013", "public_test")
    result = publish.measure(settings().models / "emotion", faces)
    if write:
        publish.write_metrics(settings().models / "emotion", result)
    print_result(
        result, json_, f"accuracy {result['accuracy']:.4f} on {result['n']} faces (macro F1 {result['macro_f1']:.4f})"
    )


def predict(
    images: Annotated[list[Path], typer.Argument(help="Pictures: JPEG, PNG, WebP, BMP, GIF, HEIC.")],
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    whole: Annotated[bool, typer.Option("--whole", help="Take each picture as one face.")] = False,
) -> None:
    """Name the expression the model sees on every face of each picture."""
    from core.emotion.service import EmotionRecognizer

    recognizer = EmotionRecognizer.load(settings().models / "emotion")
    rows = [_predict_one(recognizer, path, whole) for path in images]
    if json_:
        print_result({"images": rows}, True, "")
    else:
        for row in rows:
            for face in row["faces"]:
                sys.stdout.write(
                    f"{row['file']}\t{face['box']}\t{face['label']}\t{face['scores'][face['label']]:.2f}\n"
                )
            if not row["faces"] and not row["error"]:
                sys.stdout.write(f"{row['file']}\tno face found\n")
    failed = [row for row in rows if row["error"]]
    for row in failed if len(failed) < len(rows) else []:
        log.warning("%s: %s", row["file"], row["error"])
    if len(failed) == len(rows):
        raise UserError(N_("no picture could be read: {file}: {reason}"), file=rows[0]["file"], reason=rows[0]["error"])


def _predict_one(recognizer: Any, path: Path, whole: bool) -> dict[str, Any]:
    from core.images import decode

    try:
        image = decode(path.read_bytes(), settings().image_limits)
    except OSError as error:
        return {"file": str(path), "faces": [], "error": error.strerror or str(error)}
    except UserError as error:
        return {"file": str(path), "faces": [], "error": str(error)}
    faces = [
        {
            "box": [face.box.x, face.box.y, face.box.width, face.box.height],
            "scores": {name: round(score, 4) for name, score in face.scores.items()},
            "label": face.label,
            "unsure": face.unsure,
        }
        for face in recognizer.recognize(image, whole_picture=whole)
    ]
    return {"file": str(path), "faces": faces, "error": None}
