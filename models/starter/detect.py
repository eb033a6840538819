#!/usr/bin/env python3
"""Trains the starter detector in the form of YOLOX: `images` [1,3,H,W] BGR 0..255 -> `output` [1,cells,5+kinds], boxes not
decoded, probabilities 0..1, strides 8, 16 and 32."""
import functools
import os
import time

import cv2
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

import procedural
from starter import (COLOURS, KINDS, Average, Conv, Frames, OnnxModel, Residual, Schedule, arguments, begin, export, keep, planes,
                     precision, write_manifest)

WIDTH, HEIGHT = 320, 192  # pixels of the input
WINDOW = (224, 160)  # what is trained on for the most part
STRIDES = [8, 16, 32]
PAD = 114
SMALLEST = 6  # pixels of the input; what is smaller, or hidden for the most part, is neither asked for nor counted
LEAST_VISIBLE = 0.25


class DetectNet(nn.Module):
    """Three grids over a small pyramid; one head for all of them. Logits, boxes as YOLOX has them.

    It also learns the objects' colours. The detector's file leaves them out; captions and embeddings, which are built on this
    network's features, need them.
    """

    def __init__(self, channels=(16, 32, 48, 64, 96), width=48):
        super().__init__()
        a, b, c, d, e = channels
        self.quarter = nn.Sequential(Conv(3, a, 3, 2), Conv(a, b, 3, 2))
        self.eighth = nn.Sequential(Conv(b, c, 3, 2), Residual(c))
        self.sixteenth = nn.Sequential(Conv(c, d, 3, 2), Residual(d))
        self.smallest = nn.Sequential(Conv(d, e, 3, 2), Residual(e))
        self.lateral = nn.ModuleList(Conv(n, width, 1) for n in (c, d, e))
        self.smooth = nn.ModuleList(Conv(width, width) for _ in STRIDES)
        self.box_branch, self.kind_branch = Conv(width, width), Conv(width, width)
        self.box, self.kind = nn.Conv2d(width, 5, 1), nn.Conv2d(width, len(KINDS), 1)
        self.colour = nn.Sequential(Conv(width, width, 1), nn.Conv2d(width, len(COLOURS), 1))
        self.scale = nn.Parameter(torch.ones(len(STRIDES)))
        nn.init.constant_(self.box.bias[4], -4.5)
        nn.init.constant_(self.kind.bias, -2.0)

    def features(self, pictures):
        """BGR 0..255 to the features at strides 4, 8, 16 and 32."""
        levels = [self.quarter(pictures * (1 / 128.0) - 1)]
        for stage in (self.eighth, self.sixteenth, self.smallest):
            levels.append(stage(levels[-1]))
        found, up = [levels[0]], None
        for i in (2, 1, 0):
            here = self.lateral[i](levels[i + 1])
            up = here if up is None else here + F.interpolate(up, scale_factor=2.0, mode="nearest")
            found.insert(1, self.smooth[i](up))
        return found

    def answers(self, features):
        """A map [n,5+kinds+colours,rows,columns] of logits for each stride."""
        maps = []
        for i, here in enumerate(features[1:]):
            box = self.box(self.box_branch(here))
            maps.append(torch.cat([box[:, :4] * self.scale[i], box[:, 4:], self.kind(self.kind_branch(here)), self.colour(here)], 1))
        return maps

    def forward(self, pictures):
        return torch.cat([answer.flatten(2).transpose(1, 2) for answer in self.answers(self.features(pictures))], 1)


class Probabilities(nn.Module):
    """As exported: no colours, and with the sigmoid."""

    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, pictures):
        rows = self.net(pictures)
        return torch.cat([rows[..., :4], torch.sigmoid(rows[..., 4 : 5 + len(KINDS)])], 2)


class Live:
    """A network in training, to be measured."""

    def __init__(self, net):
        self.module = Probabilities(net)

    def __call__(self, pictures):
        with torch.no_grad():
            return [self.module(torch.from_numpy(pictures)).numpy()]


@functools.lru_cache
def grid(width, height):
    """Column, row and stride of each cell, float32 [cells]."""
    parts = [np.stack([*np.meshgrid(np.arange(width // s), np.arange(height // s)), np.full((height // s, width // s), s)], -1).reshape(-1, 3)
             for s in STRIDES]
    return torch.from_numpy(np.concatenate(parts).astype(np.float32)).unbind(1)


def decode(rows, view=(WIDTH, HEIGHT)):
    """[...,cells,4 or more] to corners in input pixels [...,cells,4]."""
    column, row, stride = grid(*view)
    x, y = (rows[..., 0] + column) * stride, (rows[..., 1] + row) * stride
    w, h = (torch.exp(rows[..., i].clamp(-6, 6)) * stride / 2 for i in (2, 3))
    return torch.stack([x - w, y - h, x + w, y + h], -1)


def overlap(a, b):
    """IoU of boxes of the same leading shape, broadcast."""
    low, high = torch.maximum(a[..., :2], b[..., :2]), torch.minimum(a[..., 2:], b[..., 2:])
    both = (high - low).clamp(min=0).prod(-1)
    area = [(x[..., 2:] - x[..., :2]).clamp(min=0).prod(-1) for x in (a, b)]
    return both / (area[0] + area[1] - both + 1e-6)


@torch.no_grad()
def assign(boxes, kinds, decoded, logits, view):
    """SimOTA: each object gets the cells that fit it best, as many as their boxes overlap it together.

    :return: for each cell the object's number or -1, and the overlap
    """
    column, row, stride = grid(*view)
    centre_x, centre_y = (column + 0.5) * stride, (row + 0.5) * stride
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2
    near = ((centre_x - middle[:, :1]).abs() < 1.5 * stride) & ((centre_y - middle[:, 1:]).abs() < 1.5 * stride)
    ious = overlap(boxes[:, None], decoded[None])
    score = torch.sigmoid(logits[:, 4:5]) * torch.sigmoid(logits[:, 5 : 5 + len(KINDS)])
    cost = -torch.log(score[:, kinds].sqrt().T + 1e-6) - 3 * torch.log(ious + 1e-6) + 1e4 * ~near
    owner, best = torch.full((len(decoded),), -1), torch.full((len(decoded),), 1e3)
    top = torch.topk(ious * near, min(10, ious.shape[1]), 1)[0].sum(1).int().clamp(1, 9)
    for i in range(len(boxes)):
        price, cells = torch.topk(cost[i], int(top[i]), largest=False)
        better = price < torch.minimum(best[cells], torch.tensor(1e3))
        owner[cells[better]], best[cells[better]] = i, price[better]
    return owner, ious


def loss(rows, truths, view):
    """Mean over the cells with objects: overlap, presence, kind, colour."""
    decoded = decode(rows, view)
    column, row, stride = grid(*view)
    box_loss = kind_loss = colour_loss = rows.sum() * 0
    presence = torch.zeros(rows.shape[:2])
    counts = torch.ones(rows.shape[:2])
    objects = 0
    for n, (boxes, kinds, colours, ignored) in enumerate(truths):
        for left, top, right, bottom in ignored.tolist():
            x, y = (column + 0.5) * stride, (row + 0.5) * stride
            counts[n][(x > left) & (x < right) & (y > top) & (y < bottom)] = 0
        if len(boxes) == 0:
            continue
        owner, ious = assign(boxes, kinds, decoded[n].detach(), rows[n].detach(), view)
        cells = torch.nonzero(owner >= 0)[:, 0]
        if len(cells) == 0:
            continue
        mine = owner[cells]
        found = overlap(decoded[n, cells], boxes[mine])
        box_loss = box_loss + (1 - found**2).sum()
        wanted = F.one_hot(kinds[mine], len(KINDS)) * ious[mine, cells][:, None].clamp(min=0.3)
        kind_loss = kind_loss + F.binary_cross_entropy_with_logits(rows[n, cells, 5 : 5 + len(KINDS)], wanted, reduction="sum")
        colour_loss = colour_loss + F.cross_entropy(rows[n, cells, 5 + len(KINDS) :], colours[mine], ignore_index=-1, reduction="sum")
        presence[n, cells] = counts[n, cells] = 1
        objects += len(cells)
    there = (F.binary_cross_entropy_with_logits(rows[..., 4], presence, reduction="none") * counts).sum()
    return 5 * box_loss / max(1, objects), there / max(1, objects), kind_loss / max(1, objects), colour_loss / max(1, objects)


# ---- pictures ----------------------------------------------------------------------------------------------------------------


def letterbox(picture):
    """As Sluice does it: bilinear, top left, padded. Returns the input's pixels and the ratio."""
    height, width = picture.shape[:2]
    ratio = min(HEIGHT / height, WIDTH / width)
    out = np.full((HEIGHT, WIDTH, 3), PAD, np.uint8)
    scaled = cv2.resize(picture, (int(width * ratio), int(height * ratio)), interpolation=cv2.INTER_LINEAR)
    out[: scaled.shape[0], : scaled.shape[1]] = scaled
    return out, ratio


def truth_boxes(truth):
    """Boxes float32 [n,4] in pixels of the frame, kinds [n], colours [n] (-1: not to be asked), parts that are seen [n]."""
    things = [thing for thing in truth["objects"] if thing["kind"] in KINDS]
    boxes = np.array([thing["box"] for thing in things], np.float32).reshape(-1, 4)
    kinds = np.array([KINDS.index(thing["kind"]) for thing in things], np.int64)
    # In the dark and in glare colours cannot be told.
    normal = truth["exposure"] == "normal"
    colours = np.array([COLOURS.index(thing["colour"]) if normal and thing["colour"] in COLOURS else -1 for thing in things], np.int64)
    return boxes, kinds, colours, np.array([thing["visible"] for thing in things])


def asked_for(boxes, visible):
    sides = np.minimum(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1])
    return (sides >= SMALLEST) & (visible >= LEAST_VISIBLE)


class Cutouts:
    """Dogs of sharp frames, cut out along their masks, to be pasted into other frames: seen against everything, in all sizes."""

    TALLEST = 96  # pixels

    def __init__(self, frames, size, numbers):
        self.size, self.dogs, scale = size, [], size[0] / frames.truth[0]["width"]
        for i in numbers:
            truth = frames.truth[i]
            clear = [thing for thing in truth["objects"] if thing["kind"] == "dog" and thing["visible"] > 0.8 and self.is_whole(thing["box"], truth)]
            if truth["blur"]["kind"] != "none" or truth["exposure"] != "normal" or not clear:
                continue
            picture, mask = frames.image(i), frames.mask(i)
            for thing in clear:
                left, top, right, bottom = thing["box"]
                height = (bottom - top) * scale
                if height < 16:
                    continue
                ratio = scale * min(1, self.TALLEST / height)
                small = (max(4, round((right - left) * ratio)), max(4, round((bottom - top) * ratio)))
                coverage = (mask[top:bottom, left:right] == thing["mask"]).astype(np.uint8) * 255
                cut = (cv2.resize(part, small, interpolation=cv2.INTER_AREA) for part in (picture[top:bottom, left:right], coverage))
                self.dogs.append((*cut, COLOURS.index(thing["colour"])))

    @staticmethod
    def is_whole(box, truth):
        return box[0] > 1 and box[1] > 1 and box[2] < truth["width"] - 1 and box[3] < truth["height"] - 1

    def paste(self, rng, picture, boxes, kinds, colours, visible):
        """The same with one or two dogs more, which may hide what was there."""
        picture = picture.copy()
        for _ in range(1 + (rng.random() < 0.4)):
            dog, coverage, colour = self.dogs[rng.integers(len(self.dogs))]
            height = min(np.exp(rng.uniform(np.log(14), np.log(self.TALLEST))), dog.shape[0] * 1.4)
            ratio = height / dog.shape[0]
            wide, high = max(4, int(dog.shape[1] * ratio * rng.uniform(0.85, 1.18))), max(4, int(height))
            method = cv2.INTER_AREA if ratio < 1 else cv2.INTER_LINEAR
            dog, coverage = (cv2.resize(part, (wide, high), interpolation=method) for part in (dog, coverage))
            if rng.random() < 0.5:
                dog, coverage = dog[:, ::-1], coverage[:, ::-1]
            gain = np.exp(rng.uniform(-0.22, 0.22))
            x = int(rng.uniform(-0.3 * wide, self.size[0] - 0.7 * wide))
            y = int(rng.uniform(0.35, 1.1) * self.size[1] - high)
            left, top, right, bottom = max(x, 0), max(y, 0), min(x + wide, self.size[0]), min(y + high, self.size[1])
            if right - left < 4 or bottom - top < 4:
                continue
            weight = coverage[top - y : bottom - y, left - x : right - x, None].astype(np.float32) / 255
            region = picture[top:bottom, left:right]
            region[:] = np.clip(region + weight * (dog[top - y : bottom - y, left - x : right - x] * gain - region), 0, 255).astype(np.uint8)
            hidden = np.minimum(boxes[:, 2:], [right, bottom]) - np.maximum(boxes[:, :2], [left, top])
            hidden = hidden.clip(0).prod(1) * weight.mean() / ((boxes[:, 2:] - boxes[:, :2]).prod(1) + 1e-6)
            visible = visible * (1 - hidden)
            box = np.array([[left, top, right, bottom]], np.float32)
            boxes, kinds, visible = np.concatenate([boxes, box]), np.append(kinds, 0), np.append(visible, weight.sum() / (coverage.sum() / 255 + 1e-6))
            colours = np.append(colours, colour if abs(np.log(gain)) < 0.12 else -1)
        return picture, boxes, kinds, colours, visible


class Roughness:
    """Fields of noise, waves and blotches, by which light on a picture is varied: surfaces that no frame has."""

    def __init__(self, rng, count=48, side=384):
        self.side = side
        self.fields = np.stack([(procedural.cloud if i % 3 else procedural.waves)(rng, side, side).astype(np.float32) for i in range(count)])
        self.grain = rng.standard_normal((1 << 21) + HEIGHT * WIDTH * 3).astype(np.float32)

    def field(self, rng, width, height):
        top, left = rng.integers(self.side - height + 1), rng.integers(self.side - width + 1)
        return self.fields[rng.integers(len(self.fields))][top : top + height, left : left + width]

    def noise(self, rng, width, height):
        start = rng.integers(1 << 21)
        return self.grain[start : start + height * width * 3].reshape(height, width, 3)


def varied(rng, cutouts, roughness, view, picture, boxes, kinds, colours, visible):
    """A random window of the frame at a random size, mirrored or not, on other surfaces and in other light; hues stay."""
    if cutouts.dogs and rng.random() < 0.45:
        picture, boxes, kinds, colours, visible = cutouts.paste(rng, picture, boxes, kinds, colours, visible)
    height, width = picture.shape[:2]
    ratio = min(HEIGHT / height, WIDTH / width)
    if rng.random() < 0.7:
        ratio *= np.exp(rng.uniform(np.log(0.75), np.log(1.5)))
    room = np.array(view) - np.array([width, height]) * ratio
    shift = rng.uniform(np.minimum(0, room), np.maximum(0, room))
    if len(boxes) and rng.random() < 0.8:
        # Where there is something to learn, mostly a dog.
        dogs = np.nonzero(kinds == 0)[0]
        chosen = boxes[rng.choice(dogs) if len(dogs) and rng.random() < 0.6 else rng.integers(len(boxes))]
        shift = np.clip(np.array(view) * rng.uniform(0.2, 0.8, 2) - (chosen[:2] + chosen[2:]) / 2 * ratio, np.minimum(0, room), np.maximum(0, room))
    warp = np.array([[ratio, 0, shift[0]], [0, ratio, shift[1]]])
    out = cv2.warpAffine(picture, warp, view, flags=cv2.INTER_LINEAR, borderValue=(PAD, PAD, PAD))
    moved = boxes * ratio + np.tile(shift, 2).astype(np.float32)
    clipped = np.clip(moved, 0, [*view, *view]).astype(np.float32)
    area = [np.maximum(0, b[:, 2:] - b[:, :2]).prod(1) for b in (clipped, moved)]
    visible = visible * area[0] / (area[1] + 1e-6)
    if rng.random() < 0.5:
        out = out[:, ::-1]
        clipped = clipped[:, [2, 1, 0, 3]] * [-1, 1, -1, 1] + np.array([view[0], 0, view[0], 0])
    values = out.astype(np.float32)
    if rng.random() < 0.5:
        # On one half of the picture along any line, or on all of it.
        part = rng.uniform(0.03, 0.16) * roughness.field(rng, *view)
        if rng.random() < 0.5:
            angle = rng.uniform(0, 2 * np.pi)
            side = np.cos(angle) * (np.arange(view[0]) - rng.uniform(0.2, 0.8) * view[0]) + np.sin(angle) * (np.arange(view[1])[:, None] - rng.uniform(0.2, 0.8) * view[1])
            part = part * (side > 0)
        values *= (1 + part)[..., None]
    if rng.random() < 0.6:
        values = values * (np.exp(rng.uniform(-0.2, 0.2)) * rng.uniform(0.97, 1.03, 3).astype(np.float32)) + np.float32(rng.uniform(-8, 8))
    if rng.random() < 0.5:
        values += roughness.noise(rng, *view) * np.float32(rng.uniform(0, 9))
    if rng.random() < 0.2:
        values = cv2.GaussianBlur(values, (0, 0), rng.uniform(0.3, 0.9))
    wanted = asked_for(clipped, visible)
    seen = area[0] > 4
    clipped = clipped.astype(np.float32)
    return np.clip(values, 0, 255).astype(np.uint8), (
        torch.from_numpy(clipped[wanted]), torch.from_numpy(kinds[wanted]), torch.from_numpy(colours[wanted]),
        torch.from_numpy(clipped[~wanted & seen]))


# ---- figures -----------------------------------------------------------------------------------------------------------------


def detect(model, picture, least=0.05):
    """Boxes in pixels of the picture, kinds, scores: as Sluice's YoloxDetector."""
    pixels, ratio = letterbox(picture)
    rows = torch.from_numpy(model(planes(pixels[None]))[0][0])
    boxes, scores = decode(rows).numpy() / ratio, (rows[:, 4:5] * rows[:, 5:]).numpy()
    height, width = picture.shape[:2]
    found = []
    for cell, kind in np.argwhere(scores >= least):
        found.append((float(scores[cell, kind]), int(kind), boxes[cell]))
    found.sort(key=lambda f: -f[0])
    kept = []
    for score, kind, box in found:
        if all(k != kind or float(overlap(torch.from_numpy(box), torch.from_numpy(b))) <= 0.45 for _, k, b in kept):
            kept.append((score, kind, box))
    return [(score, kind, np.clip(box, 0, [width, height, width, height])) for score, kind, box in kept]


def measure(model, frames, look="Held-out look", threshold=0.55):
    """F1 at IoU 0.5 for each kind, over frames that are not blurred and over all; objects that are too small, or hidden for the
    most part, are no errors either way. The same for sharp frames alone where only what captions speak of has to be found."""
    tally = {}
    for i, truth in enumerate(frames.truth):
        boxes, kinds, _, visible = truth_boxes(truth)
        named = np.array([thing["named"] for thing in truth["objects"] if thing["kind"] in KINDS], bool)
        scale = min(HEIGHT / truth["height"], WIDTH / truth["width"])
        found = [f for f in detect(model, frames.image(i)) if f[0] >= threshold]
        used, pairs = set(), []
        for score, kind, box in found:
            fits = [(float(overlap(torch.from_numpy(box), torch.from_numpy(boxes[j]))), j) for j in range(len(boxes)) if kinds[j] == kind and j not in used]
            best = max(fits, default=(0, -1))
            if best[0] >= 0.5:
                used.add(best[1])
                pairs.append(best[1])
        sharp = truth["blur"]["kind"] == "none" and truth["exposure"] == "normal"
        large = asked_for(boxes * scale, visible)
        for name, wanted in (("all frames", large), ("sharp frames", large), ("sharp frames, what captions speak of", named)):
            rows = tally.setdefault(name, np.zeros((len(KINDS), 3)))
            if name != "all frames" and not sharp:
                continue
            for kind in range(len(KINDS)):
                mine = [j for j in pairs if kinds[j] == kind]
                right = sum(bool(wanted[j]) for j in mine)
                rows[kind] += [right, sum(f[1] == kind for f in found) - len(mine) + right, int((wanted & (kinds == kind)).sum())]
    figures = []
    for name, rows in tally.items():
        f1 = [2 * r / max(1, f + t) for r, f, t in rows]
        total = rows.sum(0)
        figures.append("%s, %s: F1 at IoU 0.5 and confidence %.2f: %s; together %.3f (precision %.3f, recall %.3f, %d objects)." % (
            look, name, threshold, ", ".join("%s %.3f" % pair for pair in zip(KINDS, f1)),
            2 * total[0] / max(1, total[1] + total[2]), total[0] / max(1, total[1]), total[0] / max(1, total[2]), total[2]))
    return figures


def main():
    options = arguments(__doc__.splitlines()[0], minutes=20)
    rng = np.random.default_rng(options.seed)
    frames = Frames(options.training)
    size = (416, 416 * frames.truth[0]["height"] // frames.truth[0]["width"])
    # The last frames are only looked at in the end, to tell what is not learnt from what does not carry over to another look.
    learnt = len(frames) - min(200, len(frames) // 10)
    pictures = frames.images(*size)
    truths = []
    for truth in frames.truth:
        boxes, kinds, colours, visible = truth_boxes(truth)
        truths.append((boxes * np.array([size[0] / truth["width"], size[1] / truth["height"]] * 2, np.float32), kinds, colours, visible))
    cutouts, roughness = Cutouts(frames, size, range(learnt)), Roughness(rng)
    print("%d frames, %d objects, %d cut-out dogs" % (learnt, sum(len(t[0]) for t in truths), len(cutouts.dogs)), flush=True)
    net = DetectNet()
    before = begin(options, "detect", net)
    optimiser = torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=1e-3)
    schedule, average = Schedule(options, optimiser, 2e-3 if options.go_on else 3e-3, before), Average(net)
    watched, looked = Frames(options.held_out, 100), time.time()
    while schedule.running():
        # Windows teach as much as whole frames do, in half the time; frames as they will be seen come at the end.
        view, count = (WINDOW, 12) if schedule.progress < 0.75 else ((WIDTH, HEIGHT), 8)
        batch = [varied(rng, cutouts, roughness, view, pictures[i], *truths[i]) for i in rng.integers(0, learnt, count)]
        x = torch.from_numpy(planes(np.stack([b[0] for b in batch])))
        with precision():
            rows = net(x).float()
        box, there, kind, colour = loss(rows, [b[1] for b in batch], view)
        optimiser.zero_grad(set_to_none=True)
        (box + there + kind + colour).backward()
        nn.utils.clip_grad_norm_(net.parameters(), 10)
        optimiser.step()
        average.update(net)
        schedule.note(box=box, there=there, kind=kind, colour=colour)
        if time.time() - looked > 300:
            looked = time.time()
            print("\n".join(measure(Live(average.module), watched)[1:]), flush=True)
    spent = keep(options, "detect", average.module, schedule)
    folder = os.path.join(options.out, "detect")
    net = average.module.eval()
    path, module = os.path.join(folder, "detect.onnx"), Probabilities(net)
    export(module, (torch.rand(1, 3, HEIGHT, WIDTH) * 255,), ["images"], ["output"], path)
    model = OnnxModel(path, module, ["images"])
    figures = measure(model, Frames(options.held_out)) + measure(model, Frames(options.training, first=learnt), "Training look, frames not trained on")
    write_manifest(folder, "starter-detect", "detect", "yolox", path, """
input:
  width: %d
  height: %d
  colour: bgr
  resize: letterbox-top-left
  pad: %d
output:
  strides: [8, 16, 32]
  overlap: 0.45
labels: [%s]""" % (WIDTH, HEIGHT, PAD, ", ".join(KINDS)), figures, spent)


if __name__ == "__main__":
    main()
