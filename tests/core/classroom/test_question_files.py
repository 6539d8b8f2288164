"""Teachers' tables: whatever is in the file, a question or a problem with its line."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.classroom.question_files import (
    DEFAULT_SECONDS,
    LETTERS,
    MAX_BYTES,
    MAX_QUESTIONS,
    Question,
    QuestionFileError,
    read_questions,
)
from core.classroom.quiz import bundled, template

HEADER = "question,a,b,c,d,answer,explanation,level,seconds\n"


def read(*lines: str, header: str = HEADER) -> list[str]:
    """The problems of lines, as sentences."""
    return [str(problem) for problem in read_questions((header + "\n".join(lines)).encode()).problems]


def test_a_table_as_a_french_spreadsheet_on_windows_writes_it() -> None:
    text = "Question;A;B;C;D;Bonne réponse;Niveau\r\nQuel rôle ?;Créer;Trier;;;a;2\r\nVrai ?;oui;non;;;non;\r\n"
    reading = read_questions(text.encode("cp1252"))
    assert reading.problems == ()
    assert reading.questions == (
        Question("Quel rôle ?", ("Créer", "Trier"), 0, level=2),
        Question("Vrai ?", ("oui", "non"), 1),
    )
    assert reading.questions[0].seconds == DEFAULT_SECONDS


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings(encoding: str) -> None:
    assert read_questions(f"{HEADER}où ?,là,ici,,,1".encode(encoding)).questions[0].text == "où ?"


@pytest.mark.security
def test_each_bad_line_is_named_and_the_good_ones_are_kept() -> None:
    lines = [
        "fine?,yes,no,,,a,,,",
        ",yes,no,,,a,,,",
        "one choice?,yes,,,,a,,,",
        "gap?,yes,,no,,a,,,",
        "same?,yes,Yes,,,a,,,",
        "which?,yes,no,,,c,,,",
        "level?,yes,no,,,a,,9,",
        "time?,yes,no,,,a,,,1000",
        f"long?,{'x' * 121},no,,,a,,,",
        "also fine?,yes,no,,,no,,3,30",
    ]
    reading = read_questions((HEADER + "\n".join(lines)).encode())
    assert [question.text for question in reading.questions] == ["fine?", "also fine?"]
    said = [str(problem) for problem in reading.problems]
    assert [sentence.split(":")[0] for sentence in said] == [f"Line {number}" for number in range(3, 11)]
    wanted = ["question is empty", "two to four", "without a gap", "the same", "one of A, B", "from 1 to 3",
              "from 5 to 180", "longer than 120"]  # fmt: skip
    assert all(part in sentence for part, sentence in zip(wanted, said, strict=True))


def test_a_choice_in_full_is_understood_before_a_letter() -> None:
    reading = read_questions(f"{HEADER}letter?,B,A,,,A\nnumber?,2,1,,,1\n".encode())
    assert [question.answer for question in reading.questions] == [1, 1]


@pytest.mark.security
@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "missing: question, a, b, answer"),
        (b"question,a,b\nx,y,z", "missing: answer"),
        (HEADER.encode(), "no question"),
        (b"PK\x03\x04\x00\x00\x00", "no text file"),
        (b"x" * (MAX_BYTES + 1), "larger than"),
    ],
)
def test_a_file_that_is_no_table_of_questions(data: bytes, said: str) -> None:
    with pytest.raises(QuestionFileError, match=said):
        read_questions(data)


def test_too_many_questions_are_announced() -> None:
    reading = read_questions((HEADER + "q?,yes,no,,,a\n" * (MAX_QUESTIONS + 5)).encode())
    assert len(reading.questions) == MAX_QUESTIONS
    assert [str(problem) for problem in reading.problems] == [
        f"Line {MAX_QUESTIONS + 2}: only the first {MAX_QUESTIONS} questions are taken."
    ]


@pytest.mark.security
def test_hidden_and_reversing_characters_are_left_out() -> None:
    question = read_questions(f"{HEADER}a\u202eb\u200b?,y\u0007es,no,,,a".encode()).questions[0]
    assert (question.text, question.choices[0]) == ("ab?", "yes")


def test_the_pattern_that_teachers_download_loads_as_it_is() -> None:
    for language in ("en", "fr"):
        assert read_questions(template(language)).questions == bundled(language)


@pytest.mark.security
@settings(max_examples=60)
@given(st.binary(max_size=400) | st.text(max_size=300).map(lambda text: (HEADER + text).encode()))
def test_no_file_breaks_the_reader(data: bytes) -> None:
    try:
        reading = read_questions(data)
    except QuestionFileError:
        return
    for question in reading.questions:
        assert question.text.isprintable()
        assert 2 <= len(question.choices) <= len(LETTERS)
        assert 0 <= question.answer < len(question.choices)


words = st.text(st.characters(min_codepoint=33, max_codepoint=0x2FF), min_size=1, max_size=30).filter(
    lambda word: word.isprintable() and word == " ".join(word.split())
)


@settings(max_examples=60)
@given(words, st.lists(words, min_size=2, max_size=4, unique_by=str.casefold), st.data(), st.sampled_from(",;\t"))
def test_what_is_written_is_read(text: str, choices: list[str], data: st.DataObject, delimiter: str) -> None:
    answer = data.draw(st.integers(0, len(choices) - 1))
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter)
    writer.writerow(["question", "a", "b", "c", "d", "answer"])
    writer.writerow([text, *choices, *[""] * (4 - len(choices)), choices[answer]])
    reading = read_questions(stream.getvalue().encode())
    assert reading.problems == ()
    (question,) = reading.questions
    normal = [unicode_normal(part) for part in (text, *choices)]
    assert [question.text, *question.choices] == normal
    assert question.answer == answer


def unicode_normal(text: str) -> str:
    import unicodedata

    return unicodedata.normalize("NFC", text)
