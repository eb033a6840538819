#!/usr/bin/env python3
"""Makes small networks with the tensors of CLIP and of LAION's heads, for tests of their adapters; run it with the packages onnx
1.12 or later, Pillow and torch.

Names, ranks and types are those of the public models, sides are smaller. Every number of a picture and every token of a text has
a weight of its own, so that another order of colours, scale, filter, crop, token or place of a token gives another embedding.
What must come out is worked out here with Pillow and numpy, and stands in expected.json.
"""
import json
import os

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

HERE = os.path.dirname(os.path.abspath(__file__))
SIDE, SIZE = 8, 6
MEAN = np.array([0.48145466, 0.4578275, 0.40821073])
STD = np.array([0.26862954, 0.26130258, 0.27577711])
START, STOP = "<|startoftext|>", "<|endoftext|>"


def save(name, nodes, inputs, outputs, constants):
    weights = [numpy_helper.from_array(np.asarray(v), n) for n, v in constants.items()]
    graph = helper.make_graph(nodes, name, inputs, outputs, weights)
    model = helper.make_model(graph, producer_name="sluice", opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 7
    onnx.checker.check_model(model)
    onnx.save(model, os.path.join(HERE, name + ".onnx"))


def tensor(name, shape, kind=TensorProto.FLOAT):
    return helper.make_tensor_value_info(name, kind, shape)


def waves(*shape):
    """Numbers of -1 to 1 that do not repeat."""
    return np.sin(np.arange(np.prod(shape)) * 1.7 + 0.3).astype(np.float32).reshape(shape)


def unit(vector):
    return vector / np.linalg.norm(vector)


# ---- pictures ----------------------------------------------------------------------------------------------------------------


def pattern(width, height):
    """RGB; the test draws the same."""
    y, x = np.mgrid[0:height, 0:width]
    return np.stack([(x * 37 + y * 11) % 256, (x * x + y * 53) % 256, (x * 5 + y * y * 3) % 256], 2).astype(np.uint8)


def processed(rgb):
    """As CLIP's image processor does it: bicubic, middle square, mean and deviation."""
    height, width = rgb.shape[:2]
    shorter = min(width, height)
    whole = Image.fromarray(rgb).resize((SIDE * width // shorter, SIDE * height // shorter), Image.BICUBIC)
    left, top = (whole.width - SIDE) // 2, (whole.height - SIDE) // 2
    middle = np.asarray(whole.crop((left, top, left + SIDE, top + SIDE)), np.float64)
    return ((middle / 255 - MEAN) / STD).transpose(2, 0, 1)


picture_weights = waves(3 * SIDE * SIDE, SIZE)
for batch, name in (("n", "tiny-clip-image"), (1, "tiny-clip-image-one")):
    save(
        name,
        [helper.make_node("Flatten", ["pixel_values"], ["flat"]), helper.make_node("MatMul", ["flat", "weights"], ["image_embeds"])],
        [tensor("pixel_values", [batch, 3, SIDE, SIDE])],
        [tensor("image_embeds", [batch, SIZE])],
        {"weights": picture_weights},
    )

# Divides by nothing: no number is finite.
save(
    "tiny-clip-image-broken",
    [
        helper.make_node("Flatten", ["pixel_values"], ["flat"]),
        helper.make_node("MatMul", ["flat", "weights"], ["sum"]),
        helper.make_node("Div", ["sum", "nothing"], ["image_embeds"]),
    ],
    [tensor("pixel_values", [1, 3, SIDE, SIDE])],
    [tensor("image_embeds", [1, SIZE])],
    {"weights": picture_weights, "nothing": np.float32(0)},
)

# ---- texts -------------------------------------------------------------------------------------------------------------------

LETTERS = [chr(c) for c in range(ord("a"), ord("z") + 1)]
MERGES = ["d o", "do g</w>", "r e", "re d</w>", "c a", "ca r</w>"]
TOKENS = LETTERS + [c + "</w>" for c in LETTERS] + [m.replace(" ", "") for m in MERGES] + [START, STOP]
IDS = {token: i for i, token in enumerate(TOKENS)}
PLACES = 12

with open(os.path.join(HERE, "tiny-clip-tokenizer.json"), "w", encoding="utf-8") as out:
    special = [
        {"id": IDS[t], "special": True, "content": t, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False}
        for t in (START, STOP)
    ]
    pieces = {"type": "Split", "pattern": {"Regex": r"[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"}, "behavior": "Removed", "invert": True}
    json.dump(
        {
            "version": "1.0", "truncation": None, "padding": None, "added_tokens": special,
            "normalizer": {"type": "Sequence", "normalizers": [{"type": "NFC"}, {"type": "Lowercase"}]},
            "pre_tokenizer": {"type": "Sequence", "pretokenizers": [pieces, {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True}]},
            "post_processor": {"type": "RobertaProcessing", "sep": [STOP, IDS[STOP]], "cls": [START, IDS[START]], "trim_offsets": False, "add_prefix_space": False},
            "decoder": {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True},
            "model": {"type": "BPE", "dropout": None, "unk_token": STOP, "continuing_subword_prefix": "", "end_of_word_suffix": "</w>", "fuse_unk": False, "vocab": IDS, "merges": MERGES},
        },
        out,
    )
    out.write("\n")

# What is read off at the first of the highest ids: the sum of all tokens up to there, each by its place.
table, place = waves(len(TOKENS), SIZE) * 2, (1 + np.arange(PLACES, dtype=np.float32) / 3).reshape(PLACES, 1)


def text_embeds(ids):
    end = int(np.argmax(ids))
    return (table[ids[: end + 1]].astype(np.float64) * place[: end + 1]).sum(0)


def text_network(name, length):
    nodes = [
        helper.make_node("ArgMax", ["input_ids"], ["end"], axis=1, keepdims=1),
        helper.make_node("Shape", ["input_ids"], ["shape"]),
        helper.make_node("Slice", ["shape", "one", "two"], ["length"]),
        helper.make_node("Slice", ["steps", "zero", "length"], ["here"]),
        helper.make_node("LessOrEqual", ["here", "end"], ["seen"]),
        helper.make_node("Cast", ["seen"], ["mask"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["mask", "two"], ["column"]),
        helper.make_node("Slice", ["place", "zero", "length"], ["weight"]),
        helper.make_node("Gather", ["table", "input_ids"], ["tokens"]),
        helper.make_node("Mul", ["tokens", "weight"], ["placed"]),
        helper.make_node("Mul", ["placed", "column"], ["kept"]),
        helper.make_node("ReduceSum", ["kept", "one"], ["text_embeds"], keepdims=0),
    ]
    constants = {"one": np.array([1]), "two": np.array([2]), "zero": np.array([0]), "steps": np.arange(PLACES), "place": place, "table": table}
    save(name, nodes, [tensor("input_ids", ["n", length], TensorProto.INT64)], [tensor("text_embeds", ["n", SIZE])], constants)


text_network("tiny-clip-text", "length")
text_network("tiny-clip-text-fixed", PLACES)

TEXTS = {
    "a dog": ["a</w>", "dog</w>"],
    "A red  DOG": ["a</w>", "red</w>", "dog</w>"],
    "dog red": ["dog</w>", "red</w>"],
    # More than the places: words go from the end, the token that ends the text stays.
    "red dog car red dog car red dog car red dog car": (["red</w>", "dog</w>", "car</w>"] * 4)[: PLACES - 2],
}

# ---- heads -------------------------------------------------------------------------------------------------------------------

head = waves(1, SIZE) * 4
save(
    "tiny-head",
    [helper.make_node("Gemm", ["image_embeds", "w", "b"], ["score"], transB=1)],
    [tensor("image_embeds", ["n", SIZE])],
    [tensor("score", ["n", 1])],
    {"w": head, "b": np.array([5], np.float32)},
)


def linear(weights, biases):
    layer = torch.nn.Linear(weights.shape[1], weights.shape[0])
    layer.weight.data, layer.bias.data = torch.from_numpy(weights.copy()), torch.from_numpy(np.asarray(biases, np.float32))
    return layer


class Improved(torch.nn.Module):
    """Layers as the improved predictor has them, with dropout between them, which is idle when it is used."""

    def __init__(self):
        super().__init__()
        drop = torch.nn.Dropout(0.2)
        self.layers = torch.nn.Sequential(
            linear(waves(5, SIZE), waves(5)), drop, linear(waves(4, 5) * 2, waves(4)), drop, linear(waves(1, 4) * 3, [4.5]))

    def forward(self, x):
        return self.layers(x)


torch.save(linear(head, [5]).state_dict(), os.path.join(HERE, "tiny-head-linear.pth"))
improved = Improved().eval()
torch.save(improved.state_dict(), os.path.join(HERE, "tiny-head-improved.pth"))
torch.save({k: v.double() for k, v in improved.state_dict().items()}, os.path.join(HERE, "tiny-head-double.pth"))

# ---- what must come out ------------------------------------------------------------------------------------------------------

expected = {"pictures": {}, "texts": {}, "scores": {}}
for width, height in ((45, 23), (23, 40), (8, 8), (5, 6)):
    embedding = unit(processed(pattern(width, height)).reshape(-1) @ picture_weights.astype(np.float64))
    key = "%dx%d" % (width, height)
    expected["pictures"][key] = embedding.tolist()
    row = torch.from_numpy(embedding.astype(np.float32)).unsqueeze(0)
    expected["scores"][key] = {
        "linear": float((head[0].astype(np.float64) * embedding).sum() + 5), "improved": float(improved.double()(row.double())[0, 0])}
for text, tokens in TEXTS.items():
    expected["texts"][text] = unit(text_embeds(np.array([IDS[t] for t in [START, *tokens, STOP]]))).tolist()
with open(os.path.join(HERE, "expected.json"), "w", encoding="utf-8") as out:
    json.dump(expected, out, indent=1)
    out.write("\n")
