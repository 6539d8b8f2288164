"""What the encoder learns from: texts in both languages, each with the English text whose teacher vector is its target.

    python -m core prepare text --source FOLDER

Product captions and names (train combinations only), generated descriptions in both languages, paired messages, emoji
names and keywords (Unicode CLDR), single words. Everything the teacher has to say is computed here, once.
"""

import json
import logging
import tarfile
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import N_, UserError
from core.text import captions
from core.text.lexicon import Language, Lexicon, load_lexicon
from core.text.words import plain, tokenize, words_of

log = logging.getLogger(__name__)
ANNOTATIONS = "cldr-annotations-full-*.tgz"
METADATA = "metadata_64.parquet"
_MESSAGES = Path(__file__).with_name("messages.toml")
_SEED = 11


@dataclass(frozen=True)
class Pair:
    """A text to read and the English text that says the same; `language` is the text's."""

    text: str
    target: str
    language: Language
    source: str


@dataclass(frozen=True)
class Sizes:
    """How many texts of each kind; the defaults take the teacher about five minutes on one core."""

    descriptions: int = 11000
    wordings: int = 3
    names: int = 5000
    words: int = 4000
    fillings: int = 12
    joined: int = 2500
    bags: int = 3000


@dataclass(frozen=True)
class Corpus:
    """Pairs, the distinct targets, the teacher's vectors of these (N, 384), and each pair's row among them.

    `vocabulary` is as `vocabulary()` made it when the texts were prepared.
    """

    pairs: list[Pair]
    vocabulary: list[list[str]]
    targets: list[str]
    vectors: NDArray[np.float32]
    rows: NDArray[np.int64]


def product_pairs(source: Path, count: int) -> list[Pair]:
    """Captions and short names of the products, without the combinations held out.

    Raises:
        UserError: the products are not in `source`.
    """
    import pandas as pd

    if not (source / METADATA).exists():
        raise UserError(N_("The products' {file} is not in {folder}."), file=METADATA, folder=source)
    columns = ["caption", "short_name", "articleType", "baseColour", "gender"]
    table = pd.read_parquet(source / METADATA, columns=columns).fillna("")
    seen: dict[str, str] = {}
    for row in table.itertuples(index=False):
        if captions.split_of(row.articleType, row.baseColour, row.gender) == "train":
            seen.setdefault(str(row.caption), "caption")
            seen.setdefault(" ".join(str(row.short_name).lower().split()), "name")
    names = [text for text, kind in seen.items() if kind == "name" and len(words_of(text)) > 1]
    chosen = np.random.default_rng(_SEED).permutation(len(names))[:count]
    pairs = [Pair(text, text, "en", "caption") for text, kind in seen.items() if kind == "caption"]
    return pairs + [Pair(names[i], names[i], "en", "name") for i in sorted(chosen)]


def description_pairs(lexicon: Lexicon, sizes: Sizes) -> list[Pair]:
    """Generated descriptions: French and English wordings of each, all with its canonical English text as target."""
    rng = np.random.default_rng(_SEED)
    found: dict[str, captions.Description] = {}
    while len(found) < sizes.descriptions:
        description = captions.draw(rng, lexicon)
        if description.split == "train":
            found.setdefault(captions.canonical(description, lexicon), description)
    pairs = []
    for target, description in found.items():
        pairs.append(Pair(target, target, "en", "description"))
        french = {captions.french(description, lexicon, rng) for _ in range(sizes.wordings)}
        english = {captions.english(description, lexicon, rng) for _ in range(sizes.wordings - 1)}
        pairs += [Pair(text, target, "fr", "description") for text in sorted(french)]
        pairs += [Pair(text, target, "en", "description") for text in sorted(english)]
    for text, target in captions.single_values(lexicon):
        language: Language = "fr" if lexicon.phrases[words_of(text)][0].language == "fr" else "en"
        pairs.append(Pair(text, target, language, "value"))
    return pairs


def message_pairs(sizes: Sizes) -> list[Pair]:
    """The templates of `messages.toml` filled in, alone and two by two, and its everyday words."""
    content = tomllib.loads(_MESSAGES.read_text(encoding="utf-8"))
    slots = {name: [_both(line) for line in lines] for name, lines in content["slots"].items()}
    rng = np.random.default_rng(_SEED)
    filled: list[tuple[str, str]] = []
    for lines in content["topics"].values():
        for line in lines:
            used = [name for name in slots if f"{{{name}}}" in line]
            count = sizes.fillings if used else 1
            filled += sorted({_fill(line, {name: _choose(rng, slots[name]) for name in used}) for _ in range(count)})
    flat = list(filled)
    for _ in range(sizes.joined):
        first, second = flat[int(rng.integers(len(flat)))], flat[int(rng.integers(len(flat)))]
        filled.append((_join(first[0], second[0]), _join(first[1], second[1])))
    words = [(form, english) for english, french in map(_both, content["words"]["pairs"]) for form in french.split()]
    bags = []  # what a sentence of these words would be about, whatever its grammar
    for _ in range(sizes.bags):
        bag = [words[int(i)] for i in rng.integers(len(words), size=rng.integers(2, 5))]
        bags.append((" ".join(english for _, english in bag), " ".join(french for french, _ in bag)))
    singles = [Pair(form, english, "fr", "everyday") for form, english in words]
    return _pairs(filled, "message") + singles + _pairs(bags, "everyday")


def _join(first: str, second: str) -> str:
    return f"{first.rstrip(' .')}{'' if first.rstrip()[-1] in '!?' else '.'} {second}"


def _both(line: str) -> tuple[str, str]:
    english, french = line.split("|")
    return english.strip(), french.strip()


def _choose(rng: np.random.Generator, options: Sequence[tuple[str, str]]) -> tuple[str, str]:
    return options[int(rng.integers(len(options)))]


def _fill(line: str, slots: dict[str, tuple[str, str]]) -> tuple[str, str]:
    english, french = _both(line)
    return (
        english.format(**{name: pair[0] for name, pair in slots.items()}),
        french.format(**{name: pair[1] for name, pair in slots.items()}),
    )


def _pairs(both: Iterable[tuple[str, str]], source: str) -> list[Pair]:
    pairs = []
    for english, french in both:
        pairs += [Pair(english, english, "en", source), Pair(french, english, "fr", source)]
    return pairs


def emoji_pairs(source: Path) -> list[Pair]:
    """Names and keywords of emoji in both languages, from the npm package cldr-annotations-full (Unicode-3.0).

    Raises:
        UserError: the package is not in `source`.
    """
    archives = sorted(source.glob(ANNOTATIONS))
    if not archives:
        raise UserError(
            N_("The emoji names are not in {folder}. Get them there: npm pack cldr-annotations-full"), folder=source
        )
    rows: dict[str, dict[str, dict[str, list[str]]]] = {}
    with tarfile.open(archives[-1]) as archive:
        for language in ("en", "fr"):
            file = archive.extractfile(f"package/annotations/{language}/annotations.json")
            if file is None:
                raise UserError(N_("{file} holds no emoji names."), file=archives[-1].name)
            rows[language] = json.load(file)["annotations"]["annotations"]
    both = []
    for symbol, english in rows["en"].items():
        french = rows["fr"].get(symbol, {})
        if "tts" in english and "tts" in french:
            both.append((english["tts"][0], french["tts"][0]))
            if len(english.get("default", [])) > 2 and len(french.get("default", [])) > 2:
                both.append((", ".join(english["default"][:10]), ", ".join(french["default"][:10])))
    return _pairs(both, "emoji")


def collect(products: Path, source: Path, word_list: Sequence[str], sizes: Sizes) -> list[Pair]:
    """All pairs, without repeats."""
    pairs = [
        *product_pairs(products, sizes.names),
        *description_pairs(load_lexicon(), sizes),
        *message_pairs(sizes),
        *emoji_pairs(source),
        *(Pair(word, word, "en", "word") for word in word_list),
    ]
    return list(dict.fromkeys(pairs))


def vocabulary(pairs: Sequence[Pair], lexicon: Lexicon, least: int = 3, limit: int = 11000) -> list[list[str]]:
    """Words the encoder knows: rows of folded word, languages ("en", "fr", "en fr"), usual spelling; the lexicon first.

    The lexicon's words all belong to it; others if they occur in `least` texts, or once in a message, an emoji's
    keywords or the list of single words.
    """
    counts: Counter[str] = Counter()
    spellings: Counter[tuple[str, str]] = Counter()
    languages: dict[str, set[str]] = {}
    for pair in pairs:
        for token in {token.word: token for token in tokenize(plain(pair.text)) if token.word}.values():
            counts[token.word] += least if pair.source in ("word", "emoji", "message", "everyday") else 1
            spellings[token.word, token.text.lower()] += 1 if pair.source != "value" else 0  # these are without accents
            if pair.source != "name" or token.word not in languages:
                languages.setdefault(token.word, set()).add(pair.language)
    own = lexicon.words("en") | lexicon.words("fr")
    codes: tuple[Language, Language] = ("en", "fr")
    for code in codes:
        for word in lexicon.words(code):
            languages.setdefault(word, set()).add(code)
    usual = {word: spelling for (word, spelling), _ in reversed(spellings.most_common())}
    frequent = [word for word, count in counts.most_common() if count >= least and len(word) > 1 and word not in own]
    kept = sorted(own) + frequent[: max(0, limit - len(own))]
    return [[word, " ".join(sorted(languages[word])), usual.get(word, word)] for word in kept]


def save(folder: Path, pairs: Sequence[Pair], targets: Sequence[str], vectors: NDArray[np.float32]) -> None:
    """Write `pairs.json` and `targets.npz`, from which training reads."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [[p.text, p.target, p.language, p.source] for p in pairs]
    content = {"pairs": rows, "vocabulary": vocabulary(pairs, load_lexicon())}
    (folder / "pairs.json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    np.savez(folder / "targets.npz", texts=np.array(targets), vectors=vectors.astype(np.float16))


def load(folder: Path) -> Corpus:
    """Read what `save` wrote.

    Raises:
        UserError: it is not there.
    """
    try:
        content = json.loads((folder / "pairs.json").read_text(encoding="utf-8"))
        with np.load(folder / "targets.npz", allow_pickle=False) as saved:
            targets, vectors = saved["texts"].tolist(), saved["vectors"].astype(np.float32)
    except OSError as error:
        raise UserError(N_("The texts to learn from are not prepared yet: python -m core prepare text")) from error
    place = {text: row for row, text in enumerate(targets)}
    pairs = [Pair(*row) for row in content["pairs"]]
    rows = np.array([place[pair.target] for pair in pairs])
    return Corpus(pairs, content["vocabulary"], targets, vectors, rows)
