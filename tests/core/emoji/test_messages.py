"""Reading messages: what is claimed and what is not, why, conversations, and what nobody should send."""

import csv
import io
import timeit
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from core.artifacts import ArtifactError
from core.datasets.emoji import AXES, classes
from core.emoji.message_text import pieces
from core.emoji.messages import MessageReader
from core.emoji.messages_evaluation import MESSAGES, by_keywords, read_messages
from core.emoji.sample_talks import sample_talks
from core.errors import UserError
from core.settings import settings
from core.text.words import tokenize, words_of


@pytest.fixture(scope="module")
def reader() -> MessageReader:
    return MessageReader.load(settings().models / "messages", settings().models / "text")


@pytest.mark.parametrize(
    ("text", "language", "mood", "topic", "interaction"),
    [
        ("Thanks for the pizza!", "en", "joy", "food", "thanks"),
        ("Merci pour la pizza !", "fr", "joy", "food", "thanks"),
        ("We are very sorry, your parcel is late", "en", "shame", "money_shopping", "apology"),
        ("J'ai peur de l'orage", "fr", "fear", "weather", None),
        ("Beurk, c'est dégoûtant", "fr", "disgust", None, None),
        ("Où est la gare ?", "fr", "neutral", "travel", "question"),
        ("I am so tired, I want to sleep", "en", "tired", None, None),
    ],
)
def test_plain_messages_are_understood(
    reader: MessageReader, text: str, language: str, mood: str, topic: str | None, interaction: str | None
) -> None:
    reading = reader.read(text)
    assert reading.language == language
    assert (reading.best("mood"), reading.best("topic"), reading.best("interaction")) == (mood, topic, interaction)


def test_a_negation_turns_the_mood(reader: MessageReader) -> None:
    pairs = (("I am happy with it", "I am not happy with it"), ("Je suis content", "Je ne suis pas content"))
    for glad, sorry in pairs:
        assert reader.read(glad).best("mood") == "joy"
        assert reader.read(sorry).best("mood") != "joy"


def test_probabilities_leave_room_for_none(reader: MessageReader) -> None:
    reading = reader.read("Bonjour")
    for axis in AXES:
        assert tuple(reading.probabilities[axis]) == classes(axis)
        assert sum(reading.probabilities[axis].values()) + reading.none(axis) == pytest.approx(1)
    assert reading.best("topic") is None


def test_the_words_that_decided_are_named(reader: MessageReader) -> None:
    because = reader.read("Merci pour la pizza").because
    assert "Merci" in because["interaction"]
    assert "pizza" in because["topic"]


def test_emoji_and_emoticons_are_evidence(reader: MessageReader) -> None:
    assert reader.read("😭").best("mood") == "sadness"
    assert reader.read("🍕").best("topic") == "food"
    assert reader.read("👍🏽").best("interaction") == "agreement"  # skin tones change nothing
    assert reader.read("ok :(").probabilities["mood"]["sadness"] > reader.read("ok").probabilities["mood"]["sadness"]


def test_later_messages_of_a_conversation_weigh_more(reader: MessageReader) -> None:
    sad, glad = "I am so sad, I cried all night", "I am so happy, hooray!"
    assert reader.read_conversation([sad, sad, glad, glad]).best("mood") == "joy"
    assert reader.read_conversation([glad, glad, sad, sad]).best("mood") == "sadness"
    assert reader.read_conversation([glad, "", "\u202e"]).best("mood") == "joy"  # what says nothing counts for nothing
    assert reader.read_conversation(["hi"] * 21).truncated
    assert reader.read_conversation([]).empty


@pytest.mark.parametrize(
    "text", ["", "   ", "\x00\x07\n", "\u202e\u2066", "1234 567", "...!?", "今日は", "Привет", "\ud800"]
)
def test_what_says_nothing_is_empty_and_claims_nothing(reader: MessageReader, text: str) -> None:
    reading = reader.read(text)
    assert reading.empty
    assert reading.language is None
    assert [reading.best(axis) for axis in AXES] == [None] * 3


def test_direction_and_control_characters_hide_nothing(reader: MessageReader) -> None:
    plain, hidden = reader.read("thank you"), reader.read("tha\u200bnk\u202e you\x00")
    assert hidden.probabilities == plain.probabilities
    assert "\u202e" not in hidden.text


@pytest.mark.security
def test_a_huge_message_is_cut_and_says_so(reader: MessageReader) -> None:
    reading = reader.read("merci " * 200_000)
    assert reading.truncated
    assert len(reading.text) == 500
    assert reading.best("interaction") == "thanks"
    assert not reader.read("merci").truncated


@pytest.mark.security
@pytest.mark.parametrize("cut", [pieces, tokenize])
@pytest.mark.parametrize("hostile", [".@" * 250, "@." * 250, "a." * 250, "a" * 250 + "@" + "." * 249])
def test_no_text_takes_much_longer_to_cut_than_another(cut: Callable[[str], object], hostile: str) -> None:
    def seconds(text: str) -> float:
        return min(timeit.repeat(lambda: cut(text), number=1, repeat=5))

    assert seconds(hostile) < 60 * seconds("see you, " * 55)  # about as long; a pattern that backtracks takes 300 times


@pytest.mark.security
@hypothesis_settings(max_examples=40, deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_read(reader: MessageReader, text: str) -> None:
    reading = reader.read(text)
    for axis in AXES:
        assert 0 <= sum(reading.probabilities[axis].values()) <= 1 + 1e-5
        assert reading.best(axis) in (None, *classes(axis))


def test_a_missing_model_says_how_to_train_it(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match="python -m core train messages"):
        MessageReader.load(tmp_path / "messages", settings().models / "text")


def test_sample_talks_are_the_same_six_in_both_languages() -> None:
    keys = [[talk.key for talk in sample_talks(language)] for language in ("en", "fr")]
    assert keys[0] == keys[1] == ["launch", "promotion", "thanks", "apology", "season", "event"]
    assert all(4 <= len(talk.messages) <= 6 for language in ("en", "fr") for talk in sample_talks(language))


def test_sample_talks_are_no_test_messages() -> None:
    tested = {words_of(row.text) for row in read_messages()}
    assert not tested & {words_of(m) for language in ("en", "fr") for t in sample_talks(language) for m in t.messages}


def test_the_test_messages_cover_every_class_in_both_languages() -> None:
    rows = read_messages()
    for language in ("en", "fr"):
        mine = [row for row in rows if row.language == language]
        assert len(mine) >= 120
        for axis in AXES:
            assert {row.labels[axis] for row in mine} - {""} == set(classes(axis))
    assert len({words_of(row.text) for row in rows}) == len(rows)


@pytest.mark.security
@pytest.mark.parametrize(
    ("line", "said"),
    [
        (None, "needs the columns"),
        (["en", "hello", "glee", "", ""], "no mood “glee”"),
        (["en", "hello", "", "", ""], "no mood “”"),
        (["de", "hallo", "joy", "", ""], "must be en or fr"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_in_a_sentence(
    tmp_path: Path, line: list[str] | None, said: str
) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([["language", "message", *AXES], line] if line else [["a", "b"], ["1", "2"]])
    (tmp_path / "table.csv").write_text(text.getvalue(), encoding="utf-8")
    with pytest.raises(UserError, match=said):
        read_messages(tmp_path / "table.csv")


def test_keywords_answer_by_the_most_hits() -> None:
    table = {"pizza": {"topic": "food"}, "good luck": {"interaction": "encouragement"}, "soup": {"topic": "food"}}
    found = by_keywords("Good luck with soup and pizza!", table)
    assert found == {"mood": "", "topic": "food", "interaction": "encouragement"}
    assert MESSAGES.is_file()
