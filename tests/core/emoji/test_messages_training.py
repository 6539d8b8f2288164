"""What the reader of messages learns from: labels, no test message, nothing on both sides of cross-validation."""

import re
from dataclasses import replace

import pytest

from core.datasets.emoji import AXES, classes
from core.emoji import message_phrases as corpus
from core.emoji.message_model import EmojiWords, ModelConfig
from core.emoji.message_text import clean, features, pieces
from core.emoji.messages_evaluation import read_messages
from core.emoji.messages_training import fit, tabulate, temperature
from core.text.words import words_of

ANNOTATED = [
    {
        "character": "🍕",
        "names": {"en": "pizza", "fr": "pizza"},
        "words": {"en": ["cheese", "slice"], "fr": ["fromage", "part"]},
        "labels": {"mood": "", "topic": "food", "interaction": ""},
    }
]


def test_no_test_message_is_in_what_training_reads() -> None:
    tested = {" ".join(words_of(row.text)) for row in read_messages()}
    assert not tested & {" ".join(words_of(phrase.text)) for phrase in corpus.phrases()}
    made = corpus.messages(2000, 20)
    assert not tested & {" ".join(words_of(message.text)) for message in made}


def test_phrases_teach_every_class_in_both_languages() -> None:
    for language in corpus.LANGUAGES:
        for axis in AXES:
            taught = {phrase.labels.get(axis) for phrase in corpus.phrases() if phrase.language == language}
            assert taught - {None} == set(classes(axis))


def test_slots_are_known_and_filled() -> None:
    named = {name for phrase in corpus.phrases() for name in re.findall(r"\{(\w*)\}", phrase.text)}
    assert named <= {*corpus.slots(), "thing"}
    made = corpus.messages(600, 1)
    assert not any("{" in message.text for message in made)
    assert made == corpus.messages(600, 1)


def test_a_word_that_fills_a_slot_gives_the_topic() -> None:
    made = corpus.messages(400, 2, lambda text: "{thing}" in text or "Scrabble" in text)
    about = [message for message in made if "Scrabble" in message.text]
    assert about
    assert all(message.labels["topic"] == "games" for message in about)


def test_what_is_left_out_is_left_out() -> None:
    kept = {p.text for p in corpus.phrases() if corpus.fold_of(p.text, 3) != 0}
    fitted = corpus.messages(400, 3, lambda text: corpus.fold_of(text, 3) != 0)
    checked = corpus.messages(400, 3, lambda text: corpus.fold_of(text, 3) == 0)
    assert kept
    assert {m.text for m in fitted}.isdisjoint({m.text for m in checked if len(m.text) > 25})


def test_annotations_leave_what_they_do_not_say_unknown() -> None:
    made = corpus.annotated(ANNOTATED, 0)
    assert {message.text for message in made} >= {"pizza", "🍕"}
    assert all(message.labels == {"topic": "food"} for message in made)


def test_emoji_never_contradict_a_message() -> None:
    about = corpus.Message("miam", "fr", {"mood": "joy", "topic": "food", "interaction": ""})
    other = replace(about, labels={"mood": "joy", "topic": "tech", "interaction": ""})
    assert corpus.with_emoji([about], ANNOTATED, 0, 1.0)[0].text.startswith("miam 🍕")
    assert corpus.with_emoji([other], ANNOTATED, 0, 1.0) == [other]


@pytest.mark.parametrize(
    ("text", "negated"),
    [
        ("I am not happy", {"happy"}),
        ("I don't like it", {"like", "it"}),
        ("Je ne suis pas content", {"suis", "content"}),
        ("on n'aime pas ça", {"aime", "ca"}),
        ("on t'aime fort", set()),  # no "n't", which "don't" and "can't" have
        ("we can't wait", {"wait"}),
        ("ce n'est plus drôle", {"est", "plus", "drole"}),
        ("plus de gâteau", set()),
        ("no, thanks", set()),  # punctuation ends what a negation reaches
    ],
)
def test_negation_reaches_what_follows(text: str, negated: set[str]) -> None:
    assert {word for piece in pieces(clean(text)[0]) if piece.negated for word in piece.words} == negated


def test_stretched_words_share_the_plain_word() -> None:
    plain, stretched = (
        {name for own in features(pieces(text), {}, negate=True) for name, _ in own} for text in ("merci", "merciiiii")
    )
    assert "wmerci" in plain & stretched


def test_fitting_learns_what_messages_say() -> None:
    config = ModelConfig(size=2**12, encoder=0.0)
    table = tabulate(corpus.messages(500, 4), EmojiWords({}, {}), config, None)
    axes = fit(table, 4.0, config.size, 0.0)
    scores = table.rows[True] @ axes["interaction"].weights + axes["interaction"].bias
    truth = table.labels["interaction"]
    said = [axes["interaction"].names[place] for place in scores.argmax(axis=1)]
    assert sum(one == other for one, other in zip(said, truth, strict=True)) > 0.9 * len(truth)
    places = [axes["interaction"].names.index(label) for label in truth]
    assert temperature(scores, places) < 1.0  # it knows these by heart, and could be surer
