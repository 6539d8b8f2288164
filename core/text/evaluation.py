"""How good the encoder is: every figure of models/text/metrics.json comes from here.

Held-out combinations of type, colour and gender are described in both languages; the French wording must find the
English one among all. Floor and ceiling are the teacher's: reading the same French, and reading an English paraphrase.
"""

import time
import tomllib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import pearsonr, spearmanr

from core.errors import N_, UserError
from core.text import captions
from core.text.lexicon import load_lexicon
from core.text.service import TextEncoder
from core.text.words import words_of

TEST_SIZE, SAMPLE_SIZE = 1000, 200
_HANDWRITTEN = Path(__file__).with_name("handwritten.toml")
_PAIRS = 5000
_SEED = 5
_STATED = ("type", "colour", "gender", "usage", "season", "material", "pattern")

Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class TestSet:
    """Descriptions of held-out combinations, each with its wordings; all lists are parallel."""

    descriptions: list[captions.Description]
    english: list[str]
    paraphrase: list[str]
    french: list[str]

    def slips(self, texts: Sequence[str]) -> list[str]:
        """The texts with one slip of the finger each."""
        rng = np.random.default_rng(_SEED)
        return [captions.misspelt(text, rng) for text in texts]


@cache
def held_out(split: captions.Split, size: int) -> TestSet:
    """The first `size` distinct descriptions of a split, from the lexicon alone."""
    lexicon = load_lexicon()
    rng = np.random.default_rng(_SEED)
    found: dict[str, captions.Description] = {}
    while len(found) < size:
        description = captions.draw(rng, lexicon, full=True)
        if description.split == split:
            found.setdefault(captions.canonical(description, lexicon), description)
    descriptions = list(found.values())
    return TestSet(
        descriptions,
        list(found),
        [captions.english(d, lexicon, rng) for d in descriptions],
        [captions.french(d, lexicon, rng) for d in descriptions],
    )


@cache
def handwritten(messages: str = "messages") -> tuple[list[dict[str, Any]], list[str], list[str]]:
    """Hand-written queries with what they say, and messages ("messages_to_choose" for choosing) in both languages."""
    content = tomllib.loads(_HANDWRITTEN.read_text(encoding="utf-8"))
    both = [line.split("|") for line in content[messages]]
    return content["queries"], [english.strip() for english, _ in both], [french.strip() for _, french in both]


def reference_texts() -> list[str]:
    """Every text whose teacher vector the evaluation needs."""
    test = held_out("test", TEST_SIZE)
    _, english, french = handwritten()
    return list(dict.fromkeys([*test.english, *test.paraphrase, *test.french, *english, *french]))


def retrieval(queries: Vectors, candidates: Vectors) -> dict[str, float]:
    """How often row i of `queries` has row i of `candidates` nearest, or among the ten nearest, by cosine."""
    scores = queries @ candidates.T
    own = np.diagonal(scores)[:, None]
    rank = (scores > own).sum(axis=1) + ((scores == own).sum(axis=1) - 1)  # ties count against us
    return {"recall_at_1": float((rank < 1).mean()), "recall_at_10": float((rank < 10).mean())}


def sample_figure(encoder: TextEncoder, split: captions.Split = "test", size: int = SAMPLE_SIZE) -> float:
    """Recall@1 from misspelt, uncorrected French to English on held-out descriptions: hard enough to tell apart."""
    test = held_out(split, size)
    return retrieval(_uncorrected(encoder, test.slips(test.french)), encoder.encode(test.english))["recall_at_1"]


def choice_figure(encoder: TextEncoder) -> float:
    """What models are chosen by: the mean of `sample_figure` on validation and of recall@1 on messages kept for it."""
    _, english, french = handwritten("messages_to_choose")
    return (sample_figure(encoder, "validation") + _messages(encoder, french, english)["recall_at_1"]) / 2


def evaluate(encoder: TextEncoder, reference: dict[str, Vectors], stored_bytes: int) -> dict[str, Any]:
    """All figures; `reference` holds the teacher's vector of each of `reference_texts`.

    Raises:
        UserError: a text of the evaluation is not in it.
    """
    test = held_out("test", TEST_SIZE)
    queries, english, french = handwritten()

    def teacher(texts: Sequence[str]) -> Vectors:
        try:
            return np.stack([reference[text] for text in texts])
        except KeyError as error:
            raise UserError(
                N_("The prepared texts do not fit this version. Prepare them again: python -m core prepare text")
            ) from error

    ours, theirs = encoder.encode(test.english), teacher(test.english)
    return {
        "descriptions": {
            "n": TEST_SIZE,
            "chance": 1 / TEST_SIZE,
            "french": retrieval(encoder.encode(test.french), ours),
            "english_paraphrase": retrieval(encoder.encode(test.paraphrase), ours),
            "french_with_slips": retrieval(encoder.encode(test.slips(test.french)), ours),
            "english_with_slips": retrieval(encoder.encode(test.slips(test.paraphrase)), ours),
            "french_with_slips_uncorrected": retrieval(_uncorrected(encoder, test.slips(test.french)), ours),
            "floor": {"what": "the teacher reading French", **retrieval(teacher(test.french), theirs)},
            "ceiling": {"what": "the teacher on English paraphrases", **retrieval(teacher(test.paraphrase), theirs)},
        },
        "messages": {
            "n": len(english),
            "french": _messages(encoder, french, english),
            "floor": {"what": "the teacher reading French", **retrieval(teacher(french), teacher(english))},
        },
        "similarity": {
            "descriptions_english": _agreement(ours, theirs),
            "descriptions_french": _agreement(encoder.encode(test.french), theirs),
            "messages_english": _agreement(encoder.encode(english, exclude=False), teacher(english)),
            "messages_french": _agreement(encoder.encode(french, exclude=False), teacher(english)),
        },
        "attributes": {
            "handwritten": attribute_figures(encoder, queries),
            "french": _attributes(encoder, test.french, test.descriptions),
            "french_with_slips": _attributes(encoder, test.slips(test.french), test.descriptions),
            "english_with_slips": _attributes(encoder, test.slips(test.paraphrase), test.descriptions),
        },
        "sample": {"n": SAMPLE_SIZE, "recall_at_1": sample_figure(encoder)},
        "milliseconds": _milliseconds(encoder, [*test.french[:100], *english]),
        "bytes": stored_bytes,
    }


def _messages(encoder: TextEncoder, french: Sequence[str], english: Sequence[str]) -> dict[str, float]:
    return retrieval(encoder.encode(french, exclude=False), encoder.encode(english, exclude=False))


def _uncorrected(encoder: TextEncoder, texts: Sequence[str]) -> Vectors:
    """Vectors by the words as typed: misspelt ones by their n-grams."""
    return encoder.encode_words([words_of(text) for text in texts])


def _agreement(ours: Vectors, theirs: Vectors) -> dict[str, float]:
    """Correlation of our cosines with the teacher's over random pairs of different texts."""
    rng = np.random.default_rng(_SEED)
    left = rng.integers(len(ours), size=_PAIRS)
    right = (left + rng.integers(1, len(ours), size=_PAIRS)) % len(ours)
    a, b = (ours[left] * ours[right]).sum(axis=1), (theirs[left] * theirs[right]).sum(axis=1)
    return {"pearson": float(pearsonr(a, b).statistic), "spearman": float(spearmanr(a, b).statistic)}


def _attributes(
    encoder: TextEncoder, texts: Sequence[str], descriptions: Sequence[captions.Description]
) -> dict[str, float]:
    """Share of the stated values that are read, kind by kind; a value read that was not stated counts as wrong."""
    right: dict[str, list[bool]] = {kind: [] for kind in _STATED}
    for text, description in zip(texts, descriptions, strict=True):
        read = encoder.read(text).attributes
        for kind, value in asdict(description).items():
            if kind in right and value:
                right[kind].append(read.get(kind, ()) == (value,))
    return {kind: float(np.mean(rows)) for kind, rows in right.items()}


def attribute_figures(encoder: TextEncoder, queries: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Of the hand-written queries: the share of values read right, and of queries with all of them right."""
    values: list[bool] = []
    whole: list[bool] = []
    for query in queries:
        read = encoder.read(query["text"]).attributes
        rows = []
        for kind, wanted in query.items():
            if kind == "text":
                continue
            found = read.get(kind, ())
            if kind == "type":
                rows.append(bool(found) and found[0] in wanted)
            else:
                rows.append(set(found) == set(wanted))
        values += rows
        whole.append(all(rows))
    return {"n": len(queries), "values": float(np.mean(values)), "queries": float(np.mean(whole))}


def _milliseconds(encoder: TextEncoder, texts: Sequence[str]) -> dict[str, float]:
    """Median time to read and encode one text, and the share of it that reading takes."""
    times, readings = [], []
    for text in texts:
        start = time.perf_counter()
        reading = encoder.read(text, exclude=False)
        read = time.perf_counter()
        encoder.encode_readings([reading])
        times.append(time.perf_counter() - start)
        readings.append(read - start)
    return {"total": 1000 * float(np.median(times)), "reading": 1000 * float(np.median(readings))}
