#!/usr/bin/env python3
"""Makes small networks with the tensors of public models, for tests of their adapters; run it with the onnx package 1.12 or later.

Names, ranks and types are those of the public models, sides are smaller. The weights are chosen so that the right answer can be
told beforehand, and an adapter that mixes up a range, an order of colours, a polarity or a normalisation gets another one.
"""
import os

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

HERE = os.path.dirname(os.path.abspath(__file__))
FLOAT, INT64, UINT8 = TensorProto.FLOAT, TensorProto.INT64, TensorProto.UINT8


class Graph:
    """Nodes in the order in which they are added; values are names."""

    def __init__(self):
        self.nodes = []
        self.constants = []

    def add(self, operator, *inputs, out=None, **attributes):
        name = out or f"v{len(self.nodes)}"
        names = [i if isinstance(i, str) else self.constant(i) for i in inputs]
        self.nodes.append(helper.make_node(operator, names, [name], **attributes))
        return name

    def constant(self, values):
        array = np.asarray(values)
        if array.dtype == np.float64:
            array = array.astype(np.float32)
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(array, name))
        return name

    def save(self, name, inputs, outputs):
        graph = helper.make_graph(self.nodes, name, inputs, outputs, self.constants)
        model = helper.make_model(graph, producer_name="sluice", opset_imports=[helper.make_opsetid("", 13)])
        model.ir_version = 7
        onnx.checker.check_model(model)
        onnx.save(model, os.path.join(HERE, name + ".onnx"))


def tensor(name, shape, kind=FLOAT):
    return helper.make_tensor_value_info(name, kind, shape)


# What inpainting puts into the hole: of red all of its mean outside the hole, of green half, of blue nothing.
SHARES = np.array([1, 0.5, 0], dtype=np.float32).reshape(1, 3, 1, 1)


def filled(g, image, keep, scale):
    """image where keep is 1, else the mean of what is kept by SHARES; times scale."""
    seen = g.add("Mul", image, keep)
    total = g.add("ReduceSum", seen, np.array([2, 3]), keepdims=1)
    count = g.add("ReduceSum", keep, np.array([2, 3]), keepdims=1)
    mean = g.add("Mul", g.add("Div", total, count), SHARES)
    made_up = g.add("Mul", g.add("Sub", np.float32(1), keep), mean)
    return g.add("Mul", g.add("Add", seen, made_up), np.float32(scale))


def lama(name, side, scale):
    g = Graph()
    keep = g.add("Sub", np.float32(1), "mask")
    g.add("Identity", filled(g, "image", keep, scale), out="output")
    g.save(
        name,
        [tensor("image", ["batch", 3, side, side]), tensor("mask", ["batch", 1, side, side])],
        [tensor("output", ["batch", 3, side, side])],
    )


# LaMa: a picture of 0 to 1, a mask with 1 in the hole, an output of 0 to 255, or of 0 to 1 as some exports have it.
lama("tiny-lama", 64, 255)
lama("tiny-lama-unit", 64, 1)

# MI-GAN's pipeline: bytes, a mask with 255 where the picture is kept.
g = Graph()
keep = g.add("Div", g.add("Cast", "mask", to=FLOAT), np.float32(255))
levels = g.add("Round", filled(g, g.add("Cast", "image", to=FLOAT), keep, 1))
g.add("Cast", levels, to=UINT8, out="result")
g.save(
    "tiny-migan",
    [tensor("image", ["n", 3, "h", "w"], UINT8), tensor("mask", ["n", 1, "h", "w"], UINT8)],
    [tensor("result", ["n", 3, "h", "w"], UINT8)],
)


# EfficientSAM: of three masks the second is the best, and it is what is red between the corners labelled 2 and 3; where a point
# of the six is neither one of these nor unused, or one is missing, it is nothing.
def efficient_sam(name, side, deep):
    g = Graph()
    labels = g.add("Reshape", "batched_point_labels", np.array([1, 6]))
    known = g.add("Reshape", g.add("Cast", labels, to=INT64), np.array([6]))
    told = []
    for label, count in ((2, 1), (3, 1), (-1, 4)):
        equal = g.add("Cast", g.add("Equal", known, np.array([label])), to=FLOAT)
        found = g.add("ReduceSum", equal, np.array([0]), keepdims=1)
        told.append(g.add("Abs", g.add("Sub", found, np.float32(count))))
    mistakes = g.add("Mul", g.add("Sum", *told), np.float32(1e6))
    corners = []
    for label in (2, 3):
        chosen = g.add("Cast", g.add("Equal", g.add("Cast", labels, to=INT64), np.array([label])), to=FLOAT)
        weights = g.add("Reshape", chosen, np.array([1, 1, 6, 1]))
        corner = g.add("ReduceSum", g.add("Mul", "batched_point_coords", weights), np.array([2]), keepdims=0)
        corners.append([g.add("Slice", corner, np.array([i]), np.array([i + 1]), np.array([2])) for i in (0, 1)])
    xs = np.arange(side, dtype=np.float32).reshape(1, 1, side) + 0.5
    ys = xs.reshape(1, side, 1)
    (x0, y0), (x1, y1) = corners
    across = g.add("Min", g.add("Sub", xs, x0), g.add("Sub", x1, xs))
    down = g.add("Min", g.add("Sub", ys, y0), g.add("Sub", y1, ys))
    red = g.add("Slice", "batched_images", np.array([0]), np.array([1]), np.array([1]))
    red = g.add("Reshape", red, np.array([1, side, side]))
    # Above 0.5 and at most 1: a picture of 0 to 255 has no red.
    band = g.add("Min", g.add("Sub", red, np.float32(0.5)), g.add("Sub", np.float32(1.01), red))
    right = g.add("Sub", g.add("Min", across, down, g.add("Mul", band, np.float32(1000))), mistakes)
    right = g.add("Reshape", right, np.array([1, 1, 1, side, side]))
    wrong = np.ones((1, 1, 1, side, side), dtype=np.float32)
    g.add("Concat", wrong, right, wrong, axis=2, out="output_masks")
    g.add("Identity", np.array([[[0.1, 0.9, 0.5]]], dtype=np.float32), out="iou_predictions")
    g.save(
        name,
        [
            tensor("batched_images", [1, 3, side, side]),
            tensor("batched_point_coords", [1, 1, 6, 2]),
            tensor("batched_point_labels", [1, 1, 6, 1] if deep else [1, 1, 6]),
        ],
        [tensor("output_masks", [1, 1, 3, side, side]), tensor("iou_predictions", [1, 1, 3])],
    )


efficient_sam("tiny-efficient-sam", 32, False)
efficient_sam("tiny-efficient-sam-deep", 32, True)


# RT-DETR and D-FINE. Query 0 sees a picture that is red alone, at full level, with RGB of 0 to 1, as a dog of 0.9 and a cat of 0.7
# (one query, two classes: each is squashed by itself), query 1 the same place as a dog of 0.6, which a suppression would take for
# the same one; in any other picture there is nothing. Boxes are wide in one and high in the other.
LOGIT = {p: np.log(p / (1 - p)) for p in (0.9, 0.7, 0.6)}
BOXES = np.array([[[0.25, 0.5, 0.5, 0.25], [0.26, 0.5, 0.5, 0.25], [0.5, 0.5, 1, 1]]], dtype=np.float32)


def strangeness(g, image):
    """How far the picture's mean is from red: 0 for it alone."""
    mean = g.add("ReduceMean", image, axes=[2, 3], keepdims=0)
    off = g.add("Abs", g.add("Sub", mean, np.array([1, 0, 0], dtype=np.float32)))
    return g.add("ReduceSum", off, np.array([1]), keepdims=1)


def detr(name, width, height):
    g = Graph()
    bad = g.add("Mul", strangeness(g, "pixel_values"), np.float32(1000))
    logits = np.array([[[LOGIT[0.9], LOGIT[0.7]], [LOGIT[0.6], -9], [-9, -9]]], dtype=np.float32)
    g.add("Sub", logits, g.add("Reshape", bad, np.array([-1, 1, 1])), out="logits")
    count = g.add("Mul", g.add("Reshape", bad, np.array([-1, 1, 1])), np.float32(0))
    g.add("Add", BOXES, count, out="pred_boxes")
    g.save(
        name,
        [tensor("pixel_values", ["n", 3, height, width])],
        [tensor("logits", ["n", 3, 2]), tensor("pred_boxes", ["n", 3, 4])],
    )


def detr_decoded(name, width, height):
    g = Graph()
    bad = g.add("Mul", strangeness(g, "images"), np.float32(1000))
    scores = np.array([[0.9, 0.6, 0.01]], dtype=np.float32)
    g.add("Mul", scores, g.add("Cast", g.add("Less", bad, np.float32(1)), to=FLOAT), out="scores")
    g.add("Add", np.array([[1, 0, 77]]), g.add("Mul", g.add("Cast", bad, to=INT64), np.array([0])), out="labels")
    corners = np.concatenate([BOXES[..., :2] - BOXES[..., 2:] / 2, BOXES[..., :2] + BOXES[..., 2:] / 2], axis=-1)
    size = g.add("Cast", g.add("Concat", "orig_target_sizes", "orig_target_sizes", axis=1), to=FLOAT)
    g.add("Mul", corners, g.add("Reshape", size, np.array([-1, 1, 4])), out="boxes")
    g.save(
        name,
        [tensor("images", ["n", 3, height, width]), tensor("orig_target_sizes", ["n", 2], INT64)],
        [tensor("labels", ["n", 3], INT64), tensor("boxes", ["n", 3, 4]), tensor("scores", ["n", 3])],
    )


detr("tiny-detr", 48, 32)
detr_decoded("tiny-detr-decoded", 48, 32)
