"""A second opinion on what emoji show: a linear classifier on the features of a network that knows photographs.

The first judge learned from some hundreds of drawings alone and knows little beyond them; this one starts from what
ImageNet taught, and took no part in choosing the generator. It needs the feature network, so it only measures.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from core.gan.metrics import Features

_STRENGTH = 1e-3  # inverse of the penalty: far more features than drawings of a class
_STEPS = 300


class SecondJudge:
    """Logistic regression for each axis, on features (N, D) of training pictures with labels (N, axes), -1 for none."""

    def __init__(self, features: Features, labels: NDArray[np.int64], axes: Sequence[str]) -> None:
        self._fitted: Mapping[str, Pipeline | None] = {
            axis: _fitted(features, labels[:, place]) for place, axis in enumerate(axes)
        }

    def look(self, features: Features) -> NDArray[np.int64]:
        """The likeliest class of every axis (N, axes); -1 where training had fewer than two."""
        unknown = np.full(len(features), -1)
        return np.stack(
            [model.predict(features) if model else unknown for model in self._fitted.values()], axis=1
        ).astype(np.int64)


def _fitted(features: Features, numbers: NDArray[np.int64]) -> Pipeline | None:
    known = numbers >= 0
    if len(np.unique(numbers[known])) < 2:
        return None
    model = make_pipeline(StandardScaler(), LogisticRegression(C=_STRENGTH, max_iter=_STEPS, class_weight="balanced"))
    return model.fit(features[known], numbers[known])
