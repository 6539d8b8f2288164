"""Make models/faces from the weights in the package `mtcnn` 1.0.0: `python -m tools.mtcnn_weights`.

Needed once, by whoever wants to see where the three ONNX files come from; it takes the packages mtcnn, joblib, lz4 and
onnx. The weights there are stored by joblib, that is, pickled; the ONNX files are not, and OpenCV runs them by itself.
"""

from collections.abc import Sequence
from importlib.metadata import distribution
from importlib.resources import files
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core.artifacts import replacing, write_manifest
from core.emotion.mtcnn import FOLDER, NETWORKS
from core.settings import settings

if TYPE_CHECKING:
    import onnx

_SOURCES = dict(zip(NETWORKS, ("pnet", "rnet", "onet"), strict=True))
# pooling after each convolution: window, and whether a window may hang over the edge
_POOLING: dict[str, tuple[tuple[int, bool] | None, ...]] = {
    "proposal": ((2, True), None, None),
    "refinement": ((3, True), (3, False), None),
    "output": ((3, True), (3, False), (2, True), None),
}
_INPUT: dict[str, list[int | str]] = {
    "proposal": [1, 3, "height", "width"],
    "refinement": ["faces", 3, 24, 24],
    "output": ["faces", 3, 48, 48],
}
_OUTPUTS = {
    "proposal": {"offsets": 4, "scores": 2},
    "refinement": {"offsets": 4, "scores": 2},
    "output": {"offsets": 4, "landmarks": 10, "scores": 2},
}


class _Graph:
    """An ONNX graph built layer by layer from a list of Keras weights, taken from the front."""

    def __init__(self, weights: Sequence[NDArray[np.float32]]) -> None:
        self.weights = list(weights)
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def _constant(self, value: NDArray[np.float32]) -> str:
        from onnx import numpy_helper

        name = f"weights{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value, np.float32), name))
        return name

    def add(self, kind: str, inputs: list[str], name: str = "", **attributes: object) -> str:
        from onnx import helper

        name = name or f"layer{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [name], **attributes))
        return name

    def convolution(self, x: str, name: str = "") -> str:
        kernel, bias = self.weights.pop(0), self.weights.pop(0)  # kernel (h, w, in, out)
        return self.add("Conv", [x, self._constant(kernel.transpose(3, 2, 0, 1)), self._constant(bias)], name)

    def dense(self, x: str, name: str = "", maps: int = 0) -> str:
        """A dense layer; with `maps`, on flattened maps (3, 3, maps), which the package flattens columns first."""
        kernel, bias = self.weights.pop(0), self.weights.pop(0)  # kernel (in, out)
        if maps:
            kernel = kernel.reshape(3, 3, maps, -1).transpose(2, 1, 0, 3).reshape(len(kernel), -1)
        return self.add("Gemm", [x, self._constant(kernel.T), self._constant(bias)], name, transB=1)

    def prelu(self, x: str, *, maps: bool) -> str:
        slope = self.weights.pop(0).reshape((-1, 1, 1) if maps else (-1,))
        return self.add("PRelu", [x, self._constant(slope)])


def convert(name: str, weights: Sequence[NDArray[np.float32]]) -> "onnx.ModelProto":
    """The ONNX model of one of the three networks from its Keras weights."""
    from onnx import TensorProto, helper

    graph = _Graph(weights)
    x = "image"
    for pooling in _POOLING[name]:
        x = graph.prelu(graph.convolution(x), maps=True)
        if pooling:
            window, hanging = pooling
            x = graph.add("MaxPool", [x], kernel_shape=[window] * 2, strides=[2, 2], ceil_mode=int(hanging))
    if name == "proposal":
        graph.convolution(x, "offsets")
        graph.add("Softmax", [graph.convolution(x)], "scores", axis=1)
    else:
        maps = graph.constants[-1].dims[0]  # as many as the last slope has
        x = graph.prelu(graph.dense(graph.add("Flatten", [x]), maps=maps), maps=False)
        for output in list(_OUTPUTS[name])[:-1]:
            graph.dense(x, output)
        graph.add("Softmax", [graph.dense(x)], "scores", axis=1)
    rest = ["rows", "columns"] if name == "proposal" else []
    outputs = [
        helper.make_tensor_value_info(output, TensorProto.FLOAT, ["faces", width, *rest])
        for output, width in _OUTPUTS[name].items()
    ]
    inputs = [helper.make_tensor_value_info("image", TensorProto.FLOAT, _INPUT[name])]
    body = helper.make_graph(graph.nodes, name, inputs, outputs, graph.constants)
    return helper.make_model(body, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)


def main() -> None:
    """Write the three networks, the licence and the manifest."""
    import joblib  # this package is for making the model only
    import onnx

    if find_spec("mtcnn") is None:
        raise SystemExit("The package mtcnn is not installed: pip install mtcnn joblib lz4 onnx")
    package, licence = files("mtcnn"), distribution("mtcnn").read_text("LICENSE")
    with replacing(settings().models / FOLDER) as draft:
        for name, source in _SOURCES.items():
            weights = joblib.load(str(package / "assets" / "weights" / f"{source}.lz4"))
            onnx.save(convert(name, weights), str(draft / f"{name}.onnx"))
        (draft / "LICENSE").write_text(licence or "", encoding="utf-8")
        write_manifest(
            draft,
            name="faces",
            data=[
                {
                    "name": "MTCNN weights, package mtcnn 1.0.0",
                    "origin": "Zhang et al. 2016, arXiv:1604.02878; port by I. de Paz Centeno",
                    "terms": "MIT licence, Copyright (c) 2019-2024 Iván de Paz Centeno",
                }
            ],
            parameters={"format": "ONNX, float32"},
            metrics={},
            credits=["MTCNN: K. Zhang, Z. Zhang, Z. Li, Y. Qiao", "Package mtcnn: Iván de Paz Centeno (MIT licence)"],
        )


if __name__ == "__main__":
    main()
