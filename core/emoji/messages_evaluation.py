"""What the reader of messages is worth on hand-written messages: beside the commonest class and beside keywords."""

import csv
import json
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import f1_score

from core.artifacts import open_artifact
from core.datasets.emoji import AXES, classes
from core.emoji.message_model import NONE
from core.emoji.message_phrases import LANGUAGES
from core.emoji.messages import ANNOTATIONS, MessageReader, Reading
from core.errors import N_, DataError
from core.settings import ROOT
from core.text.words import words_of

MESSAGES = ROOT / "data" / "emoji" / "messages.csv"
COLUMNS = ("language", "message", *AXES)
_BINS = 5
_LONGEST = 4  # words of a keyword
_NO_TABLE = N_("{file} is not a table of messages. It needs the columns {columns}.")
_NO_CLASS = N_("Line {line} of {file}: there is no {axis} “{name}”. The classes are: {classes}.")
_NO_LANGUAGE = N_("Line {line} of {file}: the language is “{name}”, it must be en or fr.")


@dataclass(frozen=True)
class Labelled:
    """A message with its language and its class on each axis (empty for none)."""

    text: str
    language: str
    labels: Mapping[str, str]


@dataclass(frozen=True)
class Answer:
    """What was made of a message: by the reader, and by keywords."""

    row: Labelled
    reading: Reading
    keywords: Mapping[str, str]

    def claim(self, axis: str) -> str:
        """The class that the reader claims, empty for none."""
        return self.reading.best(axis) or NONE

    def right(self, axis: str) -> bool:
        """Whether the reader claims what is so."""
        return self.claim(axis) == self.row.labels[axis]

    def probabilities(self, axis: str) -> dict[str, float]:
        """All answers that are possible on the axis."""
        none = {} if axis == "mood" else {NONE: self.reading.none(axis)}
        return {**self.reading.probabilities[axis], **none}


def read_messages(path: Path = MESSAGES) -> list[Labelled]:
    """Read a CSV file of labelled messages; an empty cell of topic or interaction says that there is none.

    Raises:
        DataError: it is not such a file, or a label in it is none of the classes.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(_NO_TABLE, file=path.name, columns=", ".join(COLUMNS)) from error
    if not rows or not set(COLUMNS) <= set(rows[0]):
        raise DataError(_NO_TABLE, file=path.name, columns=", ".join(COLUMNS))
    found = []
    for line, row in enumerate(rows, 2):
        labels = {axis: (row[axis] or "").strip() for axis in AXES}
        for axis, name in labels.items():
            if name not in classes(axis) and (name or axis == "mood"):
                listed = ", ".join(classes(axis))
                raise DataError(_NO_CLASS, line=line, file=path.name, axis=axis, name=name, classes=listed)
        if row["language"] not in LANGUAGES:
            raise DataError(_NO_LANGUAGE, line=line, file=path.name, name=row["language"])
        found.append(Labelled(row["message"] or "", row["language"], labels))
    return found


def by_keywords(text: str, keywords: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """The class of each axis that most CLDR keywords in the text point to; none without a keyword."""
    words = words_of(text)
    said = {" ".join(words[i : i + n]) for n in range(1, _LONGEST + 1) for i in range(len(words) - n + 1)}
    votes: dict[str, Counter[str]] = {axis: Counter() for axis in AXES}
    for word in sorted(said & set(keywords)):
        for axis, name in keywords[word].items():
            votes[axis][name] += len(word.split())
    return {axis: max(sorted(found), key=found.__getitem__) if found else NONE for axis, found in votes.items()}


def evaluate(folder: Path, text_folder: Path, path: Path = MESSAGES) -> dict[str, Any]:
    """All figures of the stored reader on the labelled messages of a file."""
    rows = read_messages(path)
    reader = MessageReader.load(folder, text_folder)
    manifest = open_artifact(folder)
    keywords = json.loads((folder / ANNOTATIONS).read_text(encoding="utf-8"))["keywords"]
    answers = [Answer(row, reader.read(row.text), by_keywords(row.text, keywords[row.language])) for row in rows]
    groups = {"all": answers}
    groups |= {language: [each for each in answers if each.row.language == language] for language in LANGUAGES}
    result: dict[str, Any] = {
        "messages": {name: len(each) for name, each in groups.items()},
        "axes": {name: {axis: _axis(axis, each) for axis in AXES} for name, each in groups.items() if each},
        "all_three_right": float(np.mean([all(each.right(axis) for axis in AXES) for each in answers])),
        "language": float(np.mean([each.reading.language == each.row.language for each in answers])),
        "cross_validation": manifest.metrics["cross_validation"],
        "milliseconds": _time(reader, rows),
        "bytes": sum((folder / name).stat().st_size for name in manifest.files),
    }
    return result


def _axis(axis: str, answers: Sequence[Answer]) -> dict[str, Any]:
    """One axis: what is claimed, the likeliest answer whatever its probability, the floors, calibration."""
    truth = [each.row.labels[axis] for each in answers]
    claimed = [each.claim(axis) for each in answers]
    keyword = [each.keywords[axis] for each in answers]
    given = [each.probabilities(axis) for each in answers]
    ranked = [sorted(each, key=each.__getitem__, reverse=True) for each in given]
    sure = np.array([max(each.values()) for each in given])
    right = np.array([names[0] == label for names, label in zip(ranked, truth, strict=True)])
    common = Counter(truth).most_common(1)[0][0]
    made = [(said, label) for said, label in zip(claimed, truth, strict=True) if said]
    return {
        **_figures(claimed, truth),
        "likeliest": float(right.mean()),
        "two_likeliest": float(np.mean([label in names[:2] for names, label in zip(ranked, truth, strict=True)])),
        "claims": len(made) / len(truth),
        "claims_right": float(np.mean([said == label for said, label in made])) if made else 0.0,
        "majority": {"class": common or "none"} | _figures([common] * len(truth), truth),
        "keywords": _figures(keyword, truth),
        "calibration": _calibration(sure, right),
    }


def _figures(said: Sequence[str], truth: Sequence[str]) -> dict[str, float]:
    """Accuracy, and the mean F1 of the classes that occur, none among them."""
    macro = f1_score(truth, said, labels=sorted(set(truth)), average="macro", zero_division=0)
    return {"accuracy": float(np.mean([a == b for a, b in zip(said, truth, strict=True)])), "macro_f1": float(macro)}


def _calibration(sure: Any, right: Any) -> dict[str, Any]:
    """Expected calibration error over bins of equal width, and the bins."""
    places = np.minimum((sure * _BINS).astype(int), _BINS - 1)
    bins = [
        {"messages": int(here.sum()), "said": float(sure[here].mean()), "right": float(right[here].mean())}
        for here in (places == place for place in range(_BINS))
        if here.any()
    ]
    error = sum(each["messages"] * abs(each["said"] - each["right"]) for each in bins) / len(sure)
    return {"error": float(error), "bins": bins}


def _time(reader: MessageReader, rows: Sequence[Labelled]) -> dict[str, float]:
    """Milliseconds of reading one message."""
    times = []
    for row in rows:
        started = time.perf_counter()
        reader.read(row.text)
        times.append(1000 * (time.perf_counter() - started))
    return {"median": float(np.median(times)), "percentile_95": float(np.percentile(times, 95))}
