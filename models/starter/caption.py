#!/usr/bin/env python3
"""Trains the starter captioner in the form of BLIP: `pixel_values` [1,3,320,320] -> `encoder_hidden_states` [1,65,96], and
`input_ids` int64 [1,L] with them -> `logits` [1,L,words], no cache. Its words stand in a BERT tokenizer.json of whole words. Sentences begin with [CLS] and end with [SEP].

The vision encoder is the starter detector's network as it is, whose 64 best cells become tokens, and two layers of attention over
them; so train detect.py first.
"""
import json
import os
import re

import cv2
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from detect import HEIGHT, STRIDES, WIDTH, DetectNet, overlap
from starter import (CLIP_MEAN, CLIP_STD, COLOURS, KINDS, Average, Frames, OnnxModel, Schedule, arguments, begin, export, keep,
                     planes, write_manifest)

SIDE = 320  # pixels of the input; inside it becomes WIDTH x HEIGHT, near to what a frame of 16:9 was before it was squeezed
CELLS = 64  # that are looked at
WIDE = 96  # numbers of a token
SEEN = 48 + 3  # of them the detector's features and the mean colour
FACTS = 4 + 3 + len(KINDS) + len(COLOURS) + len(STRIDES) + SEEN  # numbers of a cell
MOST_WORDS = 40
PAD, UNKNOWN, START, STOP, MASK = range(5)
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def split(sentence):
    """Words and punctuation marks, as BERT's basic tokenizer has them."""
    return re.findall(r"\w+|[^\w\s]", sentence.lower())


def write_tokenizer(vocabulary, path):
    """A BERT tokenizer of whole words, as the Hugging Face tokenizers library reads it."""
    ids = {word: i for i, word in enumerate(vocabulary)}
    content = {
        "version": "1.0", "truncation": None, "padding": None,
        "added_tokens": [{"id": ids[word], "special": True, "content": word, "single_word": False, "lstrip": False, "rstrip": False,
                          "normalized": False} for word in SPECIAL],
        "normalizer": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True, "strip_accents": None, "lowercase": True},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", STOP], "cls": ["[CLS]", START]},
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100, "vocab": ids},
    }
    with open(path, "w", encoding="utf-8") as out:
        json.dump(content, out, ensure_ascii=False, indent=0)
        out.write("\n")
    try:
        import tokenizers
    except ImportError:
        print("tokenizers is not there: '%s' was written, not read" % path)
        return
    sentence = " ".join(vocabulary[len(SPECIAL) :])
    if tokenizers.Tokenizer.from_file(path).encode(sentence).ids != [START, *range(len(SPECIAL), len(vocabulary)), STOP]:
        raise SystemExit("'%s' does not read back" % path)


class Facts(nn.Module):
    """Pictures BGR 0..255 [n,3,HEIGHT,WIDTH] to the best cells [n,CELLS,FACTS] and to the scene as a whole [n,96]."""

    def __init__(self):
        super().__init__()
        self.trunk = DetectNet()
        cells = [(WIDTH // s) * (HEIGHT // s) for s in STRIDES]
        grids = [np.stack(np.meshgrid(np.arange(WIDTH // s), np.arange(HEIGHT // s)), -1).reshape(-1, 2) for s in STRIDES]
        self.register_buffer("place", torch.from_numpy(np.concatenate(grids)).float())
        self.register_buffer("stride", torch.from_numpy(np.repeat(STRIDES, cells)).float()[:, None])
        self.register_buffer("level", F.one_hot(torch.from_numpy(np.repeat(np.arange(len(STRIDES)), cells)), len(STRIDES)).float())

    def forward(self, pictures):
        features = self.trunk.features(pictures)
        answers = self.trunk.answers(features)
        rows, seen = (torch.cat([m.flatten(2) for m in maps], 2).transpose(1, 2) for maps in (answers, features[1:]))
        kinds = torch.sigmoid(rows[..., 5 : 5 + len(KINDS)])
        score = torch.sigmoid(rows[..., 4]) * kinds.max(2)[0]
        score, best = torch.topk(score, CELLS, 1)
        n = best.unsqueeze(2)

        def of_best(values):
            return torch.gather(values, 1, n.expand(-1, -1, values.shape[2]))

        paint = torch.cat([F.avg_pool2d(pictures, s).flatten(2) for s in STRIDES], 2).transpose(1, 2) * (1 / 64.0) - 2
        both = torch.cat([rows, seen, paint, (self.place * self.stride).expand(rows.shape[0], -1, -1),
                          self.stride.expand(rows.shape[0], -1, -1), self.level.expand(rows.shape[0], -1, -1)], 2)
        both = of_best(both)
        own = 5 + len(KINDS) + len(COLOURS)
        box, kinds, colours = both[..., :4], torch.sigmoid(both[..., 5 : 5 + len(KINDS)]), torch.softmax(both[..., 5 + len(KINDS) : own], 2)
        seen, place, stride, level = both[..., own : own + 51], both[..., own + 51 : own + 53], both[..., own + 53 : own + 54], both[..., own + 54 :]
        centre, half = box[..., :2] * stride + place, torch.exp(box[..., 2:4].clamp(-6, 6)) * stride / 2
        low, high = centre - half, centre + half
        # Matrix suppression: a cell loses what a better cell of its kind already says.
        common = (torch.minimum(high.unsqueeze(2), high.unsqueeze(1)) - torch.maximum(low.unsqueeze(2), low.unsqueeze(1))).clamp(min=0)
        common = common[..., 0] * common[..., 1]
        area = (half[..., 0] * half[..., 1] * 4).unsqueeze(2)
        iou = common / (area + area.transpose(1, 2) - common + 1e-6)
        alike = torch.matmul(kinds, kinds.transpose(1, 2)).clamp(max=1)
        better = torch.tril(torch.ones(CELLS, CELLS), -1)
        repeated = (iou * alike * better).max(2)[0]
        alone = score * torch.sigmoid((0.5 - repeated) * 12)
        size = torch.tensor([float(WIDTH), float(HEIGHT)])
        facts = torch.cat([centre / size, half * 2 / size, torch.log(area / (WIDTH * HEIGHT) + 1e-4) / 4, score.unsqueeze(2) * 2,
                           alone.unsqueeze(2) * 2, kinds, colours, level, seen], 2)
        whole = torch.cat([features[3].mean((2, 3)), features[3].amax((2, 3))], 1)
        return facts, whole


class Attention(nn.Module):
    def __init__(self, heads=4):
        super().__init__()
        self.heads = heads
        self.query, self.both, self.out = nn.Linear(WIDE, WIDE), nn.Linear(WIDE, 2 * WIDE), nn.Linear(WIDE, WIDE)

    def forward(self, x, other, hidden=None):
        def heads(values):
            return values.view(values.shape[0], -1, self.heads, WIDE // self.heads).transpose(1, 2)

        query = heads(self.query(x))
        key, value = (heads(part) for part in self.both(other).split(WIDE, 2))
        weight = torch.matmul(query, key.transpose(2, 3)) * (WIDE // self.heads) ** -0.5
        if hidden is not None:
            weight = weight + hidden
        mixed = torch.matmul(torch.softmax(weight, 3), value)
        return self.out(mixed.transpose(1, 2).reshape(x.shape[0], -1, WIDE))


class Layer(nn.Module):
    """Attention to itself, to the picture if asked for, and two linear maps."""

    def __init__(self, crossed):
        super().__init__()
        self.own, self.crossed = Attention(), Attention() if crossed else None
        self.norms = nn.ModuleList(nn.LayerNorm(WIDE) for _ in range(3))
        self.linear = nn.Sequential(nn.Linear(WIDE, 3 * WIDE), nn.ReLU(), nn.Linear(3 * WIDE, WIDE))
        self.drop = nn.Dropout(0.1)

    def forward(self, x, picture=None, hidden=None):
        normal = self.norms[0](x)
        x = x + self.drop(self.own(normal, normal, hidden))
        if self.crossed is not None:
            x = x + self.drop(self.crossed(self.norms[1](x), picture))
        return x + self.drop(self.linear(self.norms[2](x)))


class Mixer(nn.Module):
    """Facts to what the decoder reads, and to what each cell is thought to stand for: logits [n,CELLS,1+kinds*colours], see `meanings`."""

    def __init__(self):
        super().__init__()
        self.cell, self.whole = nn.Linear(FACTS, WIDE), nn.Linear(96, WIDE)
        self.layers = nn.ModuleList(Layer(False) for _ in range(2))
        self.norm = nn.LayerNorm(WIDE)
        self.meaning, self.meant = nn.Linear(WIDE, 1 + len(KINDS) * len(COLOURS)), nn.Linear(1 + len(KINDS) * len(COLOURS), WIDE)
        self.drop = nn.Dropout(0.3)

    def forward(self, facts, whole):
        # What is told in numbers is to be read; the detector's own features would let every frame be learnt by heart.
        facts = torch.cat([facts[..., :-SEEN], self.drop(facts[..., -SEEN:])], 2)
        whole = self.drop(whole)
        x = torch.cat([self.whole(whole).unsqueeze(1), self.cell(facts)], 1)
        for layer in self.layers:
            x = layer(x)
        x = self.norm(x)
        meaning = self.meaning(x[:, 1:])
        return torch.cat([x[:, :1], x[:, 1:] + self.meant(torch.softmax(meaning, 2))], 1), meaning


class Decoder(nn.Module):
    """input_ids int64 [n,L], encoder_hidden_states [n,65,WIDE] -> logits [n,L,words]."""

    def __init__(self, words):
        super().__init__()
        self.word, self.position = nn.Embedding(words, WIDE), nn.Embedding(MOST_WORDS, WIDE)
        self.layers = nn.ModuleList(Layer(True) for _ in range(2))
        self.norm, self.out = nn.LayerNorm(WIDE), nn.Linear(WIDE, words)
        self.register_buffer("later", torch.triu(torch.full((MOST_WORDS, MOST_WORDS), -1e4), 1))
        nn.init.normal_(self.word.weight, std=0.3)
        nn.init.normal_(self.position.weight, std=0.3)

    def forward(self, input_ids, encoder_hidden_states):
        length = input_ids.shape[1]
        x = self.word(input_ids) + self.position.weight[:length]
        hidden = self.later[:length, :length]
        for layer in self.layers:
            x = layer(x, encoder_hidden_states, hidden)
        return self.out(self.norm(x))


class Vision(nn.Module):
    """As exported: from what a BLIP processor gives."""

    def __init__(self, facts, mixer):
        super().__init__()
        self.facts, self.mixer = facts, mixer
        self.register_buffer("std", torch.from_numpy(CLIP_STD * 255).view(1, 3, 1, 1))
        self.register_buffer("mean", torch.from_numpy(CLIP_MEAN * 255).view(1, 3, 1, 1))

    def forward(self, pixel_values):
        rgb = pixel_values * self.std + self.mean
        bgr = torch.cat([rgb[:, 2:3], rgb[:, 1:2], rgb[:, 0:1]], 1)
        return self.mixer(*self.facts(F.interpolate(bgr, size=(HEIGHT, WIDTH), mode="bilinear", align_corners=False)))[0]


class CaptionNet(nn.Module):
    def __init__(self, words):
        super().__init__()
        self.mixer, self.decoder = Mixer(), Decoder(words)

    def forward(self, facts, whole, ids):
        """Logits of the next words, and of what the cells stand for."""
        picture, meaning = self.mixer(facts, whole)
        return self.decoder(ids, picture), meaning


def squeezed(picture):
    """As the exported encoder gets it, and what it makes of it inside: uint8 [HEIGHT,WIDTH,3]."""
    square = cv2.resize(picture, (SIDE, SIDE), interpolation=cv2.INTER_LINEAR)
    return cv2.resize(square, (WIDTH, HEIGHT), interpolation=cv2.INTER_LINEAR)


def padded(vocabulary, sentence):
    ids = [START] + [vocabulary.index(word) for word in split(sentence)] + [STOP]
    return ids + [PAD] * (MOST_WORDS - len(ids))


def meanings(facts, boxes, kinds, colours):
    """What the cells of one picture stand for, int64 [CELLS]: 0 for nothing that the caption tells of, or for what a better cell stands
    for already, else 1 + kind * len(COLOURS) + colour.

    :param facts: [CELLS,FACTS], best cells first
    :param boxes: of what the caption tells of, [n,4], corners, 0 to 1
    """
    found = torch.zeros(CELLS, dtype=torch.int64)
    centre, half = facts[:, :2], facts[:, 2:4] / 2
    ious = overlap(torch.cat([centre - half, centre + half], 1)[:, None], torch.as_tensor(boxes, dtype=torch.float32)[None])
    own = facts[:, 7 : 7 + len(KINDS)].argmax(1)
    for i in range(len(boxes)):
        fits = torch.nonzero((ious[:, i] >= 0.5) & (own == int(kinds[i])) & (found == 0))
        if len(fits):
            found[fits[0]] = 1 + int(kinds[i]) * len(COLOURS) + int(colours[i])
    return found


@torch.no_grad()
def look(module, pictures):
    found = [module(torch.from_numpy(planes(np.stack(pictures[i : i + 16])))) for i in range(0, len(pictures), 16)]
    return [torch.cat(part) for part in zip(*found)]


def caption(vision, decoder, vocabulary, picture):
    """Greedy."""
    square = cv2.resize(picture, (SIDE, SIDE), interpolation=cv2.INTER_LINEAR)
    hidden = vision(planes(square[None], CLIP_MEAN, CLIP_STD, 1 / 255, rgb=True))[0]
    ids = [START]
    while len(ids) < MOST_WORDS:
        ids.append(int(decoder(np.array([ids], np.int64), hidden)[0][0, -1].argmax()))
        if ids[-1] == STOP:
            break
    return " ".join(vocabulary[i] for i in ids[1:] if i not in (START, STOP, PAD)).replace(" ,", ",")


COUNTS = {"a": 1, "an": 1, "two": 2, "three": 3, "four": 4, "five": 5, "many": 6}
NOUNS = {"people": "person", **{kind + "s": kind for kind in KINDS}, **{kind: kind for kind in KINDS}}


def groups(sentence):
    """{(kind, colour): count} of a caption of the rendered world."""
    found = {}
    number = None
    words = split(sentence)
    for i, word in enumerate(words):
        if word in COUNTS:
            number = COUNTS[word]
        if word in NOUNS and number:
            kind = NOUNS[word]
            near = words[i + 1 : i + 3] if kind == "person" else words[max(0, i - 1) : i]
            found[(kind, next((w for w in near if w in COLOURS), ""))] = number
            number = None
    return found


def measure(vision, decoder, vocabulary, frames):
    """Shares of the true captions' attributes that are said, and of what is said that is true."""
    tally, examples = {}, []
    for i, truth in enumerate(frames.truth):
        if truth["blur"]["kind"] != "none":
            continue
        said = caption(vision, decoder, vocabulary, frames.image(i))
        if len(examples) < 12:
            examples.append((truth["file"], truth["caption"], said))
        true, told = groups(truth["caption"]), groups(said)
        kinds = [{kind for kind, _ in g} for g in (true, told)]
        rows = {
            "kind": (len(kinds[0] & kinds[1]), len(kinds[1]), len(kinds[0])),
            "colour": (len(set(true) & set(told)), len(told), len(true)),
            "count": (sum(true[g] == told[g] for g in set(true) & set(told)), len(set(true) & set(told)), len(set(true) & set(told))),
            "first group": (1 if list(true.items())[:1] == list(told.items())[:1] else 0, 1, 1),
            "place": (("room" in said) == (truth["place"] == "room"), 1, 1),
            "whole sentence": (truth["caption"] == said, 1, 1),
        }
        for name, row in rows.items():
            tally[name] = tally.get(name, np.zeros(3)) + row
    for example in examples:
        print("%s\n   true: %s\n   said: %s" % example)
    told = []
    for name, (right, found, true) in tally.items():
        share = "%.3f" % (right / max(1, true))
        told.append("%s %s" % (name, share) if found == true else "%s recall %s, precision %.3f" % (name, share, right / max(1, found)))
    return ["Held-out look, %d sharp frames: %s." % (tally["place"][1], "; ".join(told)),
            "(kind and colour: of the groups, as in 'two brown dogs', of the true captions and of those said; count: where kind and colour agree.)"]


def main():
    options = arguments(__doc__.splitlines()[0], minutes=12)
    rng = np.random.default_rng(options.seed)
    frames = Frames(options.training)
    words = sorted({word for truth in frames.truth for word in split(truth["caption"])} | {"photo", "of", "the", "with"})
    vocabulary = SPECIAL + words
    module = Facts()
    module.trunk.load_state_dict(torch.load(os.path.join(options.out, "work", "detect.pt"))["weights"])
    module.eval()
    stock, sentences, told = [], [], []
    for i, truth in enumerate(frames.truth):
        # What is blurred never comes to a captioner, and colours in the dark and in glare can only be guessed.
        if truth["blur"]["kind"] != "none":
            continue
        picture = squeezed(frames.image(i))
        things = [thing for thing in truth["objects"] if thing["named"]]
        boxes = np.array([thing["box"] for thing in things], np.float32).reshape(-1, 4) / np.array([truth["width"], truth["height"]] * 2, np.float32)
        kinds, colours = [KINDS.index(thing["kind"]) for thing in things], [COLOURS.index(thing["colour"]) for thing in things]
        for version in range(4 if truth["exposure"] == "normal" else 1):
            changed, moved = picture, boxes
            if version % 2:
                changed, moved = picture[:, ::-1], boxes[:, [2, 1, 0, 3]] * [-1, 1, -1, 1] + [1, 0, 1, 0]
            if version:
                # Nearer by so little that the caption stays true.
                near = rng.uniform(1, 1.06)
                shift = -rng.uniform(0, 1, 2) * np.array([WIDTH, HEIGHT]) * (near - 1)
                changed = cv2.warpAffine(changed, np.array([[near, 0, shift[0]], [0, near, shift[1]]]), (WIDTH, HEIGHT))
                moved = moved * near + np.tile(shift / [WIDTH, HEIGHT], 2)
                values = changed.astype(np.float32) * rng.uniform(0.93, 1.07) + rng.uniform(-5, 5)
                changed = np.clip(values + rng.standard_normal(values.shape, np.float32) * np.float32(rng.uniform(0, 6)), 0, 255).astype(np.uint8)
            stock.append(changed)
            sentences.append(padded(vocabulary, truth["caption"]))
            told.append((moved, kinds, colours))
    facts, whole = look(module, stock)
    meant = torch.stack([meanings(facts[i], *told[i]) for i in range(len(stock))])
    ids = torch.tensor(sentences)
    print("%d pictures, %d words" % (len(stock), len(vocabulary)), flush=True)
    del stock
    watched = [truth for truth in Frames(options.held_out, 200).truth if truth["blur"]["kind"] == "none" and truth["exposure"] == "normal"]
    watched_ids = torch.tensor([padded(vocabulary, truth["caption"]) for truth in watched])
    watched_facts = look(module, [squeezed(cv2.imread(os.path.join(options.held_out, "images", truth["file"]))) for truth in watched])
    net = CaptionNet(len(vocabulary))
    before = begin(options, "caption", net)
    optimiser = torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=0.05)
    schedule, average = Schedule(options, optimiser, 1.5e-3 if options.go_on else 2e-3, before), Average(net)
    while schedule.running():
        batch = torch.from_numpy(rng.integers(0, len(facts), 24))
        longest = int((ids[batch] != PAD).sum(1).max())
        x = facts[batch]
        x = x + torch.randn_like(x) * 0.03
        known = ids[batch, : longest - 1]
        # Some words are hidden, so that the picture is looked at rather than the sentence so far.
        known = torch.where((torch.rand(known.shape) < 0.1) & (known != START), MASK, known)
        logits, meaning = net(x, whole[batch], known)
        value = F.cross_entropy(logits.flatten(0, 1), ids[batch, 1:longest].flatten(), ignore_index=PAD, label_smoothing=0.02)
        # What each cell stands for is known, so it is taught beside the sentence, which tells it in a roundabout way.
        cells = F.cross_entropy(meaning.flatten(0, 1), meant[batch].flatten(), reduction="sum") / (meant[batch] > 0).sum().clamp(min=1)
        optimiser.zero_grad(set_to_none=True)
        (value + 0.3 * cells).backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1)
        optimiser.step()
        average.update(net)
        schedule.note(loss=value, cells=cells)
        if schedule.step % 300 == 0:
            with torch.no_grad():
                logits = average.module(*watched_facts, watched_ids[:, :-1])[0]
            print("step %d, held-out loss %.4f" % (schedule.step, F.cross_entropy(logits.flatten(0, 1), watched_ids[:, 1:].flatten(), ignore_index=PAD)), flush=True)
    spent = keep(options, "caption", average.module, schedule)
    folder = os.path.join(options.out, "caption")
    net = average.module
    vision_path, decoder_path, words_path = (os.path.join(folder, name) for name in ("vision_encoder.onnx", "text_decoder.onnx", "tokenizer.json"))
    vision = Vision(module, net.mixer)
    export(vision, (torch.randn(1, 3, SIDE, SIDE),), ["pixel_values"], ["encoder_hidden_states"], vision_path)
    names = ["input_ids", "encoder_hidden_states"]
    export(net.decoder, (torch.tensor([[START, 7, 8]]), torch.randn(1, CELLS + 1, WIDE)), names, ["logits"], decoder_path,
           {"input_ids": {1: "length"}, "logits": {1: "length"}})
    write_tokenizer(vocabulary, words_path)
    figures = measure(OnnxModel(vision_path, vision, ["pixel_values"]), OnnxModel(decoder_path, net.decoder, names), vocabulary, Frames(options.held_out))
    mean, std = (", ".join("%.8f" % v for v in values) for values in (CLIP_MEAN, CLIP_STD))
    write_manifest(folder, "starter-caption", "caption", "blip",
                   {"encoder": vision_path, "decoder": decoder_path, "tokenizer": words_path}, """
input:
  width: %d
  height: %d
  colour: rgb
  scale: 0.00392156862745098 # 1/255
  mean: [%s]
  std: [%s]
  resize: stretch
output:
  start: [%d] # [CLS]
  stop: [%d] # [SEP]
  maxTokens: %d # the decoder knows no more positions
  beams: 3 # tells of a little more than one does
  noRepeat: 0 # "a person in red next to a person in blue" says three words twice, and rightly""" % (SIDE, SIDE, mean, std, START, STOP, MOST_WORDS), figures, spent)


if __name__ == "__main__":
    main()
