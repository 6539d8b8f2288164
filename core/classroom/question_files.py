"""Questions in a table, the studio's own and teachers': one question a line, problems named line by line.

Columns by name, in English or French, in any order: question, a, b, c, d, answer, and if wanted explanation, level
(1 to 3), topic, seconds, key. Commas, semicolons or tabs; UTF-8, or what a spreadsheet on Windows writes.
"""

import csv
import io
import unicodedata
from dataclasses import dataclass

from core.errors import N_, UserError

MAX_BYTES = 256 * 1024
MAX_QUESTIONS = 100
LETTERS = "ABCD"
DEFAULT_SECONDS = 20
SECONDS = range(5, 181)
LEVELS = range(1, 4)
_LONGEST = {"question": 300, "explanation": 600, "topic": 60, "key": 60}
_LONGEST_CHOICE = 120
_COLUMNS = {
    "question": ("question",),
    "a": ("a", "choice a", "choix a"),
    "b": ("b", "choice b", "choix b"),
    "c": ("c", "choice c", "choix c"),
    "d": ("d", "choice d", "choix d"),
    "answer": ("answer", "right", "reponse", "bonne reponse"),
    "explanation": ("explanation", "explication"),
    "level": ("level", "niveau"),
    "topic": ("topic", "theme", "sujet"),
    "seconds": ("seconds", "secondes"),
    "key": ("key", "cle"),
}
_REQUIRED = ("question", "a", "b", "answer")


class QuestionFileError(UserError):
    """A file of questions, or one line of it, that cannot be used."""


@dataclass(frozen=True)
class Question:
    """A question with 2 to 4 choices; `answer` is the place of the right one, from 0."""

    text: str
    choices: tuple[str, ...]
    answer: int
    explanation: str = ""
    level: int = 1
    topic: str = ""
    seconds: int = DEFAULT_SECONDS
    key: str = ""


@dataclass(frozen=True)
class Reading:
    """The questions of a file, and what is wrong with the lines that are none."""

    questions: tuple[Question, ...]
    problems: tuple[QuestionFileError, ...]


def read_questions(data: bytes) -> Reading:
    """Read a file; a bad line costs that line only.

    Raises:
        QuestionFileError: the file as a whole cannot be read.
    """
    if len(data) > MAX_BYTES:
        raise QuestionFileError(N_("The file is larger than {size} KB."), size=MAX_BYTES // 1024)
    text = _decode(data)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        columns = _columns(next(lines, []))
        questions: list[Question] = []
        problems: list[QuestionFileError] = []
        for row in lines:
            if not any(cell.strip() for cell in row):
                continue
            try:
                if len(questions) == MAX_QUESTIONS:
                    raise QuestionFileError(
                        N_("Line {line}: only the first {count} questions are taken."),
                        line=lines.line_num,
                        count=MAX_QUESTIONS,
                    )
                questions.append(_question(row, columns, lines.line_num))
            except QuestionFileError as problem:
                problems.append(problem)
                if len(questions) == MAX_QUESTIONS:
                    break
    except csv.Error as error:
        raise QuestionFileError(N_("Line {line} is not a line of a table."), line=lines.line_num) from error
    if not questions and not problems:
        raise QuestionFileError(N_("The file holds no question below its first line."))
    return Reading(tuple(questions), tuple(problems))


def _decode(data: bytes) -> str:
    encodings = ["utf-16"] if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise QuestionFileError(N_("This is no text file. Save the table as CSV (UTF-8)."))


def _delimiter(text: str) -> str:
    header = text.split("\n", 1)[0]
    return max(",;\t", key=header.count)


def _columns(header: list[str]) -> dict[str, int]:
    places: dict[str, int] = {}
    names = {alias: name for name, aliases in _COLUMNS.items() for alias in aliases}
    for place, cell in enumerate(header):
        bare = "".join(c for c in unicodedata.normalize("NFKD", cell) if not unicodedata.combining(c))
        name = names.get(" ".join(bare.casefold().replace("_", " ").split()))
        if name:
            places.setdefault(name, place)
    missing = [name for name in _REQUIRED if name not in places]
    if missing:
        raise QuestionFileError(
            N_("The first line must name the columns question, a, b, c, d, answer; missing: {names}."),
            names=", ".join(missing),
        )
    return places


def _question(row: list[str], columns: dict[str, int], line: int) -> Question:
    cells = {name: _tidy(row[place]) if place < len(row) else "" for name, place in columns.items()}
    if not cells["question"]:
        raise QuestionFileError(N_("Line {line}: the question is empty."), line=line)
    for name, longest in _LONGEST.items():
        _short(cells.get(name, ""), name, longest, line)
    given = [cells.get(letter.lower(), "") for letter in LETTERS]
    choices = tuple(choice for choice in given if choice)
    if len(choices) < 2 or tuple(given[: len(choices)]) != choices:
        raise QuestionFileError(N_("Line {line}: fill in two to four choices, from a on, without a gap."), line=line)
    for letter, choice in zip(LETTERS, choices, strict=False):
        _short(choice, letter.lower(), _LONGEST_CHOICE, line)
    if len({choice.casefold() for choice in choices}) < len(choices):
        raise QuestionFileError(N_("Line {line}: two choices are the same."), line=line)
    return Question(
        cells["question"],
        choices,
        _answer(cells["answer"], choices, line),
        cells.get("explanation", ""),
        _whole(cells.get("level", ""), "level", LEVELS, 1, line),
        cells.get("topic", ""),
        _whole(cells.get("seconds", ""), "seconds", SECONDS, DEFAULT_SECONDS, line),
        cells.get("key", ""),
    )


def _tidy(cell: str) -> str:
    # what cannot be seen or reverses the line around it (control, format and unassigned characters) goes
    kept = (" " if c.isspace() else c for c in unicodedata.normalize("NFC", cell) if c.isspace() or c.isprintable())
    return " ".join("".join(kept).split())


def _short(text: str, name: str, longest: int, line: int) -> None:
    if len(text) > longest:
        raise QuestionFileError(
            N_("Line {line}: {column} is longer than {count} characters."), line=line, column=name, count=longest
        )


def _answer(text: str, choices: tuple[str, ...], line: int) -> int:
    wanted = text.casefold()
    # a choice in full comes first: choices may themselves be numbers or letters
    for place, choice in enumerate(choices):
        if wanted == choice.casefold():
            return place
    names = {name: place for place in range(len(choices)) for name in (LETTERS[place].casefold(), str(place + 1))}
    if wanted in names:
        return names[wanted]
    raise QuestionFileError(
        N_("Line {line}: answer must be one of {letters}, or one of the choices in full."),
        line=line,
        letters=", ".join(LETTERS[: len(choices)]),
    )


def _whole(text: str, name: str, allowed: range, default: int, line: int) -> int:
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 6 and int(text) in allowed):
        raise QuestionFileError(
            N_("Line {line}: {column} must be a whole number from {least} to {most}."),
            line=line,
            column=name,
            least=allowed[0],
            most=allowed[-1],
        )
    return int(text)
