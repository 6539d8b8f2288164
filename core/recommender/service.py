"""Recommend products, with reasons: what the page and the command line call."""

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from core.artifacts import ArtifactError, Manifest, open_artifact
from core.errors import N_, UserError
from core.recommender.diversify import diversify
from core.recommender.hybrid import Hybrid
from core.recommender.interactions import history_row
from core.recommender.latent import ContentLSA
from core.recommender.methods import METHODS
from core.recommender.model import RankingMethod
from core.recommender.products import Product, Shop
from core.recommender.search import ProductSearch
from core.recommender.segments import PopularInSegment, name_parts
from core.recommender.storage import load_encoder, restore

SERVED = ("hybrid", "weighted", "cosine", "lsa", "content", "popular_segment", "popular")
MOST = 100  # recommendations per request
REASONS = 3
_DAMAGED = N_("The model {name} is damaged: its files do not fit together. Train it: python -m core train {train}")


@dataclass(frozen=True)
class Reason:
    """A liked product, the share of the score it brought (0 to 1), and whether mostly by "behaviour" or "content"."""

    product: Product
    share: float
    how: str


@dataclass(frozen=True)
class Recommendation:
    """A product, its score (comparable within one answer only) and why; no reasons where the history played no part."""

    product: Product
    score: float
    because: tuple[Reason, ...]


@dataclass(frozen=True)
class Segment:
    """A group of shoppers: departments that name it, share of all shoppers, department shares, favourites."""

    departments: tuple[str, ...]
    share: float
    centre: dict[str, float]
    favourites: tuple[Product, ...]


class Recommender:
    """All methods over one catalogue; answers differ only with the arguments, never with time or visitor."""

    def __init__(
        self, shop: Shop, methods: dict[str, RankingMethod], record: dict[str, Any], manifest: Manifest
    ) -> None:
        self.shop = shop
        self.methods = methods
        self.record = record
        self.manifest = manifest
        self.search = ProductSearch(shop, self._content)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Open the model in `folder`.

        Raises:
            ArtifactError: it is missing or damaged.
        """
        manifest = open_artifact(folder)
        try:
            shop = Shop.read(folder / "catalogue.parquet")
            record = json.loads((folder / "record.json").read_text(encoding="utf-8"))
            return cls(shop, _methods(folder, manifest.parameters["methods"]), record, manifest)
        except (KeyError, ValueError, OSError) as error:
            raise ArtifactError(_DAMAGED, name=folder.name, train=folder.name) from error

    @property
    def _content(self) -> ContentLSA:
        content = self.methods["content"]
        if not isinstance(content, ContentLSA):
            raise TypeError("the method called content must read the products")
        return content

    def product(self, item_id: str) -> Product:
        """The product with this id.

        Raises:
            UserError: the shop has none.
        """
        if item_id not in self.shop.place:
            raise UserError(N_("There is no product {id} in this shop."), id=item_id)
        return self.shop.products[self.shop.place[item_id]]

    def recommend(
        self,
        liked: Sequence[str],
        n: int = 10,
        *,
        exclude: Collection[str] = (),
        department: str | None = None,
        diversity: float = 0.0,
        method: str = "hybrid",
    ) -> list[Recommendation]:
        """Products for someone who likes these (ids, the latest last); liked and excluded ones are left out.

        With nothing liked: the latest favourites of every segment in turn. `diversity` goes from 0 (the best scores)
        to 1 (as unlike each other as the best candidates allow). The answer is shorter than `n` when fewer are left.

        Raises:
            UserError: an id, the department or the method is unknown, or a number is out of its range.
        """
        ranker = self._checked(n, department, diversity, method)
        places = [self.product(item).place for item in liked]
        hidden = {*places, *(self.product(item).place for item in exclude)}
        history = history_row(places, len(self.shop))
        scores = self._fallback if not places else ranker.score(history)[0].astype(np.float64)
        allowed = np.ones(len(self.shop), dtype=bool) if department is None else self.shop.in_department[department]
        scores = np.where(allowed, scores + self._tie_break * max(float(np.abs(scores).max()), 1e-9), -np.inf)
        scores[list(hidden)] = -np.inf
        chosen = diversify(scores, self._content.embedding_, n, diversity)
        reasons = self._reasons if places and ranker.linear else _no_reasons
        return [
            Recommendation(self.shop.products[place], float(scores[place]), reasons(ranker, history, place))
            for place in chosen
        ]

    def segment_of(self, liked: Sequence[str]) -> Segment:
        """The group of shoppers someone who likes these belongs to."""
        places = [self.product(item).place for item in liked]
        number = self._segmentation.segment_of(history_row(places, len(self.shop)))[0]
        return self.segments[int(number)]

    @cached_property
    def segments(self) -> list[Segment]:
        """All groups, the largest first."""
        model, names = self._segmentation, self.shop.departments
        total = max(int(model.sizes_.sum()), 1)
        distinct = model.popularity_ / np.sqrt(model.popularity_.sum(axis=0) + 1)  # popular here more than elsewhere
        return [
            Segment(
                tuple(name_parts(centre, names)),
                int(size) / total,
                {name: float(share) for name, share in zip(names, centre, strict=True)},
                tuple(self.shop.products[place] for place in np.argsort(-own, kind="stable")[:5]),
            )
            for centre, size, own in zip(model.centres_, model.sizes_, distinct, strict=True)
        ]

    def warm_up(self) -> None:
        """Answer one request with every method, so that the first visitor does not pay for what is built once."""
        first = self.shop.products[0].id
        for method in self.methods:
            self.recommend([first], 1, method=method)
        self.search.find("shampoo")

    @property
    def _segmentation(self) -> PopularInSegment:
        model = self.methods["popular_segment"]
        if not isinstance(model, PopularInSegment):
            raise TypeError("the method called popular_segment must know segments")
        return model

    @cached_property
    def segment_of_products(self) -> NDArray[np.int64]:
        """Number of the segment that buys each product most, for its size: (n_items,)."""
        popularity = self._segmentation.popularity_
        return np.asarray((popularity / np.maximum(popularity.sum(axis=1, keepdims=True), 1)).argmax(axis=0))

    @cached_property
    def _fallback(self) -> NDArray[np.float64]:
        """For a visitor without a history: each segment's latest favourites in turn, the largest segment first."""
        hybrid = self.methods["hybrid"]
        trend = hybrid.trend_ if isinstance(hybrid, Hybrid) else np.ones(len(self.shop), dtype=np.float32)
        favourites = np.argsort(-self._segmentation.popularity_ * trend, axis=1, kind="stable")
        scores = np.zeros(len(self.shop))
        turns = favourites.T.ravel()  # first of every segment, second of every segment …
        first = np.unique(turns, return_index=True)[1]
        scores[turns[first]] = 1 / (1 + first)
        return scores

    @cached_property
    def _tie_break(self) -> NDArray[np.float64]:
        """Too little to change an order, enough to put the more popular of two equal scores first."""
        popularity = self.shop.popularity / max(int(self.shop.popularity.max()), 1)
        return np.asarray(1e-9 * popularity)

    def _checked(self, n: int, department: str | None, diversity: float, method: str) -> RankingMethod:
        if not 1 <= n <= MOST:
            raise UserError(N_("Ask for 1 to {most} products, not {n}."), most=MOST, n=n)
        if not 0 <= diversity <= 1:
            raise UserError(N_("Diversity goes from 0 to 1; {value} is outside."), value=diversity)
        if department is not None and department not in self.shop.departments:
            raise UserError(
                N_("There is no department {name}. There are: {names}."),
                name=department,
                names=", ".join(self.shop.departments),
            )
        if method not in self.methods:
            raise UserError(
                N_("There is no method {name}. There are: {names}."), name=method, names=", ".join(self.methods)
            )
        return self.methods[method]

    def _reasons(self, method: RankingMethod, history: sparse.csr_matrix, place: int) -> tuple[Reason, ...]:
        if isinstance(method, Hybrid):
            behaviour, content = method.parts(history, place)
        else:
            behaviour = method.contributions(history, place)
            content = np.zeros_like(behaviour)
            if isinstance(method, ContentLSA):
                behaviour, content = content, behaviour
        parts = behaviour + content
        total = float(np.maximum(parts, 0).sum())
        if total <= 0:
            return ()
        return tuple(
            Reason(
                self.shop.products[history.indices[row]],
                float(parts[row]) / total,
                "behaviour" if behaviour[row] >= content[row] else "content",
            )
            for row in np.argsort(-parts, kind="stable")[:REASONS]
            if parts[row] > 0
        )


def _no_reasons(method: RankingMethod, history: sparse.csr_matrix, place: int) -> tuple[Reason, ...]:
    return ()


def _methods(folder: Path, parameters: dict[str, dict[str, Any]]) -> dict[str, RankingMethod]:
    methods: dict[str, RankingMethod] = {}
    for name in ("content", *(name for name in SERVED if name != "content")):  # the hybrid shares its content part
        maker: Callable[..., RankingMethod] = METHODS[name]
        method = maker(**parameters[name])
        with np.load(folder / f"{name}.npz", allow_pickle=False) as saved:
            arrays = dict(saved)
        if isinstance(method, Hybrid):
            neighbours, content = METHODS["weighted"](recency=method.recency), ContentLSA(recency=method.recency)
            shared = methods["content"]
            if not isinstance(shared, ContentLSA):
                raise KeyError("content")
            content.embedding_ = shared.embedding_
            method.neighbours_, method.content_ = neighbours, content
        restore(method, arrays)
        if isinstance(method, ContentLSA):
            load_encoder(method, folder)
        methods[name] = method
    return methods
