#!/usr/bin/env python3
"""Makes the small networks beside this script; run it with the onnx package 1.12 or later. Each file is below 20 kB.

probe.onnx is part of the application: what a device has to compute before it is relied on.
"""
import os

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

HERE = os.path.dirname(os.path.abspath(__file__))
MAIN = os.path.join(HERE, "../../../../../main/resources/io/sluice/onnx")


def save(name, nodes, inputs, outputs, initializers=(), folder=HERE):
    graph = helper.make_graph(nodes, name, inputs, outputs, list(initializers))
    model = helper.make_model(graph, producer_name="sluice", opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 7
    onnx.checker.check_model(model)
    onnx.save(model, os.path.join(folder, name + ".onnx"))


def tensor(name, shape, kind=TensorProto.FLOAT):
    return helper.make_tensor_value_info(name, kind, shape)


def constant(name, values, kind=np.float32):
    return numpy_helper.from_array(np.array(values, dtype=kind), name)


# y = 2 x + 1 over a picture: large enough for a leak of one tensor a run to show.
save(
    "affine",
    [helper.make_node("Mul", ["x", "two"], ["doubled"]), helper.make_node("Add", ["doubled", "one"], ["y"])],
    [tensor("x", ["n", 3, 128, 128])],
    [tensor("y", ["n", 3, 128, 128])],
    [constant("two", 2), constant("one", 1)],
)

# One input and output of each type that a tensor holds.
save(
    "types",
    [
        helper.make_node("Identity", ["f"], ["f_out"]),
        helper.make_node("Identity", ["l"], ["l_out"]),
        helper.make_node("Identity", ["b"], ["b_out"]),
    ],
    [tensor("f", [2]), tensor("l", [2], TensorProto.INT64), tensor("b", [2], TensorProto.UINT8)],
    [tensor("f_out", [2]), tensor("l_out", [2], TensorProto.INT64), tensor("b_out", [2], TensorProto.UINT8)],
)

# Fails while it runs: four values do not reshape to three.
save(
    "reshape",
    [helper.make_node("Reshape", ["x", "shape"], ["y"])],
    [tensor("x", ["n"])],
    [tensor("y", [3])],
    [constant("shape", [3], np.int64)],
)

# A YOLOX of two classes over 32x32 pixels that sees how bright the picture is: in a white one a dog of 0.9 at 8..24 and a cat
# of 0.3 at 0..8, in a black one nothing.
rows = np.zeros((1, 16 + 4 + 1, 5 + 2), dtype=np.float32)
rows[0, 4 * 2 + 2] = [0, 0, np.log(2), np.log(2), 0, 0.9, 0]
rows[0, 0] = [0.5, 0.5, 0, 0, 0, 0, 0.3]
bright = np.zeros_like(rows)
bright[0, [10, 0], 4] = 1 / 255
save(
    "brightness-yolox",
    [
        helper.make_node("ReduceMean", ["images"], ["mean"], axes=[1, 2, 3], keepdims=0),
        helper.make_node("Mul", ["mean", "bright"], ["objects"]),
        helper.make_node("Add", ["objects", "rows"], ["output"]),
    ],
    [tensor("images", [1, 3, 32, 32])],
    [tensor("output", [1, 21, 7])],
    [constant("bright", bright), constant("rows", rows)],
)

# A DB text detector that takes what is blue for text: its probability is the first channel.
save(
    "blue-text",
    [helper.make_node("Slice", ["x", "from", "to", "axis"], ["p"])],
    [tensor("x", ["n", 3, "h", "w"])],
    [tensor("p", ["m", 1, "y", "z"])],
    [constant("from", [0], np.int64), constant("to", [1], np.int64), constant("axis", [1], np.int64)],
)

# y = x + x: tells whether a device can compute anything at all.
save(
    "probe",
    [helper.make_node("Add", ["x", "x"], ["y"])],
    [tensor("x", [1])],
    [tensor("y", [1])],
    folder=MAIN,
)

# What exports in 16 bits have: y = x / 3 in float16, and int32 that goes through.
save(
    "half",
    [helper.make_node("Div", ["x", "three"], ["y"]), helper.make_node("Identity", ["i"], ["i_out"])],
    [tensor("x", ["n"], TensorProto.FLOAT16), tensor("i", ["n"], TensorProto.INT32)],
    [tensor("y", ["n"], TensorProto.FLOAT16), tensor("i_out", ["n"], TensorProto.INT32)],
    [constant("three", 3, np.float16)],
)

# y = the sum of each row. With more than two rows it asks for 2^52 bytes for each further one, which no machine has.
save(
    "hungry",
    [
        helper.make_node("Shape", ["x"], ["shape"]),
        helper.make_node("Gather", ["shape", "first"], ["rows"], axis=0),
        helper.make_node("Sub", ["rows", "two"], ["more"]),
        helper.make_node("Max", ["more", "first"], ["further"]),
        helper.make_node("Mul", ["further", "huge"], ["zeros"]),
        helper.make_node("Add", ["zeros", "one"], ["length"]),
        helper.make_node("ConstantOfShape", ["length"], ["eaten"]),
        helper.make_node("ReduceMax", ["eaten"], ["zero"], keepdims=1),
        helper.make_node("ReduceSum", ["x", "axis"], ["sum"], keepdims=0),
        helper.make_node("Add", ["sum", "zero"], ["y"]),
    ],
    [tensor("x", ["n", 4])],
    [tensor("y", ["n"])],
    [
        constant("first", [0], np.int64),
        constant("two", [2], np.int64),
        constant("one", [1], np.int64),
        constant("axis", [1], np.int64),
        constant("huge", [2**50], np.int64),
    ],
)

# y = x times five numbers that an export has frozen for pictures of 224 pixels, named as in Florence-2: of a Constant, of an
# initializer, in 16 bits, one that is right for 768 pixels already, and one with another name.
scale = "/blocks.%d/blocks.%d.0/channel_block/channel_attn/fn/Constant_6_output_0"
names = [scale % (stage, stage) for stage in range(4)]
save(
    "frozen",
    [
        helper.make_node("Constant", [], [names[0]], value=constant("", 1 / 56)),
        helper.make_node("Mul", ["x", names[0]], ["a"]),
        helper.make_node("Mul", ["a", names[1]], ["b"]),
        helper.make_node("Cast", [names[2]], ["wide"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["b", "wide"], ["c"]),
        helper.make_node("Mul", ["c", names[3]], ["d"]),
        helper.make_node("Mul", ["d", "other"], ["e"]),
        helper.make_node("MatMul", ["e", "unit"], ["y"]),
    ],
    [tensor("x", [2, 2])],
    [tensor("y", [2, 2])],
    [
        helper.make_tensor(names[1], TensorProto.FLOAT, [1], [2 / 56]),
        constant(names[2], 4 / 56, np.float16),
        constant(names[3], 8 / 192),
        constant("other", 1 / 56),
        constant("unit", np.eye(2)),
    ],
)
