"""A stored model opens as it was saved, or says what is wrong with it."""

import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core import artifacts
from core.artifacts import (
    ArtifactError,
    git_commit,
    load_keras,
    open_artifact,
    read_metrics,
    replacing,
    save_keras,
    write_json,
    write_manifest,
)
from core.settings import ROOT

DATA = [{"name": "Faces", "origin": "somewhere", "terms": "free"}]


def fill(folder: Path, content: bytes = b"weights" * 1000, **changes: Any) -> None:
    (folder / "network.keras").write_bytes(content)
    (folder / "labels.txt").write_text("happy\nsad\n", encoding="utf-8")
    described: dict[str, Any] = {
        "name": "emotion",
        "data": DATA,
        "parameters": {"width": 48, "rate": np.float32(0.5), "classes": ("a", "b")},
        "metrics": {"accuracy": 0.73},
        "credits": ["Someone"],
    }
    write_manifest(folder, **(described | changes))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "models" / "emotion"
    path.mkdir(parents=True)
    fill(path)
    return path


def complaint(folder: Path) -> str:
    with pytest.raises(ArtifactError) as caught:
        open_artifact(folder)
    return str(caught.value)


def test_a_model_opens_as_it_was_described(folder: Path) -> None:
    manifest = open_artifact(folder)
    assert manifest.name == "emotion"
    assert set(manifest.files) == {"network.keras", "labels.txt"}
    assert manifest.data[0].terms == "free"
    assert manifest.parameters == {"width": 48, "rate": 0.5, "classes": ["a", "b"]}
    assert manifest.metrics == {"accuracy": 0.73}
    assert manifest.credits == ["Someone"]
    assert abs((datetime.now(UTC).date() - manifest.created).days) <= 1
    assert manifest.commit == git_commit()


def test_the_manifest_is_json_that_anyone_can_read(folder: Path) -> None:
    content = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert content["format_version"] == artifacts.FORMAT_VERSION
    assert content["created"] == open_artifact(folder).created.isoformat()


def test_card_metrics_and_other_models_beside_it_are_not_part_of_it(folder: Path) -> None:
    (folder / "CARD.md").write_text("# Card", encoding="utf-8")
    (folder / "textbook").mkdir()
    (folder / "textbook" / "plain.keras").write_bytes(b"x")
    write_json(folder / "metrics.json", {"accuracy": 0.5})
    fill(folder)
    assert set(open_artifact(folder).files) == {"network.keras", "labels.txt"}


def test_missing_model_says_how_to_train_it(tmp_path: Path) -> None:
    assert (
        complaint(tmp_path / "emotion") == "The model emotion is not here yet. Train it: python -m core train emotion"
    )
    with pytest.raises(ArtifactError, match="core train emotion --textbook"):
        open_artifact(tmp_path / "textbook", train="emotion --textbook")


def test_missing_manifest(folder: Path) -> None:
    (folder / "manifest.json").unlink()
    assert "not here yet" in complaint(folder)


@pytest.mark.security
@pytest.mark.parametrize("place", [0, 3500, 6999])
def test_one_flipped_bit_is_noticed(folder: Path, place: int) -> None:
    content = bytearray((folder / "network.keras").read_bytes())
    content[place] ^= 1
    (folder / "network.keras").write_bytes(content)
    assert "network.keras has changed" in complaint(folder)
    assert "python -m core train emotion" in complaint(folder)


def test_deleted_and_unreadable_files_are_noticed(folder: Path) -> None:
    (folder / "labels.txt").unlink()
    assert "labels.txt is missing" in complaint(folder)
    (folder / "labels.txt").mkdir()
    assert "labels.txt is missing or cannot be read" in complaint(folder)


@pytest.mark.security
@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b"\xff\xfe\x00", b"{}", b"[" * 100_000, b'{"format_version": "9"}']
)
def test_garbage_manifest(folder: Path, content: bytes) -> None:
    (folder / "manifest.json").write_bytes(content)
    assert "manifest.json is not valid" in complaint(folder)


def edit(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    content = json.loads((folder / "manifest.json").read_bytes())
    change(content)
    (folder / "manifest.json").write_text(json.dumps(content), encoding="utf-8")


@pytest.mark.security
@pytest.mark.parametrize(
    "name", ["../x", "/etc/hostname", "..", ".", "", "a/../../x", "..\\x", "C:x", ".hidden", "x\n"]
)
def test_a_manifest_cannot_reach_out_of_its_folder(folder: Path, name: str) -> None:
    (folder.parent / "x").write_bytes(b"")
    edit(folder, lambda content: content["files"].update({name: "0" * 64}))
    assert "manifest.json is not valid" in complaint(folder)


@pytest.mark.parametrize("key", ["files", "commit", "data", "parameters"])
def test_a_manifest_with_holes_is_not_valid(folder: Path, key: str) -> None:
    edit(folder, lambda content: content.pop(key))
    assert "manifest.json is not valid" in complaint(folder)


def test_newer_formats_are_named_as_such(folder: Path) -> None:
    edit(folder, lambda content: content.update(format_version=artifacts.FORMAT_VERSION + 1, new_field=1))
    assert "newer version of Effigies" in complaint(folder)


def test_replacing_swaps_the_model_and_drops_figures_that_no_longer_hold(folder: Path) -> None:
    (folder / "CARD.md").write_text("# Card", encoding="utf-8")
    (folder / "textbook").mkdir()
    write_json(folder / "metrics.json", {"accuracy": 0.5})
    with replacing(folder) as draft:
        (draft / "better.keras").write_bytes(b"better")
        write_manifest(draft, name="emotion", data=DATA, parameters={}, metrics={}, credits=[])
    assert set(open_artifact(folder).files) == {"better.keras"}
    assert {path.name for path in folder.iterdir()} == {"better.keras", "manifest.json", "CARD.md", "textbook"}
    assert [path.name for path in folder.parent.iterdir()] == ["emotion"]


def test_replacing_makes_the_first_model_too(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "models" / "avatar"
    with replacing(folder) as draft:
        fill(draft)
    assert open_artifact(folder).name == "emotion"


def test_replacing_that_fails_changes_nothing(folder: Path) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(TypeError, match="not data"), replacing(folder) as draft:
        fill(draft, b"half", parameters={"width": object()})
    with pytest.raises(FileNotFoundError, match=r"manifest\.json"), replacing(folder) as draft:
        (draft / "network.keras").write_bytes(b"no manifest")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert [path.name for path in folder.parent.iterdir()] == ["emotion"]


@pytest.mark.security
def test_a_hostile_former_manifest_removes_nothing(folder: Path) -> None:
    outside = folder.parent / "x"
    outside.write_bytes(b"keep me")
    edit(folder, lambda content: content["files"].update({"../x": "0" * 64}))
    with replacing(folder) as draft:
        fill(draft)
    assert outside.read_bytes() == b"keep me"


def test_json_is_stable_and_takes_numpy(tmp_path: Path) -> None:
    path = tmp_path / "metrics.json"
    write_json(path, {"b": np.float64(0.25), "a": np.arange(2), "é": np.int64(3)})
    first = path.read_bytes()
    assert json.loads(first) == {"a": [0, 1], "b": 0.25, "é": 3}
    write_json(path, {"é": 3, "a": [0, 1], "b": 0.25})
    assert path.read_bytes() == first
    assert first.endswith(b"}\n")
    assert "é".encode() in first


@pytest.mark.parametrize(("content", "error"), [({"a": float("nan")}, ValueError), ({"a": object()}, TypeError)])
def test_json_that_fails_leaves_the_old_file(tmp_path: Path, content: object, error: type[Exception]) -> None:
    path = tmp_path / "metrics.json"
    write_json(path, {"a": 1})
    with pytest.raises(error):
        write_json(path, content)
    assert json.loads(path.read_bytes()) == {"a": 1}
    assert [file.name for file in tmp_path.iterdir()] == ["metrics.json"]


def test_a_crash_while_writing_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "metrics.json"
    write_json(path, {"a": 1})

    def full_disk(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(Path, "replace", full_disk)
    with pytest.raises(OSError, match="disk full"):
        write_json(path, {"a": 2})
    assert json.loads(path.read_bytes()) == {"a": 1}
    assert [file.name for file in tmp_path.iterdir()] == ["metrics.json"]


def test_metrics_read_back_or_say_how_to_measure(folder: Path) -> None:
    with pytest.raises(ArtifactError, match="python -m core evaluate emotion"):
        read_metrics(folder)
    write_json(folder / "metrics.json", {"accuracy": 0.5})
    assert read_metrics(folder) == {"accuracy": 0.5}
    for content in (b"{", b"[]", b"\xff"):
        (folder / "metrics.json").write_bytes(content)
        with pytest.raises(ArtifactError, match="missing or damaged"):
            read_metrics(folder)


def test_commit_is_that_of_the_checkout_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git = shutil.which("git")
    monkeypatch.setattr(artifacts, "ROOT", tmp_path)
    assert git_commit() is None
    (tmp_path / ".git").mkdir()  # damaged: not a repository
    assert git_commit() is None
    if git:
        author = ["-c", "user.name=a", "-c", "user.email=a@b"]
        for command in (["init", "-q"], [*author, "commit", "-q", "--allow-empty", "-m", "x", "--no-gpg-sign"]):
            subprocess.run([git, *command], cwd=tmp_path, check=True)
        head = subprocess.run([git, "rev-parse", "HEAD"], cwd=tmp_path, capture_output=True, text=True, check=True)
        assert git_commit() == head.stdout.strip()
    monkeypatch.setenv("PATH", "")
    assert git_commit() is None


def test_importing_does_not_load_a_neural_network_library() -> None:
    code = (
        "import sys, core.artifacts;"
        "print([m for m in ('tensorflow', 'keras', 'jax', 'h5py', 'numpy', 'streamlit') if m in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert result.stdout == "[]\n"


@pytest.fixture(scope="module")
def network() -> Any:
    import keras

    keras.utils.set_random_seed(1)
    inputs = keras.Input((8, 8, 1))
    x = keras.layers.Conv2D(64, 3, name="first")(inputs)
    x = keras.layers.BatchNormalization(name="norm")(x)
    x = keras.layers.Conv2D(64, 3, activation="relu")(x)
    x = keras.layers.Dense(8)(keras.layers.Flatten()(x))
    model = keras.Model(inputs, {"label": x})
    norm = model.get_layer("norm")
    norm.moving_variance.assign(np.full(64, 1e-8, np.float32))  # less than float16 can tell from zero
    return model


def test_a_network_loads_exactly_as_saved(network: Any, tmp_path: Path) -> None:
    save_keras(network, tmp_path / "network.keras")
    loaded = load_keras(tmp_path / "network.keras")
    for kept, weight in zip(loaded.get_weights(), network.get_weights(), strict=True):
        assert np.array_equal(kept, weight)
    assert not loaded.compiled
    assert [path.name for path in tmp_path.iterdir()] == ["network.keras"]


def test_half_precision_halves_the_file_and_loads_as_float32(network: Any, tmp_path: Path) -> None:
    import keras

    save_keras(network, tmp_path / "full.keras")
    save_keras(network, tmp_path / "half.keras", half=True)
    assert (tmp_path / "half.keras").stat().st_size < 0.65 * (tmp_path / "full.keras").stat().st_size
    loaded = load_keras(tmp_path / "half.keras")
    for kept, exact in zip(loaded.get_weights(), network.get_weights(), strict=True):
        assert kept.dtype == np.float32
        assert np.array_equal(kept, exact.astype(np.float16) if exact.ndim >= 2 else exact)
    assert keras.config.floatx() == "float32"
    faces = np.random.default_rng(2).normal(size=(4, 8, 8, 1)).astype(np.float32)
    scores, rounded = (np.asarray(model(faces)["label"]) for model in (network, loaded))
    assert np.abs(scores - rounded).max() < 1e-2 * np.abs(scores).max()


def test_values_beyond_half_precision_stay_exact(tmp_path: Path) -> None:
    import keras

    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2, use_bias=False)])
    model.set_weights([np.array([[1e6, 0.1], [0.2, 0.3]], np.float32)])
    save_keras(model, tmp_path / "network.keras", half=True)
    assert np.array_equal(load_keras(tmp_path / "network.keras").get_weights()[0], model.get_weights()[0])


def test_a_save_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    class Broken:
        def save(self, path: Path) -> None:
            path.write_bytes(b"half")
            raise RuntimeError("power cut")

    (tmp_path / "network.keras").write_bytes(b"old")
    with pytest.raises(RuntimeError, match="power cut"):
        save_keras(Broken(), tmp_path / "network.keras")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"network.keras": b"old"}


@pytest.mark.security
def test_code_inside_a_model_file_is_refused(tmp_path: Path) -> None:
    import keras

    model = keras.Sequential([keras.Input((2,)), keras.layers.Lambda(lambda x: x * 2)])
    folder = tmp_path / "emotion"
    folder.mkdir()
    save_keras(model, folder / "network.keras")
    with pytest.raises(
        ArtifactError, match=r"model emotion cannot be used: its file network\.keras .*core train emotion"
    ):
        load_keras(folder / "network.keras")


@pytest.mark.security
def test_bad_model_files_are_refused(network: Any, tmp_path: Path) -> None:
    path = tmp_path / "network.keras"
    save_keras(network, path)
    whole = path.read_bytes()
    with zipfile.ZipFile(tmp_path / "other.keras", "w") as archive:
        archive.writestr("config.json", "{}")
    for content in (b"", b"junk", whole[: len(whole) // 2], (tmp_path / "other.keras").read_bytes(), None):
        path.unlink() if content is None else path.write_bytes(content)
        with pytest.raises(ArtifactError, match="cannot be used"):
            load_keras(path)
