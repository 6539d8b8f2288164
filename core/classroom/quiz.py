"""The quiz: the studio's questions in every language, teachers' own, and what a class or one person plays of them."""

import random
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from core.classroom.question_files import Question, read_questions
from core.classroom.rounds import QUIZ, Draft

FOLDER = Path(__file__).parent / "questions"
LANGUAGES = ("en", "fr")
TOPICS = ("basics", "architecture", "training", "metrics", "applications", "limits")


@cache
def bundled(language: str) -> tuple[Question, ...]:
    """The studio's questions, in the same order in every language.

    Raises:
        core.classroom.question_files.QuestionFileError: a line of the file is wrong.
    """
    reading = read_questions((FOLDER / f"{language}.csv").read_bytes())
    if reading.problems:
        raise reading.problems[0]
    return reading.questions


def template(language: str) -> bytes:
    """The studio's questions as a table that teachers can change and load."""
    text = (FOLDER / f"{language}.csv").read_text(encoding="utf-8")
    return text.encode("utf-8-sig")  # the mark tells spreadsheets that it is UTF-8


def choose(count: int, *, topics: Sequence[str] = (), levels: Sequence[int] = (), seed: int) -> list[str]:
    """Keys of at most `count` bundled questions, easier ones first; no topics or levels means all."""
    fitting = [
        question
        for question in bundled(LANGUAGES[0])
        if (not topics or question.topic in topics) and (not levels or question.level in levels)
    ]
    chosen = random.Random(seed).sample(fitting, min(count, len(fitting)))  # noqa: S311 - a draw of questions
    return [question.key for question in sorted(chosen, key=lambda question: question.level)]


def draft_bundled(keys: Sequence[str], seconds: int) -> list[Draft]:
    """Rounds of bundled questions, which each phone shows in its own language.

    Raises:
        KeyError: there is no such question.
    """
    by_key = {language: {question.key: question for question in bundled(language)} for language in LANGUAGES}
    drafts = []
    for key in keys:
        texts = {language: _texts(by_key[language][key]) for language in LANGUAGES}
        drafts.append(_draft(by_key[LANGUAGES[0]][key], texts, seconds))
    return drafts


def draft_own(questions: Sequence[Question]) -> list[Draft]:
    """Rounds of a teacher's own questions, in the one language they are written in."""
    return [_draft(question, {"": _texts(question)}, question.seconds) for question in questions]


def shown_in(content: dict[str, Any], language: str) -> dict[str, Any]:
    """A round in a language, else in the one it is written in: "text", "choices" and "explanation"."""
    texts: dict[str, dict[str, Any]] = content["texts"]
    return texts.get(language) or next(iter(texts.values()))


def _texts(question: Question) -> dict[str, Any]:
    return {"text": question.text, "choices": list(question.choices), "explanation": question.explanation}


def _draft(question: Question, texts: dict[str, dict[str, Any]], seconds: int) -> Draft:
    content = {"texts": texts, "topic": question.topic, "level": question.level}
    return Draft(QUIZ, content, len(question.choices), question.answer, seconds)
