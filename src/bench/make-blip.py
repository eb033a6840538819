#!/usr/bin/env python3
"""Makes a captioner with the shape of BLIP base and random weights: make-blip.py FOLDER VOCAB, with BERT's vocabulary for VOCAB.

Encoder: ViT-B/16 over 384 x 384 pixels, 577 places of 768 numbers, 12 layers. Decoder: 12 layers of self-attention, cross-attention
and feed-forward over 30524 words, without cache. No weight but those of the embeddings is shared, so the files are as large as
public exports: about 345 and 650 MB. Run it with the onnx package 1.12 or later.
"""
import os
import shutil
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

FOLDER, VOCABULARY_FILE = sys.argv[1], sys.argv[2]
WIDTH, HEADS, LAYERS, VOCABULARY, PATCH, SIDE, LONGEST = 768, 12, 12, 30524, 16, 384, 512
random = np.random.default_rng(1)


class Graph:
    def __init__(self):
        self.nodes, self.weights, self.count = [], [], 0

    def name(self):
        self.count += 1
        return "t%d" % self.count

    def weight(self, *shape):
        name = self.name()
        values = random.standard_normal(shape, dtype=np.float32) * 0.02
        self.weights.append(numpy_helper.from_array(values, name))
        return name

    def constant(self, values, kind):
        name = self.name()
        self.weights.append(numpy_helper.from_array(np.array(values, kind), name))
        return name

    def add(self, op, *inputs, out=None, **attributes):
        out = out or self.name()
        self.nodes.append(helper.make_node(op, list(inputs), [out], **attributes))
        return out

    def linear(self, x, wide, to):
        return self.add("Add", self.add("MatMul", x, self.weight(wide, to)), self.weight(to))

    def norm(self, x):
        mean = self.add("ReduceMean", x, axes=[-1])
        off = self.add("Sub", x, mean)
        variance = self.add("ReduceMean", self.add("Mul", off, off), axes=[-1])
        deviation = self.add("Sqrt", self.add("Add", variance, self.constant(1e-5, np.float32)))
        return self.add("Add", self.add("Mul", self.add("Div", off, deviation), self.weight(WIDTH)), self.weight(WIDTH))

    def heads(self, x, order):
        split = self.add("Reshape", x, self.constant([0, 0, HEADS, WIDTH // HEADS], np.int64))
        return self.add("Transpose", split, perm=order)

    def attention(self, x, other, mask=None):
        query = self.heads(self.linear(x, WIDTH, WIDTH), [0, 2, 1, 3])
        key = self.heads(self.linear(other, WIDTH, WIDTH), [0, 2, 3, 1])
        value = self.heads(self.linear(other, WIDTH, WIDTH), [0, 2, 1, 3])
        scores = self.add("Mul", self.add("MatMul", query, key), self.constant(0.125, np.float32))
        if mask:
            scores = self.add("Add", scores, mask)
        mixed = self.add("Transpose", self.add("MatMul", self.add("Softmax", scores, axis=-1), value), perm=[0, 2, 1, 3])
        return self.linear(self.add("Reshape", mixed, self.constant([0, 0, WIDTH], np.int64)), WIDTH, WIDTH)

    def forward(self, x):
        hidden = self.linear(x, WIDTH, 4 * WIDTH)
        error = self.add("Erf", self.add("Mul", hidden, self.constant(2**-0.5, np.float32)))
        gelu = self.add("Mul", self.add("Mul", hidden, self.constant(0.5, np.float32)), self.add("Add", error, self.constant(1, np.float32)))
        return self.linear(gelu, 4 * WIDTH, WIDTH)

    def residual(self, x, made):
        return self.add("Add", x, made)

    def save(self, name, inputs, outputs):
        graph = helper.make_graph(self.nodes, name, inputs, outputs, self.weights)
        model = helper.make_model(graph, producer_name="sluice", opset_imports=[helper.make_opsetid("", 13)])
        model.ir_version = 7
        onnx.save(model, os.path.join(FOLDER, name))


def tensor(name, shape, kind=TensorProto.FLOAT):
    return helper.make_tensor_value_info(name, kind, shape)


os.makedirs(FOLDER, exist_ok=True)
places = (SIDE // PATCH) ** 2 + 1
g = Graph()
patches = g.add("Conv", "pixel_values", g.weight(WIDTH, 3, PATCH, PATCH), strides=[PATCH, PATCH])
rows = g.add("Transpose", g.add("Reshape", patches, g.constant([0, WIDTH, -1], np.int64)), perm=[0, 2, 1])
x = g.add("Add", g.add("Concat", g.weight(1, 1, WIDTH), rows, axis=1), g.weight(1, places, WIDTH))
for _ in range(LAYERS):
    normal = g.norm(x)
    x = g.residual(x, g.attention(normal, normal))
    x = g.residual(x, g.forward(g.norm(x)))
mean = g.norm(x)
g.add("Identity", mean, out="last_hidden_state")
g.save("blip-encoder.onnx", [tensor("pixel_values", [1, 3, SIDE, SIDE])], [tensor("last_hidden_state", [1, places, WIDTH])])

g = Graph()
length = g.add("Gather", g.add("Shape", "input_ids"), g.constant(1, np.int64))
zero, one = g.constant(0, np.int64), g.constant(1, np.int64)
order = g.add("Range", zero, length, one)
words = g.add("Gather", g.weight(VOCABULARY, WIDTH), "input_ids")
x = g.norm(g.add("Add", words, g.add("Gather", g.weight(LONGEST, WIDTH), order)))
down = g.add("Unsqueeze", order, g.constant([1], np.int64))
later = g.add("Cast", g.add("Greater", order, down), to=TensorProto.FLOAT)
mask = g.add("Mul", later, g.constant(-10000, np.float32))
for _ in range(LAYERS):
    x = g.norm(g.residual(x, g.attention(x, x, mask)))
    x = g.norm(g.residual(x, g.attention(x, "encoder_hidden_states")))
    x = g.norm(g.residual(x, g.forward(x)))
g.add("Add", g.add("MatMul", x, g.weight(WIDTH, VOCABULARY)), g.weight(VOCABULARY), out="logits")
g.save(
    "blip-decoder.onnx",
    [tensor("input_ids", ["rows", "length"], TensorProto.INT64), tensor("encoder_hidden_states", ["rows", places, WIDTH])],
    [tensor("logits", ["rows", "length", VOCABULARY])],
)
shutil.copyfile(VOCABULARY_FILE, os.path.join(FOLDER, "vocab.txt"))
with open(os.path.join(FOLDER, "blip-random.yaml"), "w", encoding="utf-8") as file:
    file.write(
        """id: blip-random
role: caption
kind: blip
licence: none
files:
  encoder: {file: blip-encoder.onnx}
  decoder: {file: blip-decoder.onnx}
  tokenizer: {file: vocab.txt}
input: {width: 384, height: 384, colour: rgb, resize: stretch, scale: 0.00392156862745098,
  mean: [0.48145466, 0.4578275, 0.40821073], std: [0.26862954, 0.26130258, 0.27577711]}
output: {minTokens: 20, maxTokens: 20, batch: 1}
"""
    )
