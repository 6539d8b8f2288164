"""What PCA and linear discriminant analysis do for the catalogue: maps, and how few dimensions keep how much."""

import time
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.neighbors import KNeighborsClassifier

from core.recommender import evaluation, metrics
from core.recommender.evaluation import Split
from core.recommender.interactions import from_pairs
from core.recommender.latent import ContentLSA
from core.recommender.model import Catalogue, best, blocks, needs, weights_of_age
from core.recommender.products import Shop, plain_name

DIMENSIONS = (8, 16, 32, 64, 128, 256, 384)
REDUCED = (2, 5, 16, 64, 128)
REQUESTS = 20
FOLDS = 5
NAME_COMPONENTS = 256


def name_embedding(shop: Shop) -> NDArray[np.float32]:
    """Products placed by title and brand alone (n_items, 256): category words would give the department away."""
    catalogue = replace(shop.catalogue(), documents=[plain_name(product) for product in shop.products])
    nobody = from_pairs(np.empty(0, np.int32), np.empty(0, np.int32), 0, len(shop))
    return ContentLSA(NAME_COMPONENTS).fit(nobody, catalogue).embedding_


def product_maps(embedding: NDArray[np.float32], departments: NDArray[np.int32]) -> dict[str, NDArray[np.float32]]:
    """Two coordinates per product, axes of unit deviation: "pca" (most variance) and "lda" (departments apart)."""
    maps = {
        "pca": PCA(2, random_state=0).fit_transform(embedding),
        "lda": LinearDiscriminantAnalysis(n_components=2).fit_transform(embedding, departments),
    }
    return {name: (places / places.std(axis=0)).astype(np.float32) for name, places in maps.items()}


def lsa_dimensions(part: Split, catalogue: Catalogue, recency: float) -> list[dict[str, Any]]:
    """Content LSA by number of dimensions: variance kept, NDCG@10 on `part`, time of one request, floats per product.

    The last row is the tf-idf matrix itself, unreduced.
    """
    users = part.users
    widest = ContentLSA(DIMENSIONS[-1], recency).fit(part.train, catalogue)
    svd = widest.encoder_[1]
    reduced = svd.transform(widest.encoder_[0].transform(needs(catalogue).documents))
    rows = []
    for count in DIMENSIONS:  # singular directions are nested: the first 8 of 384 are those of 8
        method = ContentLSA(count, recency)
        vectors = reduced[:, :count].astype(np.float32)
        method.embedding_ = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
        variance = float(svd.explained_variance_ratio_[:count].sum())
        rows.append(_row(method, part, users, str(count), variance))
    words = widest.encoder_[0].transform(needs(catalogue).documents)  # rows of unit length
    history = part.train.histories()[users]
    started = time.perf_counter()
    for row in range(min(REQUESTS, history.shape[0])):  # one at a time, as the others
        (weights_of_age(history[row], recency) @ words @ words.T).toarray()
    milliseconds = 1000 * (time.perf_counter() - started) / max(min(REQUESTS, history.shape[0]), 1)
    tops = [
        best(np.asarray((weights_of_age(rows_, recency) @ words @ words.T).toarray()), rows_, evaluation.K)
        for rows_ in blocks(history, 1000)
    ]
    ndcg = metrics.ranking(np.concatenate(tops), part.truth.binary()[users])["ndcg"].mean()
    per_product = words.nnz / words.shape[0]
    rows.append(
        {
            "dimensions": "tf-idf",
            "variance": 1.0,
            "ndcg": float(ndcg),
            "milliseconds": milliseconds,
            "floats": per_product,
        }
    )
    return rows


def reductions(embedding: NDArray[np.float32], departments: NDArray[np.int32]) -> list[dict[str, Any]]:
    """How well a product's department is told by its nearest neighbours, after PCA and after LDA: 5-fold accuracy.

    LDA has at most one dimension fewer than departments; it is fitted inside each fold. The floor is the largest
    department's share; the ceiling row uses all dimensions.
    """
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    rows = [{"method": "floor", "dimensions": 0, "accuracy": float(np.bincount(departments).max() / len(departments))}]
    classes = len(np.unique(departments))
    for count in (count for count in REDUCED if count < embedding.shape[1]):
        for name, model in (
            ("pca", PCA(count, random_state=0)),
            ("lda", LinearDiscriminantAnalysis(n_components=count) if count < classes else None),
        ):
            if model is None:
                continue
            scores = []
            started = time.perf_counter()
            for train, test in folds.split(embedding, departments):
                model.fit(embedding[train], departments[train])
                near = KNeighborsClassifier(15).fit(model.transform(embedding[train]), departments[train])
                scores.append(near.score(model.transform(embedding[test]), departments[test]))
            seconds = time.perf_counter() - started
            rows.append({"method": name, "dimensions": count, "accuracy": float(np.mean(scores)), "seconds": seconds})
    started = time.perf_counter()
    full = cross_val_score(KNeighborsClassifier(15), embedding, departments, cv=folds).mean()
    seconds = time.perf_counter() - started
    rows.append({"method": "all", "dimensions": embedding.shape[1], "accuracy": float(full), "seconds": seconds})
    direct = cross_val_score(LinearDiscriminantAnalysis(), embedding, departments, cv=folds).mean()
    rows.append({"method": "lda_classifier", "dimensions": embedding.shape[1], "accuracy": float(direct)})
    return rows


def _row(method: ContentLSA, part: Split, users: NDArray[np.int64], label: str, variance: float) -> dict[str, Any]:
    history = part.train.histories()[users[:REQUESTS]]
    started = time.perf_counter()
    for row in range(history.shape[0]):
        method.score(history[row])
    milliseconds = 1000 * (time.perf_counter() - started) / max(history.shape[0], 1)
    return {
        "dimensions": label,
        "variance": variance,
        "ndcg": evaluation.quick(method, part, users),
        "milliseconds": milliseconds,
        "floats": int(method.embedding_.shape[1]),
    }
