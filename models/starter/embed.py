#!/usr/bin/env python3
"""Trains the starter embeddings in the form of CLIP: `pixel_values` [N,3,224,224] -> `image_embeds` [N,128], `input_ids` int64
[N,L] -> `text_embeds` [N,128], neither normalised, and a tokenizer.json of its own.

The image encoder reads the starter detector's network and some plain measures of sharpness, light and noise; so train detect.py
first. Texts say what is seen and how good the photograph is.
"""
import collections
import json
import os

import cv2
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

import procedural
from caption import WIDE, Layer, split
from detect import DetectNet
from starter import (CLIP_MEAN, CLIP_STD, COLOURS, KINDS, Average, Frames, OnnxModel, Schedule, arguments, begin, export, keep,
                     planes, write_manifest)

SIDE = 224
CONTEXT = 77
MEANING, QUALITY = 96, 32  # numbers of the embedding that come from what is seen, and from how it is seen
SEEN = 135 + 15 + 45 + 288
MEASURES = 25
START, STOP = "<|startoftext|>", "<|endoftext|>"
COUNTS = ["", "a", "two", "three", "four", "five", "many"]
CONDITIONS = ["sharp", "blurry", "clean", "noisy", "dark", "bright", "good", "bad"]


# ---- the image ---------------------------------------------------------------------------------------------------------------


class Measures(nn.Module):
    """RGB 0..1 [n,3,224,224] to numbers [n,MEASURES] that fall with blur or rise with noise, as logarithms; no weights."""

    def __init__(self):
        super().__init__()
        self.register_buffer("grey", torch.tensor([0.299, 0.587, 0.114]).view(1, 3, 1, 1))
        kernels = [[[0, -1, 0], [-1, 4, -1], [0, -1, 0]], [[1, -2, 1], [-2, 4, -2], [1, -2, 1]]]
        self.register_buffer("kernels", torch.tensor(kernels).float().unsqueeze(1))

    @staticmethod
    def spread(response, block):
        """Mean, strongest and weakest block of a response [n,1,h,w]."""
        blocks = F.avg_pool2d(response.abs(), block)
        return [torch.log(v.flatten(1) + 1e-3) for v in (blocks.mean((2, 3)), blocks.amax((2, 3)), -(-blocks).amax((2, 3)))]

    def forward(self, rgb):
        grey = (rgb * self.grey).sum(1, keepdim=True)
        found, level = [], grey
        for block in (16, 8, 4):
            found += self.spread(level[:, :, :, 1:] - level[:, :, :, :-1], block) + self.spread(level[:, :, 1:] - level[:, :, :-1], block)
            level = F.avg_pool2d(level, 2)
        response = F.conv2d(grey, self.kernels)
        found += self.spread(response[:, :1], 16)[1:] + self.spread(response[:, 1:], 16)[:1]
        mean = grey.mean((2, 3))
        found += [mean, torch.sigmoid((grey - 0.95) * 60).mean((2, 3)), torch.sigmoid((0.05 - grey) * 60).mean((2, 3)),
                  torch.sqrt(((grey - mean[..., None, None]) ** 2).mean((2, 3)) + 1e-5)]
        return torch.cat(found, 1)


class Sight(nn.Module):
    """`pixel_values` to all numbers that the embedding is made of: what is where in which colour, and the measures."""

    def __init__(self):
        super().__init__()
        self.trunk, self.measures = DetectNet(), Measures()
        self.register_buffer("std", torch.from_numpy(CLIP_STD).view(1, 3, 1, 1))
        self.register_buffer("mean", torch.from_numpy(CLIP_MEAN).view(1, 3, 1, 1))

    def forward(self, pixel_values):
        rgb = pixel_values * self.std + self.mean
        features = self.trunk.features(torch.cat([rgb[:, 2:3], rgb[:, 1:2], rgb[:, 0:1]], 1) * 255)
        found, grids = [], []
        for answer, (kernel, step) in zip(self.trunk.answers(features), ((10, 9), (6, 4), (3, 2))):
            presence = torch.sigmoid(answer[:, 4:5]) * torch.sigmoid(answer[:, 5 : 5 + len(KINDS)])
            colours = torch.softmax(answer[:, 5 + len(KINDS) :], 1)
            named = presence.unsqueeze(2) * colours.unsqueeze(1)
            found.append(named.flatten(1, 2).amax((2, 3)))
            peak = (presence >= F.max_pool2d(presence, 3, 1, 1)).float()
            found.append((presence * peak).sum((2, 3)))
            grids.append(F.max_pool2d(presence, kernel, step).flatten(1))
        found.append(torch.maximum(torch.maximum(grids[0], grids[1]), grids[2]))
        for here in features[1:]:
            found += [here.mean((2, 3)), here.amax((2, 3))]
        return torch.cat(found + [self.measures(rgb)], 1)


class ImageNet(nn.Module):
    """Sight's numbers to the embedding."""

    def __init__(self):
        super().__init__()
        self.meaning = nn.Sequential(nn.BatchNorm1d(SEEN), nn.Linear(SEEN, 256), nn.ReLU(), nn.Linear(256, MEANING))
        self.quality = nn.Sequential(nn.BatchNorm1d(MEASURES), nn.Linear(MEASURES, 64), nn.ReLU(), nn.Linear(64, QUALITY))

    def forward(self, seen):
        return torch.cat([self.meaning(seen[:, :SEEN]), self.quality(seen[:, SEEN:])], 1)


class TextNet(nn.Module):
    """input_ids int64 [n,L] -> [n,MEANING+QUALITY], read off at the end of the text, which is the highest id, as in CLIP."""

    def __init__(self, tokens):
        super().__init__()
        self.token, self.position = nn.Embedding(tokens, WIDE), nn.Embedding(CONTEXT, WIDE)
        self.layers = nn.ModuleList(Layer(False) for _ in range(2))
        self.norm, self.out = nn.LayerNorm(WIDE), nn.Linear(WIDE, MEANING + QUALITY)
        self.register_buffer("later", torch.triu(torch.full((CONTEXT, CONTEXT), -1e4), 1))
        nn.init.normal_(self.token.weight, std=0.3)
        nn.init.normal_(self.position.weight, std=0.1)

    def forward(self, input_ids):
        length = input_ids.shape[1]
        x = self.token(input_ids) + self.position.weight[:length]
        for layer in self.layers:
            x = layer(x, hidden=self.later[:length, :length])
        end = (input_ids == input_ids.amax(1, keepdim=True)).float()
        first = end * (torch.cumsum(end, 1) < 1.5).float()
        return self.out(self.norm((x * first.unsqueeze(2)).sum(1)))


class EmbedNet(nn.Module):
    def __init__(self, tokens):
        super().__init__()
        self.image, self.text = ImageNet(), TextNet(tokens)
        self.scale, self.bias = nn.Parameter(torch.tensor(2.3)), nn.Parameter(torch.tensor(-6.0))


# ---- the tokenizer -----------------------------------------------------------------------------------------------------------


class Tokenizer:
    """Byte pairs as CLIP has them: merges are learnt from the words of a corpus, most frequent pair first."""

    def __init__(self, corpus, merges=600):
        count = collections.Counter(word for text in corpus for word in split(text))
        pieces = {word: tuple(word[:-1]) + (word[-1] + "</w>",) for word in count}
        self.merges = []
        for _ in range(merges):
            pairs = collections.Counter()
            for word, parts in pieces.items():
                for pair in zip(parts, parts[1:]):
                    pairs[pair] += count[word]
            if not pairs:
                break
            best = min(pairs, key=lambda pair: (-pairs[pair], pair))
            self.merges.append(best)
            pieces = {word: self._merge(parts, best) for word, parts in pieces.items()}
        alphabet = self._alphabet()
        tokens = alphabet + [c + "</w>" for c in alphabet] + ["".join(pair) for pair in self.merges] + [START, STOP]
        self.ids = {token: i for i, token in enumerate(tokens)}
        self.rank = {pair: i for i, pair in enumerate(self.merges)}
        self.known = {}

    @staticmethod
    def _alphabet():
        """A printable character for each of the 256 bytes, in the order of GPT-2 and CLIP."""
        plain = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
        return [chr(b) for b in plain] + [chr(256 + i) for i in range(256 - len(plain))]

    @staticmethod
    def _merge(parts, pair):
        merged, i = [], 0
        while i < len(parts):
            if parts[i : i + 2] == pair:
                merged.append("".join(pair))
                i += 2
            else:
                merged.append(parts[i])
                i += 1
        return tuple(merged)

    def encode(self, text):
        """Ids with start and stop; texts of ASCII alone."""
        ids = [self.ids[START]]
        for word in split(text):
            if word not in self.known:
                parts = tuple(word[:-1]) + (word[-1] + "</w>",)
                while True:
                    pairs = [pair for pair in zip(parts, parts[1:]) if pair in self.rank]
                    if not pairs:
                        break
                    parts = self._merge(parts, min(pairs, key=self.rank.get))
                self.known[word] = [self.ids[part] for part in parts]
            ids += self.known[word]
        return ids[: CONTEXT - 1] + [self.ids[STOP]]

    def write(self, path):
        """As the Hugging Face tokenizers library reads it."""
        pattern = r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"
        special = [{"id": self.ids[token], "special": True, "content": token, "single_word": False, "lstrip": False, "rstrip": False,
                    "normalized": False} for token in (START, STOP)]
        content = {
            "version": "1.0", "truncation": None, "padding": None, "added_tokens": special,
            "normalizer": {"type": "Sequence", "normalizers": [
                {"type": "NFC"}, {"type": "Replace", "pattern": {"Regex": r"\s+"}, "content": " "}, {"type": "Lowercase"}]},
            "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
                {"type": "Split", "pattern": {"Regex": pattern}, "behavior": "Removed", "invert": True},
                {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True}]},
            "post_processor": {"type": "RobertaProcessing", "sep": [STOP, self.ids[STOP]], "cls": [START, self.ids[START]],
                               "trim_offsets": False, "add_prefix_space": False},
            "decoder": {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True},
            "model": {"type": "BPE", "dropout": None, "unk_token": STOP, "continuing_subword_prefix": "", "end_of_word_suffix": "</w>",
                      "fuse_unk": False, "vocab": self.ids, "merges": ["%s %s" % pair for pair in self.merges]},
        }
        with open(path, "w", encoding="utf-8") as out:
            json.dump(content, out, ensure_ascii=False, indent=0)
            out.write("\n")

    def pad(self, texts):
        rows = [self.encode(text) for text in texts]
        longest = max(map(len, rows))
        return torch.tensor([row + [self.ids[STOP]] * (longest - len(row)) for row in rows])


# ---- what is true of a picture -----------------------------------------------------------------------------------------------


def attributes(truth):
    """{(kind, colour): count} of what stands in the middle square of a frame, and the place."""
    left = (truth["width"] - truth["height"]) / 2
    right, whole, found = left + truth["height"], truth["height"] ** 2, collections.Counter()
    for thing in truth["objects"]:
        l, t, r, b = thing["box"]
        inside = max(0, min(r, right) - max(l, left)) * (b - t)
        if inside >= 0.5 * (r - l) * (b - t) and inside / whole >= 0.008 and thing["visible"] >= 0.35 and thing["colour"] in COLOURS:
            found[(thing["kind"], thing["colour"])] += 1
    return found, truth["place"]


def composition(truth):
    """0..1: whether a subject stands there, large, whole, and near the middle or a third."""
    best, height, left = 0.25, truth["height"], (truth["width"] - truth["height"]) / 2
    for thing in truth["objects"]:
        if thing["kind"] not in ("dog", "person", "car"):
            continue
        l, t, r, b = ((v - o) / height for v, o in zip(thing["box"], (left, 0, left, 0)))
        size = max(0, min(r, 1) - max(l, 0)) * (b - t)
        whole = 1 if l > 0.01 and r < 0.99 and t > 0.01 and b < 0.99 else 0.6
        off = min(abs((l + r) / 2 - anchor) for anchor in (1 / 3, 0.5, 2 / 3))
        best = max(best, min(1, np.sqrt(size / 0.12)) * whole * np.exp(-((off / 0.15) ** 2)) * thing["visible"] ** 0.5)
    return best


class Condition:
    """How a square picture of 224 pixels was spoilt: blur's deviation in its pixels, noise in 0..255, light in stops."""

    def __init__(self, blur=0.0, noise=0.0, light=0.0):
        self.blur, self.noise, self.light = blur, noise, light

    def score(self, frame):
        """Photographic quality, 1 to 10: three parts that are technical, which multiply, and composition."""
        technical = np.exp(-((self.blur / 1.6) ** 1.5)) * np.exp(-self.noise / 40) * np.exp(-((self.light / 1.3) ** 2))
        return 1 + 9 * technical * (0.6 + 0.4 * frame)

    def words(self, score):
        found = set()
        if self.blur < 0.5:
            found.add("sharp")
        if self.blur > 1.2:
            found.add("blurry")
        found |= {"noisy"} if self.noise > 12 else {"clean"} if self.noise < 5 else set()
        found |= {"dark"} if self.light < -0.8 else {"bright"} if self.light > 0.8 else set()
        found |= {"good"} if score > 6 else {"bad"} if score < 3.5 else set()
        return found


def middle(picture, side=SIDE):
    """CLIP's own way: shorter side to 224, bicubic, middle square."""
    height, width = picture.shape[:2]
    ratio = side / min(height, width)
    # As Pillow does it, smaller pictures are averaged first.
    small = cv2.resize(picture, (max(side, round(width * ratio)), max(side, round(height * ratio))),
                       interpolation=cv2.INTER_AREA if ratio < 1 else cv2.INTER_CUBIC)
    top, left = (small.shape[0] - side) // 2, (small.shape[1] - side) // 2
    return small[top : top + side, left : left + side]


def spoil(rng, picture, blur, noise, light):
    values = picture.astype(np.float32)
    if blur > 0.2:
        if rng.random() < 0.3:
            length = max(3, int(blur * 3.5)) | 1  # a streak whose deviation is blur, along it
            kernel, turn = np.zeros((length, length), np.float32), rng.uniform(0, np.pi)
            reach, centre = length / 2, (length - 1) / 2
            ends = [tuple(int(round(centre + s * reach * f)) for f in (np.cos(turn), np.sin(turn))) for s in (-1, 1)]
            cv2.line(kernel, ends[0], ends[1], 1.0)
            values = cv2.filter2D(values, -1, kernel / kernel.sum())
        else:
            values = cv2.GaussianBlur(values, (0, 0), blur)
    values = values * 2.0**light
    values += rng.standard_normal(values.shape).astype(np.float32) * noise
    return np.clip(values, 0, 255).astype(np.uint8)


@torch.no_grad()
def embed(module, pictures):
    inputs = (planes(np.stack(pictures[i : i + 16]), CLIP_MEAN, CLIP_STD, 1 / 255, rgb=True) for i in range(0, len(pictures), 16))
    return torch.cat([module(torch.from_numpy(values)) for values in inputs])


def stock(sight, frames, rng, versions, most):
    """All that training needs to know: sights [n,...], sets of what is true, scores."""
    sights, truths, scores, batch = [], [], [], []
    for i, truth in enumerate(frames.truth[:most]):
        square, (found, place), frame = middle(frames.image(i)), attributes(truth), composition(truth)
        scale = SIDE / truth["height"]
        own = truth["blur"]["pixels"] * scale * (0.3 if truth["blur"]["kind"] == "motion" else 0.5)
        light = {"under": -1.2, "over": 1.2}.get(truth["exposure"], 0.0)
        for version in range(versions):
            blur, noise, extra = 0.0, 0.0, 0.0
            if version:
                blur = rng.choice([0, rng.uniform(0.5, 4)])
                noise = rng.choice([0, 0, rng.uniform(4, 35)])
                extra = rng.choice([0, 0, rng.uniform(-2, 1.6)])
            mirrored = square[:, ::-1] if rng.random() < 0.5 else square
            batch.append(spoil(rng, mirrored, blur, noise, extra))
            condition = Condition(np.hypot(blur, own), np.hypot(noise, truth["noise"] * scale), light + extra)
            score = condition.score(frame)
            groups = {(kind, colour, min(6, count)) for (kind, colour), count in found.items()}
            truths.append((groups, place, condition.words(score)))
            scores.append(score)
        if len(batch) >= 64 or i == len(frames.truth[:most]) - 1:
            sights.append(embed(sight, batch))
            batch = []
    return torch.cat(sights), truths, np.array(scores, np.float32)


def drawn(sight, rng, count):
    """Surfaces and shapes under all conditions, so that quality is not taken for a trait of the rendered world."""
    surfaces = procedural.Surfaces(rng, 24)
    pictures, truths, scores = [], [], []
    for _ in range(count):
        picture = middle(procedural.scene(rng, surfaces, 320, 320))
        blur, noise = rng.choice([0, 0, rng.uniform(0.5, 4)]), rng.choice([0, 0, rng.uniform(4, 35)])
        light = rng.choice([0, 0, rng.uniform(-2, 1.6)])
        condition = Condition(blur, noise, light)
        pictures.append(spoil(rng, picture, blur, noise, light))
        score = condition.score(0.5)
        truths.append((set(), "", condition.words(score)))
        scores.append(score)
    return embed(sight, pictures), truths, np.array(scores, np.float32)


# ---- texts -------------------------------------------------------------------------------------------------------------------


def phrase(kind, colour, count):
    noun = kind if count == 1 else "people" if kind == "person" else kind + "s"
    rest = "%s in %s" % (noun, colour) if kind == "person" else "%s %s" % (colour, noun)
    return ("an" if count == 1 and rest[0] in "aeiou" else COUNTS[count]) + " " + rest


def text(rng, truth):
    """A sentence that is true, and what it claims: (groups, place, conditions)."""
    groups, place, words = truth
    order = sorted(groups)
    rng.shuffle(order)
    told = order[: rng.integers(1, 4)] if order and rng.random() < 0.85 else []
    told = [(str(kind), str(colour), int(count)) for kind, colour, count in told]
    where = place if place and (not told or rng.random() < 0.6) else ""
    how = sorted(words)
    how = [how[rng.integers(len(how))]] if how and (not (told or where) or rng.random() < 0.35) else []
    sentence = " and ".join(phrase(*group) for group in told)
    if where:
        sentence = (sentence + " " if sentence else "") + ("on a street" if where == "street" else "in a room")
    if how:
        head = ("a " if rng.random() < 0.6 else "") + how[0] + " " + str(rng.choice(["photo", "picture", "photo"]))
        sentence = (head + " of " + sentence if told else head + " " + sentence).strip()
    elif not told and sentence:
        sentence = "a photo " + sentence
    elif rng.random() < 0.5:
        sentence = "a photo of " + sentence if told else "a photo"
    if rng.random() < 0.3:
        sentence += "."
    return sentence, (set(told), where, set(how))


def claims(found):
    """Sets of what is true or claimed as rows of 0 and 1."""
    rows = np.zeros((len(found), len(KINDS) * len(COLOURS) * 7 + 2 + len(CONDITIONS)), np.float32)
    for row, (groups, place, words) in zip(rows, found):
        for kind, colour, count in groups:
            row[(KINDS.index(kind) * len(COLOURS) + COLOURS.index(colour)) * 7 + count] = 1
        if place:
            row[len(KINDS) * len(COLOURS) * 7 + (place == "room")] = 1
        for word in words:
            row[len(KINDS) * len(COLOURS) * 7 + 2 + CONDITIONS.index(word)] = 1
    return rows


# ---- figures -----------------------------------------------------------------------------------------------------------------


def measure(image, texts, tokenizer, frames, rng):
    """Of held-out frames: which of the sentences of 20 frames is a frame's own, and near-duplicates by cosine."""
    pictures, sentences, found = [], [], []
    for i, truth in enumerate(frames.truth):
        groups, place = attributes(truth)
        if groups and truth["blur"]["kind"] == "none":
            told = sorted((k, c, min(6, n)) for (k, c), n in groups.items())
            sentences.append("a photo of " + " and ".join(phrase(*g) for g in told) + (" on a street" if place == "street" else " in a room"))
            pictures.append(middle(frames.image(i)))
            found.append(truth)
    unit = [np.concatenate([image(planes(p[None], CLIP_MEAN, CLIP_STD, 1 / 255, rgb=True))[0] for p in pictures])]
    unit.append(np.concatenate([texts(tokenizer.pad([s]).numpy())[0] for s in sentences]))
    images, words = (u / np.linalg.norm(u, axis=1, keepdims=True) for u in unit)
    right = total = 0
    for _ in range(300):
        chosen = []
        for i in rng.permutation(len(found)):
            if sentences[i] not in [sentences[j] for j in chosen]:
                chosen.append(i)
            if len(chosen) == 20:
                break
        own = (images[chosen] @ words[chosen].T).argmax(1)
        right, total = right + int((own == np.arange(len(chosen))).sum()), total + len(chosen)
    alike, unlike = [], []
    for i in range(len(found)):
        for j in range(i):
            still = found[i].get("still", -1)
            if found[i]["shot"] == found[j]["shot"] and still >= 0 and still == found[j].get("still"):
                alike.append(images[i] @ images[j])
            elif sentences[i] != sentences[j]:
                unlike.append(images[i] @ images[j])
    figures = ["Held-out look: of the sentences of 20 frames a frame's own is nearest for %.3f (chance 0.05)." % (right / max(1, total))]
    if alike:
        figures.append("Cosine of near-identical frames: 5 %% are below %.3f; of frames with other content 5 %% are above %.3f." % (
            np.percentile(alike, 5), np.percentile(unlike, 95)))
    return figures


def main():
    options = arguments(__doc__.splitlines()[0], minutes=8)
    rng = np.random.default_rng(options.seed)
    frames = Frames(options.training)
    sight = Sight()
    sight.trunk.load_state_dict(torch.load(os.path.join(options.out, "work", "detect.pt"))["weights"])
    sight.eval()
    parts = [stock(sight, frames, rng, 2, 5000), drawn(sight, rng, 400)]
    sights, truths, scores = torch.cat([p[0] for p in parts]), parts[0][1] + parts[1][1], np.concatenate([p[2] for p in parts])
    tokenizer = Tokenizer([text(rng, truths[i])[0] for i in rng.integers(0, len(truths), 4000)])
    true = claims(truths)
    print("%d pictures, %d tokens" % (len(sights), len(tokenizer.ids)), flush=True)
    net = EmbedNet(len(tokenizer.ids))
    with torch.no_grad():
        # Mean and spread of the numbers are known beforehand; running means would lag behind.
        for norm, part in ((net.image.meaning[0], sights[:, :SEEN]), (net.image.quality[0], sights[:, SEEN:])):
            norm.running_mean.copy_(part.mean(0))
            norm.running_var.copy_(part.var(0) + 1e-4)
            norm.eval()
    before = begin(options, "embed", net)
    rating = nn.Linear(MEANING + QUALITY, 1)
    optimiser = torch.optim.AdamW([*net.parameters(), *rating.parameters()], lr=1e-3, weight_decay=0.02)
    schedule, average = Schedule(options, optimiser, 2e-3, before), Average(net)
    ratings = torch.from_numpy((scores - 5) / 3)
    while schedule.running():
        batch = rng.integers(0, len(sights), 96)
        told = [text(rng, truths[i]) for i in batch]
        pairs = torch.from_numpy(claims([claim for _, claim in told]) @ true[batch].T)
        wanted = (pairs >= torch.tensor([[sum(len(part) if not isinstance(part, str) else bool(part) for part in claim)] for _, claim in told]) - 0.5).float()
        seen = sights[batch]
        seen = seen + torch.randn_like(seen) * sights.std(0) * 0.05
        images = F.normalize(net.image(seen), dim=1)
        sentences = F.normalize(net.text(tokenizer.pad([sentence for sentence, _ in told])), dim=1)
        logits = sentences @ images.T * net.scale.exp() + net.bias
        pairwise = F.binary_cross_entropy_with_logits(logits, wanted, reduction="none").sum() / len(batch)
        rated = F.mse_loss(rating(images)[:, 0], ratings[batch])
        optimiser.zero_grad(set_to_none=True)
        (pairwise + rated).backward()
        nn.utils.clip_grad_norm_(net.parameters(), 2)
        optimiser.step()
        average.update(net)
        schedule.note(pairs=pairwise, rated=rated)
    spent = keep(options, "embed", average.module, schedule)
    net = average.module.eval()
    with torch.no_grad():
        np.savez(os.path.join(options.out, "work", "embed.npz"), embeddings=F.normalize(net.image(sights), dim=1).numpy(), scores=scores)
    image_folder, text_folder = (os.path.join(options.out, name) for name in ("image-embed", "text-embed"))
    image_path, text_path = os.path.join(image_folder, "vision_model.onnx"), os.path.join(text_folder, "text_model.onnx")
    vision = nn.Sequential(sight, net.image)
    export(vision, (torch.randn(2, 3, SIDE, SIDE),), ["pixel_values"], ["image_embeds"], image_path, {"pixel_values": {0: "n"}, "image_embeds": {0: "n"}})
    export(net.text, (tokenizer.pad(["a brown dog", "a sharp photo of two red cars on a street"]),), ["input_ids"], ["text_embeds"], text_path,
           {"input_ids": {0: "n", 1: "length"}, "text_embeds": {0: "n"}})
    tokens_path = os.path.join(text_folder, "tokenizer.json")
    tokenizer.write(tokens_path)
    check(tokenizer, tokens_path)
    figures = measure(OnnxModel(image_path, vision, ["pixel_values"]), OnnxModel(text_path, net.text, ["input_ids"]), tokenizer,
                      Frames(options.held_out), np.random.default_rng(options.seed))
    mean, std = (", ".join("%.8f" % v for v in values) for values in (CLIP_MEAN, CLIP_STD))
    write_manifest(image_folder, "starter-image-embed", "image-embed", "clip-image", image_path, """
input:
  width: 224
  height: 224
  colour: rgb
  scale: 0.00392156862745098 # 1/255
  mean: [%s]
  std: [%s]
  resize: centre-crop
output:
  size: %d
  space: starter""" % (mean, std, MEANING + QUALITY), figures, spent)
    write_manifest(text_folder, "starter-text-embed", "text-embed", "clip-text", {"textModel": text_path, "tokenizer": tokens_path}, """
input:
  context: %d
output:
  size: %d
  space: starter""" % (CONTEXT, MEANING + QUALITY), figures, spent)


def check(tokenizer, path):
    """Compares ids with the tokenizers package, where it is there."""
    try:
        import tokenizers
    except ImportError:
        print("tokenizers is not there: '%s' was written, not read" % path)
        return
    other = tokenizers.Tokenizer.from_file(path)
    for sentence in ("a photo of two brown dogs on a street.", "Good photo.", "an unheard zebra, blurry!"):
        if other.encode(sentence).ids != tokenizer.encode(sentence):
            raise SystemExit("'%s': %s, expected %s" % (sentence, other.encode(sentence).ids, tokenizer.encode(sentence)))


if __name__ == "__main__":
    main()
