"""What training reads: held-out combinations are nowhere in it."""

import io
import json
import tarfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.errors import UserError
from core.text import corpus
from core.text.captions import split_of
from core.text.corpus import Pair, Sizes
from core.text.lexicon import load_lexicon

SMALL = Sizes(descriptions=40, wordings=2, names=10, words=3, fillings=1, joined=5, bags=5)


def products(folder: Path) -> pd.DataFrame:
    rows = [
        {"articleType": kind, "baseColour": colour, "gender": "Men", "short_name": f"Fancy {colour} {kind}"}
        for kind in ("Shirts", "Belts", "Caps", "Socks")
        for colour in ("Red", "Blue", "Black", "Green", "White")
    ]
    table = pd.DataFrame(rows)
    table["caption"] = (table["baseColour"] + " " + table["articleType"] + " for men").str.lower()
    table.to_parquet(folder / corpus.METADATA)
    return table


def test_products_of_held_out_combinations_are_left_out(tmp_path: Path) -> None:
    table = products(tmp_path)
    train = [split_of(r.articleType, r.baseColour, r.gender) == "train" for r in table.itertuples()]
    assert not all(train)
    texts = {pair.text for pair in corpus.product_pairs(tmp_path, 100)}
    assert texts == set(table.caption[train]) | set(table.short_name[train].str.lower())


def test_pairs_say_the_same_in_two_languages() -> None:
    pairs = corpus.message_pairs(SMALL)
    assert {pair.language for pair in pairs} == {"en", "fr"}
    assert not any("{" in pair.text for pair in pairs)
    assert Pair("Je t'aime", "I love you", "fr", "message") in pairs


def test_descriptions_are_of_training_combinations() -> None:
    lexicon = load_lexicon()
    pairs = corpus.description_pairs(lexicon, SMALL)
    assert pairs == corpus.description_pairs(lexicon, SMALL)
    assert Pair("rayee", "striped", "fr", "value") in pairs


def test_emoji_names_are_paired(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="npm pack"):
        corpus.emoji_pairs(tmp_path)
    names = {"en": ["grinning face", ["face", "happy", "smile"]], "fr": ["visage rieur", ["joie", "rire", "visage"]]}
    with tarfile.open(tmp_path / "cldr-annotations-full-48.2.0.tgz", "w:gz") as archive:
        for language, (name, words) in names.items():
            content = {"annotations": {"annotations": {"😀": {"default": words, "tts": [name]}}}}
            raw = json.dumps(content).encode()
            member = tarfile.TarInfo(f"package/annotations/{language}/annotations.json")
            member.size = len(raw)
            archive.addfile(member, io.BytesIO(raw))
    assert {(pair.text, pair.target) for pair in corpus.emoji_pairs(tmp_path)} == {
        ("grinning face", "grinning face"),
        ("visage rieur", "grinning face"),
        ("face, happy, smile", "face, happy, smile"),
        ("joie, rire, visage", "face, happy, smile"),
    }


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    pairs = [Pair("désolé", "sorry", "fr", "message"), Pair("sorry", "sorry", "en", "message")]
    corpus.save(tmp_path, pairs, ["sorry"], np.full((1, 384), 0.5, np.float32))
    loaded = corpus.load(tmp_path)
    assert loaded.pairs == pairs
    assert loaded.rows.tolist() == [0, 0]
    assert ["desole", "fr", "désolé"] in loaded.vocabulary
    with pytest.raises(UserError, match="prepare text"):
        corpus.load(tmp_path / "nowhere")
