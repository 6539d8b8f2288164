"""The command line contract: one JSON object on standard output, one line and exit code 2 for bad input."""

import json
import logging
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.cli import main
from core.settings import settings
from tests.core.datasets.test_products import jpeg, write_raw

SAMPLES = Path(__file__).parents[2] / "app" / "assets" / "samples"


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    captured = capsys.readouterr()
    return int(ended.value.code or 0), captured.out, captured.err


def errors(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("error: ")]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("predict", "emotion"), "Missing argument"),
        (("predict", "emotion", "--colour"), "No such option: --colour; `python -m core predict emotion` takes --json"),
        (("predict", "dreams", "x.jpg"), "'dreams'; after `python -m core predict` comes one of emotion, message"),
        (("dreams",), "recommend, upscale"),
        (("train", "emotion", "--minutes", "soon"), "minutes"),
        (("train", "emotion", "--minutes", "-3"), "minutes"),
        (("evaluate", "emotion", "--data", "nowhere.npz", "--json"), "nowhere.npz: no such file"),
        (("evaluate", "emotion", "--data", "some.npz", "--write"), "leave out --data"),
        (("prepare", "emotion", "--source", "nowhere"), "no FER2013 data in nowhere"),
        (("predict", "emotion", "nowhere.jpg", "--json"), "nowhere.jpg"),
        (("prepare", "product", "--source", "nowhere", "--json"), "no product photos in nowhere"),
        (("prepare", "emoji", "--source", "nowhere"), "nowhere lacks emojibase-data-17.0.0.tgz"),
        (("prepare", "avatar", "--source", "nowhere"), "--target nowhere dicebear-core"),
        (("generate", "emoji", "--out", "nowhere", "--style", "noto", "--message", " "), "give --message, --mood"),
        (("recommend", "--likes", "B000,nothing", "--json"), "no product B000"),
        (("recommend", "--n", "0"), "1 to 100"),
        (("recommend", "--department", "Garden"), "Garden"),
        (("evaluate", "recommender", "--train", "some.txt"), "both --train and --test"),
        (("evaluate", "recommender", "--train", "nowhere.txt", "--test", "nowhere.txt"), "nowhere.txt"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    code, _, err = run(capsys, *arguments)
    assert code == 2
    assert len(errors(err)) == 1
    assert said in errors(err)[0]


@pytest.mark.parametrize(
    "arguments",
    [
        ("report",),
        ("deliver", "--name", "A", "--class", "B"),
        ("generate", "product", "--text", "shoes"),
        ("generate", "avatar", "--theme", "saga"),
        ("generate", "emoji", "--mood", "joy"),
    ],
)
def test_a_file_where_a_folder_should_be_is_said_before_any_work(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    taken = tmp_path / "taken"
    taken.write_text("mine")
    for out in (taken, taken / "inside"):
        code, _, err = run(capsys, *arguments, "--out", out)
        assert code == 2
        assert err.splitlines() == [f"error: {taken} is a file: name a folder"]


def test_libraries_that_tell_of_each_of_their_parts_are_not_heard(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["report", "--languag", "fr"])
    logging.getLogger("fontTools.subset").info("glyf pruned")
    logging.getLogger("fontTools.subset").warning("a damaged font")
    assert capsys.readouterr().err.splitlines()[1:] == ["a damaged font"]


@pytest.mark.parametrize(
    ("verb", "said", "asked"), [("train", None, "1"), ("train", "0", "0"), ("evaluate", None, None)]
)
def test_training_asks_for_the_kernels_that_learn_faster(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, verb: str, said: str | None, asked: str | None
) -> None:
    monkeypatch.delenv("TF_ENABLE_ONEDNN_OPTS")
    if said:
        monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", said)
    run(capsys, verb, "emotion", "--no-such-option")
    assert os.environ.get("TF_ENABLE_ONEDNN_OPTS") == asked


def test_predict_answers_for_every_file_and_one_bad_file_loses_nothing(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"not a picture")
    portrait = sorted(SAMPLES.glob("*.jpg"))[0]
    code, out, _ = run(capsys, "predict", "emotion", portrait, broken, "--json")
    assert code == 0
    good, bad = json.loads(out)["images"]
    assert good["error"] is None
    assert good["file"] == str(portrait)
    face = good["faces"][0]
    assert len(face["box"]) == 4
    assert len(face["scores"]) == 8
    assert face["label"] == max(face["scores"], key=face["scores"].get)
    assert bad["faces"] == []
    assert bad["error"]


def test_evaluate_prints_figures_of_the_given_faces_only(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    np.savez(tmp_path / "set.npz", images=rng.integers(0, 256, (20, 48, 48), dtype=np.uint8), labels=np.arange(20) % 7)
    before = (settings().models / "emotion" / "metrics.json").read_bytes()
    code, out, _ = run(capsys, "evaluate", "emotion", "--data", tmp_path / "set.npz", "--json")
    assert code == 0
    result = json.loads(out)
    assert result["n"] == 20
    assert 0 <= result["accuracy"] <= 1
    assert np.sum(result["confusion"]) == 20
    assert (settings().models / "emotion" / "metrics.json").read_bytes() == before


def test_prepare_writes_clean_faces_and_a_report(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (10, 48, 48), dtype=np.uint8)
    votes = np.full((11, 10), 1)
    votes[3] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 10]  # voters say: not a face
    copied, labels = images[[*range(10), 0]], np.array([*(np.arange(10) % 7), 0])
    np.savez(tmp_path / "train.npz", images=copied, labels=labels, ferplus_votes=votes)
    np.savez(tmp_path / "public_test.npz", images=images, labels=np.arange(10) % 7)
    monkeypatch.setenv("EFFIGIES_PREPARED", str(tmp_path / "out"))
    settings.cache_clear()
    try:
        code, out, _ = run(capsys, "prepare", "emotion", "--source", tmp_path, "--json")
    finally:
        monkeypatch.undo()
        settings.cache_clear()
    assert code == 0
    report = json.loads(out)
    assert report["train"]["n"] == 11
    assert report["train"]["distinct_pictures"] == 10
    assert report["train"]["kept"] == 9  # without the copy and the picture that is no face
    with np.load(tmp_path / "out" / "emotion" / "train.npz") as written:
        assert len(written["labels"]) == 9


def test_prepare_frames_product_photos_with_table_and_report(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "raw"
    source.mkdir()
    write_raw(source, [jpeg(60, 80, (shade, shade, 0)) for shade in range(0, 240, 6)])
    table = pd.read_parquet(source / "metadata_64.parquet")
    table.loc[3, "productDisplayName"] = "=1+1"
    table.to_parquet(source / "metadata_64.parquet")
    monkeypatch.setenv("EFFIGIES_PREPARED", str(tmp_path / "out"))
    settings.cache_clear()
    try:
        code, out, _ = run(capsys, "prepare", "product", "--source", source, "--json")
        (source / "images_native.parquet").unlink()
        again, _, err = run(capsys, "prepare", "product", "--source", source)
    finally:
        monkeypatch.undo()
        settings.cache_clear()
    assert code == 0
    report = json.loads(out)
    assert report == {"read": 40, "dropped": {}, "held_out": 1, "kept": 39, "types": 40, "colours": 40}
    folder = tmp_path / "out" / "product"
    assert {path.name for path in folder.iterdir()} == {"products.npz", "products.csv", "report.json"}
    assert json.loads((folder / "report.json").read_text("utf-8")) == report
    with np.load(folder / "products.npz") as written:
        assert written["images"].shape == (40, 64, 48, 3)
    listed = pd.read_csv(folder / "products.csv")
    assert listed["id"].tolist() == list(range(100, 140))
    assert listed["split"].value_counts().to_dict() == {"train": 39, "validation": 1}
    assert listed["name"][3] == "'=1+1"
    assert again == 2  # the copy of before is not taken for what was asked
    assert "no product photos in" in errors(err)[0]


def test_recommend_gives_products_with_reasons(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "recommend", "--json", "--n", 3)
    assert code == 0
    popular = json.loads(out)["items"]
    assert [set(row) for row in popular] == [{"id", "title", "score", "because"}] * 3
    likes = [row["id"] for row in popular[:2]]
    code, out, _ = run(capsys, "recommend", "--likes", ",".join(likes), "--n", 4, "--json")
    assert code == 0
    items = json.loads(out)["items"]
    assert len(items) == 4
    assert not {row["id"] for row in items} & set(likes)
    assert all(row["because"] for row in items)
