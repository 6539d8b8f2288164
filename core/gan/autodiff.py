"""Training steps from one source on two Keras backends; the only file that knows which one runs.

A step is an ordinary function of arrays that reads Keras variables, takes gradients with the two functions below, and
changes variables through `optimizer.apply` and `variable.assign`. `Program` compiles it: TensorFlow traces it as it
stands; JAX runs it inside a `StatelessScope`, which turns the changes into results of a pure function.

Under JAX a step may run on several devices at once (`over`), each with its part of the batch.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np
from keras import ops

from core.errors import N_, UserError

Tensor = Any
Logs = dict[str, Tensor]
Loss = Callable[[], tuple[Tensor, Logs]]


class Program:
    """A compiled step: arrays in, a dict of scalars out, `variables` changed in place.

    `function` takes arrays (or dicts of them) by position and returns named scalars. `variables` must name everything
    it reads or changes: weights of models, of optimizers (built before), averages. One made inside `over` divides
    arrays by their first axis, which is the batch's, among the devices; what cannot be divided every device gets whole.
    The result is that of the whole batch on one device, but for rounding: the compiler adds up what the parts found.
    """

    def __init__(self, function: Callable[..., Logs], variables: Sequence[keras.Variable]) -> None:
        self.variables = list(variables)
        self._run = _compile(function, self.variables)
        self._distribution = keras.distribution.distribution()

    def __call__(self, *arrays: Any) -> Logs:
        """Run once. Equal shapes and types of `arrays` reuse the compiled code."""
        if self._distribution is not None:
            arrays = keras.tree.map_structure(self._divided, arrays)
        return self._run(*arrays)

    def _divided(self, array: Any) -> Any:
        shape = np.shape(array)
        if not shape or shape[0] % self._distribution.num_model_replicas:
            return array
        return keras.distribution.distribute_tensor(array, self._distribution.get_data_layout(shape))


@contextmanager
def over(devices: int, batch_size: int) -> Iterator[None]:
    """Models, optimizers and programs made inside learn on so many devices at once, each from its part of a batch.

    Every device holds all weights (`keras.distribution.DataParallel`). With one device nothing is arranged. On
    TensorFlow that interface is a stub, with which one device would silently do everything: refused here.

    Raises:
        UserError: the backend cannot, so many devices are not there, or the batch cannot be divided among them.
    """
    if devices == 1:
        yield
        return
    if keras.backend.backend() != "jax":
        raise UserError(
            N_("--devices needs Keras's JAX backend: install jax and set KERAS_BACKEND=jax (the backend is {backend})"),
            backend=keras.backend.backend(),
        )
    found = keras.distribution.list_devices()
    if devices > len(found):
        raise UserError(
            N_("--devices {asked}: this machine offers {count} ({names})"),
            asked=devices,
            count=len(found),
            names=", ".join(found),
        )
    if batch_size % devices:
        fitting = [str(count) for count in range(1, len(found) + 1) if batch_size % count == 0]
        raise UserError(
            N_(
                "--devices {asked}: a batch of {size} cannot be divided into so many equal parts; choose among {choice}"
            ),
            asked=devices,
            size=batch_size,
            choice=", ".join(fitting),
        )
    with keras.distribution.DataParallel(devices=found[:devices]).scope():
        yield


def gradients(loss: Loss, variables: Sequence[keras.Variable]) -> tuple[Tensor, Logs, list[Tensor]]:
    """Value, logs and gradients of `loss` with respect to `variables`; call it inside a `Program`.

    What `loss` changes on the way (statistics of batch normalisation) stays changed.
    """
    return _gradients(loss, list(variables))


def input_gradient(function: Callable[[Tensor], Tensor], x: Tensor) -> tuple[Tensor, Tensor]:
    """Output of `function` and the gradient of its sum with respect to its input, itself differentiable.

    A critic that looks at each picture by itself thus yields the gradient of every picture's own score. Call it inside
    a `Program`, with a `function` that changes no variable.
    """
    return _input_gradient(function, x)


def minimise(loss: Loss, models: Sequence[keras.Model], optimizer: keras.optimizers.Optimizer) -> Logs:
    """One step of `optimizer` (which clips, if it was told to) on the trainable weights of `models`.

    Returns the logs of `loss`. A loss that is not finite ruins the weights: the trainer looks out for it.
    """
    variables = [variable for model in models for variable in model.trainable_variables]
    _, logs, slopes = gradients(loss, variables)
    optimizer.apply(slopes, variables)
    return logs


def state_of(
    models: Sequence[keras.Model], optimizers: Mapping[keras.optimizers.Optimizer, Sequence[keras.Model]]
) -> list[keras.Variable]:
    """All variables of `models` and of `optimizers`, which are built here for the models they train."""
    for optimizer, trained in optimizers.items():
        optimizer.build([variable for model in trained for variable in model.trainable_variables])
    return [v for model in models for v in model.variables] + [v for o in optimizers for v in o.variables]


if keras.backend.backend() == "tensorflow":
    import tensorflow as tf

    def _compile(function: Callable[..., Logs], variables: list[keras.Variable]) -> Callable[..., Logs]:
        return tf.function(function, autograph=False)

    def _gradients(loss: Loss, variables: list[keras.Variable]) -> tuple[Tensor, Logs, list[Tensor]]:
        with tf.GradientTape() as tape:
            value, logs = loss()
        return value, logs, tape.gradient(value, [v.value for v in variables])

    def _input_gradient(function: Callable[[Tensor], Tensor], x: Tensor) -> tuple[Tensor, Tensor]:
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(x)
            y = function(x)
            total = ops.sum(y)
        return y, tape.gradient(total, x)

elif keras.backend.backend() == "jax":
    from contextvars import ContextVar

    import jax

    _around: ContextVar[keras.StatelessScope] = ContextVar("scope")  # the one that this code runs in

    @contextmanager
    def _entered(scope: keras.StatelessScope) -> Iterator[keras.StatelessScope]:
        token = _around.set(scope)
        try:
            with scope:
                yield scope
        finally:
            _around.reset(token)

    def _compile(function: Callable[..., Logs], variables: list[keras.Variable]) -> Callable[..., Logs]:
        def pure(values: list[Tensor], arrays: tuple[Any, ...]) -> tuple[Logs, list[Tensor]]:
            with _entered(keras.StatelessScope(state_mapping=zip(variables, values, strict=True))) as scope:
                logs = function(*arrays)
            return logs, [scope.get_current_value(variable) for variable in variables]

        compiled = jax.jit(pure)

        def run(*arrays: Any) -> Logs:
            logs, values = compiled([variable.value for variable in variables], arrays)
            for variable, value in zip(variables, values, strict=True):
                variable.assign(value)
            return logs

        return run

    def _inside(changed: Mapping[int, Tensor]) -> keras.StatelessScope:
        """A scope that starts from the values of the one around it, but for those `changed`."""
        inner = keras.StatelessScope()
        inner.state_mapping.update(_around.get().state_mapping)
        inner.state_mapping.update(changed)
        return inner

    def _gradients(loss: Loss, variables: list[keras.Variable]) -> tuple[Tensor, Logs, list[Tensor]]:
        outer = _around.get()

        def pure(values: list[Tensor]) -> tuple[Tensor, tuple[Logs, dict[int, Tensor]]]:
            trained = {id(variable): value for variable, value in zip(variables, values, strict=True)}
            with _entered(_inside(trained)) as inner:
                value, logs = loss()
            changes = {key: kept for key, kept in inner.state_mapping.items() if key not in trained}
            return value, (logs, changes)

        start = [outer.get_current_value(variable) for variable in variables]
        (value, (logs, changes)), slopes = jax.value_and_grad(pure, has_aux=True)(start)
        outer.state_mapping.update(changes)
        return value, logs, slopes

    def _input_gradient(function: Callable[[Tensor], Tensor], x: Tensor) -> tuple[Tensor, Tensor]:
        def pure(x: Tensor) -> tuple[Tensor, Tensor]:
            with _entered(_inside({})):
                y = function(x)
            return ops.sum(y), y

        slope, y = jax.grad(pure, has_aux=True)(x)
        return y, slope

else:
    raise ImportError(f"training runs on the TensorFlow or JAX backend of Keras, not on {keras.backend.backend()}")


def numbers(logs: Logs) -> dict[str, float]:
    """Named scalars as plain floats; waits until they are computed."""
    return {name: float(np.asarray(ops.convert_to_numpy(value))) for name, value in logs.items()}
