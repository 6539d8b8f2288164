"""Latent semantic analysis, of who chose what and of what products say about themselves; and the graph filter GF-CF.

Truncated SVD: Deerwester et al. 1990; of interactions: Cremonesi et al. 2010 (PureSVD). GF-CF: Shen et al. 2021,
"How powerful is graph convolution for recommendation?" (arXiv:2108.07567).
"""

from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import Normalizer

from core.recommender import cooccurrence
from core.recommender.interactions import Interactions
from core.recommender.model import Catalogue, RankingMethod, needs, weights_of_age

MAX_FEATURES = 20_000


class InteractionLSA(RankingMethod):
    """Histories projected on the leading singular directions of the interaction matrix and back.

    `item_power` and `user_power` temper long histories and popular products before the decomposition.
    """

    def __init__(
        self, components: int = 64, item_power: float = 0.5, user_power: float = 0.25, random_state: int = 0
    ) -> None:
        self.components = components
        self.item_power = item_power
        self.user_power = user_power
        self.random_state = random_state

    def fit(self, interactions: Interactions, catalogue: Catalogue | None = None) -> Self:
        """Decompose."""
        degrees = np.maximum(interactions.popularity, 1).astype(np.float64)
        scaled = normalised(interactions, self.user_power, self.item_power)
        self.scale_ = (degrees**-self.item_power).astype(np.float32)
        rank = min(self.components, min(scaled.shape) - 1)
        if rank < 1:  # one shopper or one product: nothing to decompose
            self.directions_ = np.zeros((interactions.n_items, 1), dtype=np.float32)
            return self
        svd = TruncatedSVD(rank, algorithm="randomized", random_state=self.random_state, n_iter=4).fit(scaled)
        self.directions_ = svd.components_.T.astype(np.float32)  # (n_items, rank)
        return self

    def score(self, histories: sparse.csr_matrix) -> NDArray[np.float32]:
        """Histories times D V V^T D^-1, D the degree weights of the products, V the directions."""
        return np.asarray(self.profile(histories) @ self.directions_.T / self.scale_, dtype=np.float32)

    def profile(self, histories: sparse.csr_matrix) -> NDArray[np.float32]:
        """Histories in the latent space, (B, components)."""
        weighted = weights_of_age(histories, 1.0)
        weighted.data = self.scale_[weighted.indices]
        return np.asarray(weighted @ self.directions_, dtype=np.float32)

    def contributions(self, history: sparse.csr_matrix, item: int) -> NDArray[np.float32]:
        """One inner product per product of the history."""
        rows = history.indices
        inner = self.directions_[rows] @ self.directions_[item]
        return np.asarray(inner * self.scale_[rows] / self.scale_[item], dtype=np.float32)


class GFCF(RankingMethod):
    """Graph filter: normalised co-occurrence (linear filter) plus `alpha` times LSA (ideal low-pass filter)."""

    def __init__(self, components: int = 128, alpha: float = 0.3, random_state: int = 0) -> None:
        self.components = components
        self.alpha = alpha
        self.random_state = random_state

    def fit(self, interactions: Interactions, catalogue: Catalogue | None = None) -> Self:
        """Normalise, multiply, decompose."""
        scaled = normalised(interactions, 0.5, 0.5)
        # its diagonal stays: GF-CF filters the history itself, which the ranking leaves out anyway
        self.linear_ = sparse.csr_matrix(scaled.T @ scaled, dtype=np.float32)
        self.low_pass_ = InteractionLSA(self.components, 0.5, 0.5, self.random_state).fit(interactions)
        return self

    def score(self, histories: sparse.csr_matrix) -> NDArray[np.float32]:
        """Histories times P + alpha D V V^T D^-1."""
        linear = np.asarray((weights_of_age(histories, 1.0) @ self.linear_).toarray())
        return np.asarray(linear + self.alpha * self.low_pass_.score(histories), dtype=np.float32)

    def contributions(self, history: sparse.csr_matrix, item: int) -> NDArray[np.float32]:
        """Both filters' terms per product of the history."""
        linear = np.asarray(self.linear_[history.indices, item].toarray()).ravel()
        return np.asarray(linear + self.alpha * self.low_pass_.contributions(history, item), dtype=np.float32)


class ContentLSA(RankingMethod):
    """Products described alike: tf-idf of title, brand and category, reduced by SVD, compared by cosine."""

    def __init__(self, components: int = 256, recency: float = 0.7, random_state: int = 0) -> None:
        self.components = components
        self.recency = recency
        self.random_state = random_state

    def fit(self, interactions: Interactions, catalogue: Catalogue | None = None) -> Self:
        """Learn the words' weights and directions, and place every product."""
        documents = needs(catalogue).documents
        encoder = content_encoder(self.components, self.random_state, len(documents))
        counts = encoder[0].fit_transform(documents)
        encoder[1].set_params(
            n_components=max(1, min(self.components, *(side - 1 for side in counts.shape)))
        )  # small shops
        self.embedding_ = encoder[1:].fit_transform(counts).astype(np.float32)  # (n_items, components)
        self.encoder_ = encoder
        return self

    def score(self, histories: sparse.csr_matrix) -> NDArray[np.float32]:
        """Sum over the history of recency ** (age - 1) times the cosine."""
        profile = weights_of_age(histories, self.recency) @ self.embedding_
        return np.asarray(profile @ self.embedding_.T, dtype=np.float32)

    def contributions(self, history: sparse.csr_matrix, item: int) -> NDArray[np.float32]:
        """One cosine per product of the history."""
        cosine = self.embedding_[history.indices] @ self.embedding_[item]
        return np.asarray(cosine * self.recency ** (history.data - 1), dtype=np.float32)

    def encode(self, texts: list[str]) -> NDArray[np.float32]:
        """Place texts among the products: (N, components), unit rows, zero rows where no word is known."""
        return np.asarray(self.encoder_.transform(texts), dtype=np.float32)


def content_encoder(components: int, random_state: int, documents: int) -> Pipeline:
    """Words and pairs of words -> tf-idf -> SVD -> unit length."""
    words = TfidfVectorizer(
        sublinear_tf=True,
        min_df=2 if documents > 100 else 1,
        strip_accents="unicode",
        token_pattern=r"(?u)\b\w[\w&'+-]*\b",  # noqa: S106  (no password: what counts as a word)
        max_features=MAX_FEATURES,
        dtype=np.float32,
    )
    return make_pipeline(words, TruncatedSVD(components, random_state=random_state), Normalizer(copy=False))


def normalised(interactions: Interactions, user_power: float, item_power: float) -> sparse.csr_matrix:
    """The interaction matrix with rows divided by length ** user_power, columns by degree ** item_power."""
    lengths = np.maximum(interactions.lengths, 1).astype(np.float64)
    degrees = np.maximum(interactions.popularity, 1).astype(np.float64)
    return cooccurrence.scale(interactions.binary(), lengths**-user_power, degrees**-item_power)
