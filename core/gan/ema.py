"""Exponential moving average of a model's weights: what is served, measured and shown."""

import keras
from keras import ops


class Average:
    """A copy of `model` whose weights follow it slowly; `update` belongs inside a training step.

    `decay` is per step. The first steps forget faster, so that the random start is soon gone. Statistics of batch
    normalisation, averages already, are copied.
    """

    def __init__(self, model: keras.Model, decay: float) -> None:
        self.source, self.decay = model, decay
        self.model = keras.models.clone_model(model)
        self.model.set_weights(model.get_weights())
        self.model.trainable = False
        self.updates = keras.Variable(0.0, trainable=False, dtype="float32", name="updates")

    @property
    def variables(self) -> list[keras.Variable]:
        """The copy's weights and the number of updates."""
        return [*self.model.variables, self.updates]

    def update(self) -> None:
        """Take in the weights as they are now."""
        self.updates.assign(self.updates.value + 1)
        decay = ops.minimum(self.decay, (1 + self.updates.value) / (10 + self.updates.value))
        for kept, new in zip(self.model.weights, self.source.weights, strict=True):
            share = 1 - decay if new.trainable else 1.0
            kept.assign(kept.value + share * (new.value - kept.value))
