"""Fitted methods as plain arrays: what `fit` learned goes into an npz file, half precision, no pickle."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer

from core.recommender.latent import ContentLSA, content_encoder
from core.recommender.model import RankingMethod

Arrays = dict[str, NDArray[Any]]
_SPARSE = ("data", "indices", "indptr")


def learned(method: RankingMethod, skip: tuple[str, ...] = ()) -> Arrays:
    """Arrays that `fit` left in attributes ending in "_", those of parts included ("neighbours_.weights_.data")."""
    arrays: Arrays = {}
    for name, value in vars(method).items():
        if not name.endswith("_") or name in skip:
            continue
        if isinstance(value, np.ndarray):
            arrays[name] = _small(value)
        elif sparse.issparse(value):
            matrix = sparse.csr_matrix(value)
            arrays |= {
                f"{name}.data": _small(matrix.data),
                f"{name}.indices": _narrow(matrix.indices),
                f"{name}.indptr": matrix.indptr.astype(np.int32),
                f"{name}.shape": np.asarray(matrix.shape),
            }
        elif isinstance(value, RankingMethod):
            arrays |= {f"{name}.{inner}": array for inner, array in learned(value, skip).items()}
    return arrays


def save(path: Path, arrays: Arrays) -> None:
    """Write arrays to a compressed npz file."""
    named: dict[str, Any] = dict(arrays)  # savez takes them as keywords
    np.savez_compressed(path, **named)


def restore(method: RankingMethod, arrays: Arrays) -> RankingMethod:
    """Put arrays of `learned` back into an unfitted method; sub-methods must be set beforehand."""
    for name in sorted({key.partition(".")[0] for key in arrays}):
        inner = {key.partition(".")[2]: array for key, array in arrays.items() if key.partition(".")[0] == name}
        if "" in inner:
            setattr(method, name, _wide(inner[""]))
        elif "shape" in inner:
            data, indices, indptr = (inner[part] for part in _SPARSE)
            shape = tuple(int(side) for side in inner["shape"])
            matrix = sparse.csr_matrix((_wide(data), indices.astype(np.int32), indptr), shape=shape)
            setattr(method, name, matrix)
        else:
            restore(getattr(method, name), inner)
    return method


def save_encoder(content: ContentLSA, folder: Path) -> None:
    """The words, their weights and directions of a content LSA: words.json and encoder.npz."""
    words, svd = content.encoder_[0], content.encoder_[1]
    vocabulary = sorted(words.vocabulary_, key=words.vocabulary_.__getitem__)
    (folder / "words.json").write_text(json.dumps(vocabulary, ensure_ascii=False), encoding="utf-8")
    np.savez_compressed(
        folder / "encoder.npz", idf=words.idf_.astype(np.float32), directions=svd.components_.astype(np.float16)
    )


def load_encoder(content: ContentLSA, folder: Path) -> None:
    """Give a content LSA its encoder back."""
    vocabulary = json.loads((folder / "words.json").read_text(encoding="utf-8"))
    with np.load(folder / "encoder.npz", allow_pickle=False) as saved:
        idf, directions = saved["idf"], saved["directions"].astype(np.float32)
    encoder = content_encoder(len(directions), content.random_state, len(vocabulary))
    words: TfidfVectorizer = encoder[0]
    words.set_params(vocabulary={word: place for place, word in enumerate(vocabulary)})
    words.idf_ = idf
    svd: TruncatedSVD = encoder[1]
    svd.components_ = directions
    content.encoder_ = encoder


def _small(array: NDArray[Any]) -> NDArray[Any]:
    if array.dtype.kind != "f":
        return array
    single = array.astype(np.float32)
    half = single.astype(np.float16)
    return half if np.isfinite(half).all() else single


def _wide(array: NDArray[Any]) -> NDArray[Any]:
    return array.astype(np.float32) if array.dtype.kind == "f" else array


def _narrow(indices: NDArray[Any]) -> NDArray[Any]:
    return indices.astype(np.uint16 if indices.max(initial=0) < 2**16 else np.int32)
