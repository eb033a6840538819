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


# A reader of one line: 4 pixels across are a step. Of BGR from -1 to 1, black is the blank, blue a, green b, red c, white the
# space that stands behind the list; the nearer a colour, the surer, and where the range is another it is not sure at all.
def ctc(name, height, metadata=None):
    g = Graph()
    colours = np.array([[-1, -1, -1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1], [1, 1, 1]], dtype=np.float32)
    steps = g.add("AveragePool", "x", kernel_shape=[height, 4], strides=[height, 4])
    steps = g.add("Transpose", g.add("Squeeze", steps, np.array([2])), perm=[0, 2, 1])
    apart = g.add("Sub", g.add("Unsqueeze", steps, np.array([2])), colours)
    far = g.add("ReduceSum", g.add("Mul", apart, apart), np.array([3]), keepdims=0)
    g.add("Softmax", g.add("Mul", far, np.float32(-5)), axis=2, out="p")
    g.save(name, [tensor("x", ["n", 3, height, "w"])], [tensor("p", ["n", "t", 5])])
    if metadata:
        file = os.path.join(HERE, name + ".onnx")
        model = onnx.load(file)
        helper.set_model_props(model, metadata)
        onnx.save(model, file)


ctc("tiny-ctc", 8)
ctc("tiny-ctc-own", 8, {"character": "a\nb\nc"})


# SAM in two files, for a picture of 4:3 in a square: 64x48 of 64x64, and zeros below. The encoder tells where there is red; where
# a pixel is none of red, blue and black, normalised as for ImageNet, or what is below the picture is not 0, all is strange.
MEAN = np.array([0.485, 0.456, 0.406], dtype=np.float32)
STD = np.array([0.229, 0.224, 0.225], dtype=np.float32)
SIDE, USED, CELLS = 64, 48, 16


def sam_encoder(name, positions):
    g = Graph()
    picture = g.add("Slice", "pixel_values", np.array([0]), np.array([USED]), np.array([2]))
    below = g.add("Slice", "pixel_values", np.array([USED]), np.array([SIDE]), np.array([2]))
    far = []
    for colour in ([1, 0, 0], [0, 0, 1], [0, 0, 0]):
        wanted = ((np.array(colour, dtype=np.float32) - MEAN) / STD).reshape(1, 3, 1, 1)
        far.append(g.add("ReduceSum", g.add("Abs", g.add("Sub", picture, wanted)), np.array([1]), keepdims=1))
    strange = g.add("ReduceMax", g.add("Min", *far), keepdims=1)
    strange = g.add("Add", strange, g.add("ReduceMax", g.add("Abs", below), keepdims=1))
    red = g.add("Cast", g.add("Less", far[0], np.float32(0.1)), to=FLOAT)
    red = g.add("AveragePool", red, kernel_shape=[4, 4], strides=[4, 4])
    red = g.add("Pad", red, np.array([0, 0, 0, 0, 0, 0, CELLS - USED // 4, 0]))
    alike = np.zeros((1, 1, CELLS, CELLS), dtype=np.float32)
    g.add("Concat", red, g.add("Add", strange, alike), axis=1, out="image_embeddings")
    outputs = [tensor("image_embeddings", [1, 2, CELLS, CELLS])]
    if positions:
        g.add("Identity", np.ones((1, 2, CELLS, CELLS), dtype=np.float32), out="image_positional_embeddings")
        outputs.append(tensor("image_positional_embeddings", [1, 2, CELLS, CELLS]))
    g.save(name, [tensor("pixel_values", [1, 3, SIDE, SIDE])], outputs)


def red_inside(g, x0, y0, x1, y1, mistakes):
    """Logits over the cells: above 0 where there is red within the corners, which are tensors of one number in input pixels."""
    xs = (np.arange(CELLS, dtype=np.float32).reshape(1, 1, 1, CELLS) + 0.5) * SIDE / CELLS
    ys = xs.reshape(1, 1, CELLS, 1)
    shape = np.array([1, 1, 1, 1])
    x0, y0, x1, y1 = (g.add("Reshape", corner, shape) for corner in (x0, y0, x1, y1))
    inside = g.add("Min", g.add("Sub", xs, x0), g.add("Sub", x1, xs), g.add("Sub", ys, y0), g.add("Sub", y1, ys))
    red = g.add("Slice", "image_embeddings", np.array([0]), np.array([1]), np.array([1]))
    strange = g.add("Slice", "image_embeddings", np.array([1]), np.array([2]), np.array([1]))
    red = g.add("Mul", g.add("Sub", red, np.float32(0.5)), np.float32(4))
    right = g.add("Sub", g.add("Min", inside, red), g.add("Mul", strange, np.float32(1000)))
    return g.add("Sub", right, g.add("Reshape", g.add("Mul", mistakes, np.float32(1e6)), shape))


def chosen(g, points, labels, label):
    """Sum of the points that have the label, and how many they are; points [n,2], labels float [n]."""
    equal = g.add("Cast", g.add("Equal", g.add("Cast", labels, to=INT64), np.array([label])), to=FLOAT)
    weighted = g.add("Mul", points, g.add("Unsqueeze", equal, np.array([1])))
    total = g.add("ReduceSum", weighted, np.array([0]), keepdims=0)
    parts = [g.add("Slice", total, np.array([i]), np.array([i + 1]), np.array([0])) for i in (0, 1)]
    return parts, g.add("ReduceSum", equal, np.array([0]), keepdims=1)


# Points alone: the object is what is red no more than 20 pixels from the one point labelled 1; there must be four labelled 0, none
# of them nearer to it than 8 across. The first mask is everything, the second the object, the third its left half.
def sam_points(name):
    g = Graph()
    points = g.add("Reshape", "input_points", np.array([-1, 2]))
    labels = g.add("Cast", g.add("Reshape", "input_labels", np.array([-1])), to=FLOAT)
    (x, y), count = chosen(g, points, labels, 1)
    _, outside = chosen(g, points, labels, 0)
    across = g.add("Abs", g.add("Sub", g.add("Squeeze", g.add("Slice", points, np.array([0]), np.array([1]), np.array([1])), np.array([1])), x))
    far = g.add("Cast", g.add("Greater", across, np.float32(8)), to=FLOAT)
    off = g.add("Abs", g.add("Sub", g.add("ReduceSum", far, np.array([0]), keepdims=1), np.float32(4)))
    mistakes = g.add("Add", g.add("Abs", g.add("Sub", count, np.float32(1))), g.add("Abs", g.add("Sub", outside, np.float32(4))))
    mistakes = g.add("Add", mistakes, off)
    r = np.float32(20)
    corners = [g.add("Sub", x, r), g.add("Sub", y, r), g.add("Add", x, r), g.add("Add", y, r)]
    right = red_inside(g, *corners, mistakes)
    half = red_inside(g, corners[0], corners[1], x, corners[3], mistakes)
    positions = g.add("ReduceMin", "image_positional_embeddings", keepdims=1)
    everything = g.add("Mul", positions, np.ones((1, 1, CELLS, CELLS), dtype=np.float32))
    g.add("Unsqueeze", g.add("Concat", everything, right, half, axis=1), np.array([1]), out="pred_masks")
    g.add("Identity", np.array([[[0.9, 0.8, 0.7]]], dtype=np.float32), out="iou_scores")
    g.save(
        name,
        [
            tensor("image_embeddings", [1, 2, CELLS, CELLS]),
            tensor("image_positional_embeddings", [1, 2, CELLS, CELLS]),
            tensor("input_points", [1, 1, "n", 2]),
            tensor("input_labels", [1, 1, "n"], INT64),
        ],
        [tensor("pred_masks", [1, 1, 3, CELLS, CELLS]), tensor("iou_scores", [1, 1, 3])],
    )


# Boxes: the object is what is red between the corners labelled 2 and 3; no mask is given with them, and the size is 96 high and 128
# wide. The third mask is right, and thought best of.
def sam_boxes(name):
    g = Graph()
    points = g.add("Reshape", "point_coords", np.array([-1, 2]))
    labels = g.add("Reshape", "point_labels", np.array([-1]))
    (x0, y0), first = chosen(g, points, labels, 2)
    (x1, y1), last = chosen(g, points, labels, 3)
    mistakes = g.add("Add", g.add("Abs", g.add("Sub", first, np.float32(1))), g.add("Abs", g.add("Sub", last, np.float32(1))))
    sizes = g.add("Abs", g.add("Sub", "orig_im_size", np.array([96, 128], dtype=np.float32)))
    mistakes = g.add("Add", mistakes, g.add("ReduceSum", sizes, np.array([0]), keepdims=1))
    mistakes = g.add("Add", mistakes, g.add("Abs", "has_mask_input"))
    given = g.add("ReduceMax", g.add("Abs", "mask_input"), axes=[0, 2, 3], keepdims=0)
    right = red_inside(g, x0, y0, x1, y1, g.add("Add", mistakes, given))
    wrong = np.ones((1, 1, CELLS, CELLS), dtype=np.float32)
    g.add("Concat", wrong, wrong, right, wrong, axis=1, out="low_res_masks")
    g.add("Identity", np.array([[0.2, 0.5, 0.9, 0.7]], dtype=np.float32), out="iou_predictions")
    g.save(
        name,
        [
            tensor("image_embeddings", [1, 2, CELLS, CELLS]),
            tensor("point_coords", [1, "n", 2]),
            tensor("point_labels", [1, "n"]),
            tensor("mask_input", [1, 1, CELLS, CELLS]),
            tensor("has_mask_input", [1]),
            tensor("orig_im_size", [2]),
        ],
        [tensor("low_res_masks", [1, 4, CELLS, CELLS]), tensor("iou_predictions", [1, 4])],
    )


sam_encoder("tiny-slim-sam-encoder", True)
sam_points("tiny-slim-sam-decoder")
sam_encoder("tiny-mobile-sam-encoder", False)
sam_boxes("tiny-mobile-sam-decoder")
