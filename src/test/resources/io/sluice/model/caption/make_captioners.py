#!/usr/bin/env python3
"""Makes the small captioners beside this script; run it with the onnx package 1.12 or later. Each file is below 50 kB.

Each captioner knows a few sentences by heart: for a picture, and where the family has them for a prompt or a question, one sequence
of tokens from the start token to the stop token. At each step it compares all tokens so far with each sequence it knows, by place,
and says the next token of the sequence that fits both the tokens and the picture. Where none fits it says "wrong". So a wrong start
token, prompt, order, cache, picture, scaling of pixels or stop token is a wrong sentence.
"""
import json
import os

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

HERE = os.path.dirname(os.path.abspath(__file__))
FLOAT, INT64, BOOL = TensorProto.FLOAT, TensorProto.INT64, TensorProto.BOOL

SIDE = 8  # pixels
PLACES = 5  # that the encoder gives for a picture
FEATURES = 6  # red, green, blue, a one; of words: the token's number, a one
LONGEST = 16  # tokens
SIZE = 4  # of a head in the cache
LAYERS = 2
KEY = np.array([1, 2, 3, 4], np.float32)
VALUE = np.array([4, 3, 2, 1], np.float32)
NORM = 2 * float((KEY**2).sum())

RED, BLUE = (1, -1, -1), (-1, -1, 1)  # as (pixel / 255 - 0.5) / 0.5 makes them


class Graph:
    """Nodes and constants, with names made as they come."""

    def __init__(self):
        self.nodes, self.constants, self.count = [], [], 0

    def constant(self, values, kind=np.float32):
        self.count += 1
        name = "c%d" % self.count
        self.constants.append(numpy_helper.from_array(np.array(values, dtype=kind), name))
        return name

    def add(self, op, *inputs, out=None, **attributes):
        self.count += 1
        name = out or "t%d" % self.count
        self.nodes.append(helper.make_node(op, list(inputs), [name], **attributes))
        return name

    def ints(self, *values):
        return self.constant(list(values), np.int64)

    def sum(self, x, axes, keepdims=0):
        return self.add("ReduceSum", x, self.ints(*axes), keepdims=keepdims)

    def size(self, x, axis):
        """Of one dimension, int64 [1]."""
        return self.add("Gather", self.add("Shape", x), self.ints(axis))

    def near(self, x, wanted, steepness):
        """1 where x is what is wanted, 0 where it is not."""
        off = self.add("Mul", self.add("Abs", self.add("Sub", x, wanted)), self.constant(steepness))
        return self.add("Relu", self.add("Sub", self.constant(1), off))


def save(name, graph, inputs, outputs):
    model = helper.make_model(
        helper.make_graph(graph.nodes, name, inputs, outputs, graph.constants),
        producer_name="sluice",
        opset_imports=[helper.make_opsetid("", 13)],
    )
    model.ir_version = 7
    onnx.checker.check_model(model)
    onnx.save(model, os.path.join(HERE, name + ".onnx"))


def tensor(name, shape, kind=FLOAT):
    return helper.make_tensor_value_info(name, kind, shape)


def encoder(name, output):
    """A picture's mean colour, times the number of the place."""
    g = Graph()
    colour = g.add("ReduceMean", "pixel_values", axes=[2, 3], keepdims=0)
    padded = g.add("Pad", colour, g.ints(0, 0, 0, FEATURES - 3))
    feature = g.add("Unsqueeze", g.add("Add", padded, g.constant([0, 0, 0, 1, 0, 0])), g.ints(1))
    g.add("Mul", feature, g.constant(np.arange(1, PLACES + 1).reshape(1, PLACES, 1)), out=output)
    save(name, g, [tensor("pixel_values", [1, 3, SIDE, SIDE])], [tensor(output, [1, PLACES, FEATURES])])


class Sentence:
    """tokens: all, from start to stop; the first `given` of them are not the network's; question: its tokens, if there is one."""

    def __init__(self, colour, tokens, given=1, question=None):
        self.colour, self.tokens, self.given, self.question = colour, tokens, given, question


def weights(g, states, sentences):
    """How well each sentence fits the picture, and the question where there is one: [rows, sentences]."""
    picture = g.add("Slice", states, g.ints(0), g.ints(PLACES), g.ints(1))
    total = float(np.arange(1, PLACES + 1).sum())
    mean = g.add("Div", g.sum(picture, [1]), g.constant(total))
    colour = g.add("Unsqueeze", g.add("Slice", mean, g.ints(0), g.ints(3), g.ints(1)), g.ints(1))
    off = g.sum(g.add("Abs", g.add("Sub", colour, g.constant([s.colour for s in sentences]))), [2])
    fit = g.near(off, g.constant(0), 2)
    if sentences[0].question is None:
        return fit
    words = g.add("Slice", states, g.ints(PLACES), g.ints(1 << 30), g.ints(1))
    numbers = g.add("Squeeze", g.add("Slice", words, g.ints(4), g.ints(5), g.ints(2)), g.ints(2))
    length = g.add("Squeeze", g.size(numbers, 1), g.ints(0))
    one = g.constant(1, np.int64)
    order = g.add("Range", one, g.add("Add", length, one), one)
    said = g.sum(g.add("Mul", numbers, g.add("Cast", order, to=FLOAT)), [1], keepdims=1)
    wanted = [sum((i + 1) * t for i, t in enumerate(s.question)) for s in sentences]
    return g.add("Mul", fit, g.near(said, g.constant([wanted]), 1))


def decoder(name, sentences, vocabulary, wrong, rows="rows", cache=None, merged=True, embeds=False):
    """cache: None, "own" for that of the tokens, "all" for that of the encoder's states as well."""
    g = Graph()
    count = len(sentences)
    inputs, outputs = [], [tensor("logits", [rows, "length", vocabulary])]
    if embeds:
        inputs.append(tensor("inputs_embeds", [rows, "length", FEATURES]))
        number = g.add("Slice", "inputs_embeds", g.ints(4), g.ints(5), g.ints(2))
        ids = g.add("Cast", g.add("Round", g.add("Squeeze", number, g.ints(2))), to=INT64)
    else:
        inputs.append(tensor("input_ids", [rows, "length"], INT64))
        ids = "input_ids"
    inputs.append(tensor("encoder_hidden_states", [rows, "places", FEATURES]))
    states = "encoder_hidden_states"
    if embeds:
        inputs.append(tensor("encoder_attention_mask", [rows, "places"], INT64))
        mask = g.add("Unsqueeze", g.add("Cast", "encoder_attention_mask", to=FLOAT), g.ints(2))
        states = g.add("Mul", states, mask)
    length = g.size(ids, 1)
    pasts = []
    if cache:
        for layer in range(LAYERS):
            for of in ["decoder", "encoder"] if cache == "all" else [""]:
                for what in ["key", "value"]:
                    end = ".".join(part for part in [str(layer), of, what] if part)
                    pasts.append((layer, of, what, end))
                    inputs.append(tensor("past_key_values." + end, [rows, count, "past_" + of, SIZE]))
                    outputs.append(tensor("present." + end, [rows, count, "now_" + of, SIZE]))
        if merged:
            inputs.append(tensor("use_cache_branch", [1], BOOL))
    fit = weights(g, states, sentences)
    places = g.size(states, 1)

    # Where the new tokens stand.
    if cache:
        past = g.size("past_key_values." + pasts[0][3], 2)
        flag = g.add("Cast", "use_cache_branch", to=INT64) if merged else g.ints(1)
        offset = g.add("Mul", past, flag)
    else:
        offset = g.ints(0)
    total = g.add("Add", offset, length)
    scalar = lambda x: g.add("Squeeze", x, g.ints(0))
    where = g.add("Range", scalar(offset), scalar(total), g.constant(1, np.int64))
    # Behind the longest nothing is expected.
    where = g.add("Min", where, g.ints(LONGEST - 1))
    end = g.add("Min", total, g.ints(LONGEST))
    expected = np.zeros((LONGEST, count, vocabulary), np.float32)
    following = np.zeros((LONGEST + 1, count, vocabulary), np.float32)
    for k, sentence in enumerate(sentences):
        for i, token in enumerate(sentence.tokens):
            expected[i, k, token] = 1
            if i >= sentence.given:
                following[i, k, token] = 1
        # Who does not stop goes on.
        following[len(sentence.tokens) :, k, wrong] = 1
    one_hot = g.add("OneHot", ids, g.constant(vocabulary, np.int64), g.constant([0, 1]), axis=-1)
    here = g.add("Gather", g.constant(expected), where, axis=0)
    match = g.add("Einsum", one_hot, here, equation="nlv,lkv->nkl")
    spread = g.add("Unsqueeze", match, g.ints(3))

    # What is remembered: for each head, which is a sentence, and each place, whether the token there was the sentence's.
    agree = []
    for layer in range(LAYERS):
        for what, vector in [("key", KEY), ("value", VALUE)]:
            new = g.add("Mul", spread, g.constant(vector * (layer + 1)))
            if cache:
                part = [p[3] for p in pasts if p[0] == layer and p[2] == what and p[1] != "encoder"][0]
                before = g.add("Slice", "past_key_values." + part, g.ints(0), offset, g.ints(2))
                new = g.add("Concat", before, new, axis=2, out="present." + part)
            read = g.add("Mul", new, g.constant(vector / (layer + 1) / NORM / LAYERS))
            agree.append(g.sum(read, [2, 3]))
    right = g.add("Sum", *agree)
    known = g.near(right, g.add("Cast", total, to=FLOAT), 10)
    if cache and merged:
        # The branch with the cache is none for the first step.
        empty = g.add("And", "use_cache_branch", g.add("Equal", past, g.ints(0)))
        known = g.add("Mul", known, g.add("Cast", g.add("Not", empty), to=FLOAT))

    if cache == "all":
        # The encoder's part is made by the branch without cache alone, and read by the other alone, as exports have it.
        fresh = g.add("Unsqueeze", fit, g.ints(2, 3))
        fits = []
        for layer in range(LAYERS):
            for what, vector in [("key", KEY), ("value", VALUE)]:
                part = [p[3] for p in pasts if p[0] == layer and p[2] == what and p[1] == "encoder"][0]
                shape = g.add("Concat", g.size(ids, 0), g.ints(count), places, g.ints(SIZE), axis=0)
                made = g.add("Expand", g.add("Mul", fresh, g.constant(vector * (layer + 1))), shape)
                kept = g.add("Mul", places, g.add("Sub", g.ints(1), flag))
                g.add("Slice", made, g.ints(0), kept, g.ints(2), out="present." + part)
                old = g.add("Mul", "past_key_values." + part, g.add("Cast", flag, to=FLOAT))
                used = g.add("Concat", old, "present." + part, axis=2)
                read = g.add("Mul", used, g.constant(vector / (layer + 1) / NORM / LAYERS))
                fits.append(g.sum(read, [2, 3]))
        fit = g.add("Div", g.add("Sum", *fits), g.add("Cast", places, to=FLOAT))

    vote = g.add("Mul", g.add("Mul", fit, known), g.constant(10))
    after = g.add("Squeeze", g.add("Gather", g.constant(following), end, axis=0), g.ints(0))
    said = g.add("Einsum", vote, after, equation="nk,kv->nv")
    nothing = np.zeros(vocabulary, np.float32)
    nothing[wrong] = 1
    last = g.add("Unsqueeze", g.add("Add", said, g.constant(nothing)), g.ints(1))
    earlier = g.add("Sub", length, g.ints(1))
    shape = g.add("Concat", g.size(ids, 0), earlier, g.ints(vocabulary), axis=0)
    g.add("Concat", g.add("Expand", g.constant(nothing), shape), last, axis=1, out="logits")
    save(name, g, inputs, outputs)


def words_tokenizer(name, vocabulary, added=(), ends=None):
    """Words with the blank before them, as GPT-2 and RoBERTa have them."""
    special = lambda content, id: {
        "id": id, "content": content, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False,
        "special": True,
    }
    byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True}
    processor = {
        "type": "RobertaProcessing", "sep": ["</s>", vocabulary["</s>"]], "cls": ["<s>", vocabulary["<s>"]],
        "trim_offsets": True, "add_prefix_space": False,
    } if ends else byte_level
    root = {
        "version": "1.0", "truncation": None, "padding": None,
        "added_tokens": [special(token, vocabulary[token]) for token in added],
        "normalizer": None, "pre_tokenizer": byte_level, "post_processor": processor, "decoder": byte_level,
        "model": {"type": "WordLevel", "vocab": vocabulary, "unk_token": list(vocabulary)[-1]},
    }
    with open(os.path.join(HERE, name), "w", encoding="utf-8") as file:
        json.dump(root, file, ensure_ascii=False, indent=0)
        file.write("\n")


# BLIP: [DEC] is the start, [SEP] the stop; a sentence may begin with a prompt.
BERT = "[PAD] [UNK] [CLS] [SEP] [MASK] a red blue ball on the grass sky photo of kite wrong [DEC]".split()
bert = {word: i for i, word in enumerate(BERT)}
with open(os.path.join(HERE, "blip-vocab.txt"), "w", encoding="utf-8") as file:
    file.write("\n".join(BERT) + "\n")


def blip_sentence(colour, text, given=""):
    tokens = [bert["[DEC]"]] + [bert[w] for w in (given + " " + text).split()] + [bert["[SEP]"]]
    return Sentence(colour, tokens, 1 + len(given.split()))


BLIP = [
    blip_sentence(RED, "a red ball on the grass"),
    blip_sentence(BLUE, "the blue sky"),
    blip_sentence(RED, "red grass", "a photo of"),
    blip_sentence(BLUE, "a blue kite on the sky", "a photo of"),
]
encoder("blip-encoder", "encoder_hidden_states")
decoder("blip-decoder", BLIP, len(BERT), bert["wrong"], rows=1)
decoder("blip-decoder-rows", BLIP, len(BERT), bert["wrong"])

# ViT with GPT-2: one token starts and stops, with and without a cache.
GPT2 = ["a", "Ġdog", "Ġcat", "Ġruns", "Ġsleeps", "Ġhere", "<|endoftext|>", "Ġwrong"]
gpt2 = {word: i for i, word in enumerate(GPT2)}
words_tokenizer("vit-gpt2-tokenizer.json", gpt2, ["<|endoftext|>"])


def gpt2_sentence(colour, text):
    words = text.split()
    end = gpt2["<|endoftext|>"]
    return Sentence(colour, [end, gpt2[words[0]]] + [gpt2["Ġ" + word] for word in words[1:]] + [end])


VIT_GPT2 = [gpt2_sentence(RED, "a dog runs"), gpt2_sentence(BLUE, "a cat sleeps here")]
encoder("vit-gpt2-encoder", "last_hidden_state")
decoder("vit-gpt2-decoder", VIT_GPT2, len(GPT2), gpt2["Ġwrong"])
decoder("vit-gpt2-decoder-merged", VIT_GPT2, len(GPT2), gpt2["Ġwrong"], cache="own")

# Florence-2: asked in words; </s> starts, <s> comes first, </s> stops.
QUESTIONS = {
    "short": ["What", "Ġdoes", "Ġthe", "Ġimage", "Ġdescribe", "?"],
    "detailed": ["Describe", "Ġin", "Ġdetail", "Ġwhat", "Ġis", "Ġshown", "Ġin", "Ġthe", "Ġimage", "."],
    "very-detailed": ["Describe", "Ġwith", "Ġa", "Ġparagraph", "Ġwhat", "Ġis", "Ġshown", "Ġin", "Ġthe", "Ġimage", "."],
    "regions": ["Locate", "Ġthe", "Ġobjects", "Ġin", "Ġthe", "Ġimage", ",", "Ġwith", "Ġtheir", "Ġdescriptions", "."],
    "text": ["What", "Ġis", "Ġthe", "Ġtext", "Ġin", "Ġthe", "Ġimage", "?"],
}
ANSWERS = {
    "short": {RED: ["a", "Ġrose"], BLUE: ["a", "Ġlake", "Ġat", "Ġdawn"]},
    "detailed": {RED: ["a", "Ġrose", "Ġin", "Ġa", "Ġglass", "."], BLUE: ["a", "Ġlake", "."]},
    "very-detailed": {RED: ["The", "Ġimage", "Ġis", "Ġa", "Ġrose", "."], BLUE: ["The", "Ġlake", "Ġis", "Ġshown", "."]},
    "regions": {
        RED: ["a", "Ġrose", "<loc_100>", "<loc_200>", "<loc_300>", "<loc_400>", "glass"]
        + ["<loc_200>", "<loc_200>", "<loc_400>", "<loc_999>"],
        BLUE: ["a", "Ġlake", "<loc_200>", "<loc_200>", "<loc_999>", "<loc_400>"],
    },
    "text": {RED: ["STOP"], BLUE: ["glass", "Ġlake"]},
}
words = ["<s>", "<pad>", "</s>"]
for sequence in list(QUESTIONS.values()) + [answer for by in ANSWERS.values() for answer in by.values()]:
    for word in sequence:
        if word not in words:
            words.append(word)
florence = {word: i for i, word in enumerate(words + ["Ġwrong"])}
places = [word for word in florence if word.startswith("<loc")]
words_tokenizer("florence-2-tokenizer.json", florence, ["<s>", "<pad>", "</s>"] + places, ends=True)
start, stop = florence["<s>"], florence["</s>"]
FLORENCE = [
    Sentence(colour, [stop, start] + [florence[w] for w in answer] + [stop], 1, [start] + [florence[w] for w in QUESTIONS[of]] + [stop])
    for of, by in ANSWERS.items()
    for colour, answer in by.items()
]
# The network wants </s>, <s> as the first two; it would say something else than <s> by itself.
for sentence in FLORENCE:
    sentence.given = 2
encoder("florence-2-vision", "image_features")
g = Graph()
table = np.zeros((len(florence), FEATURES), np.float32)
table[:, 4] = np.arange(len(florence))
table[:, 5] = 1
g.add("Gather", g.constant(table), "input_ids", axis=0, out="inputs_embeds")
save("florence-2-embed", g, [tensor("input_ids", ["rows", "length"], INT64)], [tensor("inputs_embeds", ["rows", "length", FEATURES])])
g = Graph()
g.add("Mul", "inputs_embeds", g.add("Unsqueeze", g.add("Cast", "attention_mask", to=FLOAT), g.ints(2)), out="last_hidden_state")
save(
    "florence-2-encoder",
    g,
    [tensor("inputs_embeds", ["rows", "places", FEATURES]), tensor("attention_mask", ["rows", "places"], INT64)],
    [tensor("last_hidden_state", ["rows", "places", FEATURES])],
)
decoder("florence-2-decoder", FLORENCE, len(florence), florence["Ġwrong"], cache="all", embeds=True)
