#!/usr/bin/env python3
"""Trains the starter detector in the form of YOLOX: `images` [1,3,H,W] BGR 0..255 -> `output` [1,cells,5+kinds], boxes not
decoded, probabilities 0..1, strides 8, 16 and 32."""
import os

import cv2
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from starter import (COLOURS, KINDS, Average, Conv, Frames, OnnxModel, Residual, Schedule, arguments, begin, export, keep, planes,
                     precision, write_manifest)

WIDTH, HEIGHT = 320, 192  # pixels of the input
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
        self.box, self.kind = nn.Conv2d(width, 5, 1), nn.Conv2d(width, len(KINDS) + len(COLOURS), 1)
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
            maps.append(torch.cat([box[:, :4] * self.scale[i], box[:, 4:], self.kind(self.kind_branch(here))], 1))
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


def grid():
    """Column, row and stride of each cell, float32 [cells]."""
    parts = [np.stack([*np.meshgrid(np.arange(WIDTH // s), np.arange(HEIGHT // s)), np.full((HEIGHT // s, WIDTH // s), s)], -1).reshape(-1, 3)
             for s in STRIDES]
    return torch.from_numpy(np.concatenate(parts).astype(np.float32)).unbind(1)


COLUMN, ROW, STRIDE = grid()


def decode(rows):
    """[...,cells,4 or more] to corners in input pixels [...,cells,4]."""
    x, y = (rows[..., 0] + COLUMN) * STRIDE, (rows[..., 1] + ROW) * STRIDE
    w, h = (torch.exp(rows[..., i].clamp(-6, 6)) * STRIDE / 2 for i in (2, 3))
    return torch.stack([x - w, y - h, x + w, y + h], -1)


def overlap(a, b):
    """IoU of boxes of the same leading shape, broadcast."""
    low, high = torch.maximum(a[..., :2], b[..., :2]), torch.minimum(a[..., 2:], b[..., 2:])
    both = (high - low).clamp(min=0).prod(-1)
    area = [(x[..., 2:] - x[..., :2]).clamp(min=0).prod(-1) for x in (a, b)]
    return both / (area[0] + area[1] - both + 1e-6)


@torch.no_grad()
def assign(boxes, kinds, decoded, logits):
    """SimOTA: each object gets the cells that fit it best, as many as their boxes overlap it together.

    :return: for each cell the object's number or -1, and the overlap
    """
    centre_x, centre_y = (COLUMN + 0.5) * STRIDE, (ROW + 0.5) * STRIDE
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2
    near = ((centre_x - middle[:, :1]).abs() < 1.5 * STRIDE) & ((centre_y - middle[:, 1:]).abs() < 1.5 * STRIDE)
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


def loss(rows, truths):
    """Mean over the cells with objects: overlap, presence, kind, colour."""
    decoded = decode(rows)
    box_loss = kind_loss = colour_loss = rows.sum() * 0
    presence = torch.zeros(rows.shape[:2])
    counts = torch.ones(rows.shape[:2])
    objects = 0
    for n, (boxes, kinds, colours, ignored) in enumerate(truths):
        for left, top, right, bottom in ignored.tolist():
            x, y = (COLUMN + 0.5) * STRIDE, (ROW + 0.5) * STRIDE
            counts[n][(x > left) & (x < right) & (y > top) & (y < bottom)] = 0
        if len(boxes) == 0:
            continue
        owner, ious = assign(boxes, kinds, decoded[n].detach(), rows[n].detach())
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
    """Boxes float32 [n,4] in pixels of the frame, kinds [n], colours [n] (-1: none of the words), parts that are seen [n]."""
    things = [thing for thing in truth["objects"] if thing["kind"] in KINDS]
    boxes = np.array([thing["box"] for thing in things], np.float32).reshape(-1, 4)
    kinds = np.array([KINDS.index(thing["kind"]) for thing in things], np.int64)
    colours = np.array([COLOURS.index(thing["colour"]) if thing["colour"] in COLOURS else -1 for thing in things], np.int64)
    return boxes, kinds, colours, np.array([thing["visible"] for thing in things])


def asked_for(boxes, visible):
    sides = np.minimum(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1])
    return (sides >= SMALLEST) & (visible >= LEAST_VISIBLE)


def varied(rng, picture, boxes, kinds, colours, visible):
    """A random window of the frame at a random size, mirrored or not, in other light."""
    height, width = picture.shape[:2]
    ratio = min(HEIGHT / height, WIDTH / width)
    if rng.random() < 0.8:
        ratio *= np.exp(rng.uniform(np.log(0.75), np.log(1.5)))
    shift = [rng.uniform(min(0, room), max(0, room)) for room in (WIDTH - width * ratio, HEIGHT - height * ratio)]
    warp = np.array([[ratio, 0, shift[0]], [0, ratio, shift[1]]])
    method = cv2.INTER_AREA if rng.random() < 0.5 else cv2.INTER_LINEAR
    out = cv2.warpAffine(picture, warp, (WIDTH, HEIGHT), flags=method, borderValue=(PAD, PAD, PAD))
    moved = boxes * ratio + np.array(shift * 2, np.float32)
    clipped = np.clip(moved, 0, [WIDTH, HEIGHT, WIDTH, HEIGHT]).astype(np.float32)
    area = [np.maximum(0, b[:, 2:] - b[:, :2]).prod(1) for b in (clipped, moved)]
    visible = visible * area[0] / (area[1] + 1e-6)
    if rng.random() < 0.5:
        out = out[:, ::-1]
        clipped = clipped[:, [2, 1, 0, 3]] * [-1, 1, -1, 1] + np.array([WIDTH, 0, WIDTH, 0])
    values = out.astype(np.float32)
    values = values * rng.uniform(0.7, 1.3) * rng.uniform(0.95, 1.05, 3) + rng.uniform(-20, 20)
    if rng.random() < 0.5:
        values += rng.standard_normal(values.shape).astype(np.float32) * rng.uniform(0, 10)
    if rng.random() < 0.2:
        values = cv2.GaussianBlur(values, (0, 0), rng.uniform(0.3, 1.2))
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


def measure(model, frames, threshold=0.4):
    """F1 at IoU 0.5 for each kind, over frames that are not blurred and over all; objects that are too small, or hidden for the
    most part, are no errors either way."""
    tally = {}
    for i, truth in enumerate(frames.truth):
        boxes, kinds, _, visible = truth_boxes(truth)
        scale = min(HEIGHT / truth["height"], WIDTH / truth["width"])
        wanted = asked_for(boxes * scale, visible)
        found = [f for f in detect(model, frames.image(i)) if f[0] >= threshold]
        used, right, spare = set(), [0] * len(KINDS), [0] * len(KINDS)
        for score, kind, box in found:
            fits = [(float(overlap(torch.from_numpy(box), torch.from_numpy(boxes[j]))), j) for j in range(len(boxes)) if kinds[j] == kind and j not in used]
            best = max(fits, default=(0, -1))
            if best[0] >= 0.5:
                used.add(best[1])
                (right if wanted[best[1]] else spare)[kind] += 1
        for name in ("all frames",) + (("sharp frames",) if truth["blur"]["kind"] == "none" else ()):
            for kind in range(len(KINDS)):
                row = tally.setdefault(name, np.zeros((len(KINDS), 3)))[kind]
                row += [right[kind], sum(1 for f in found if f[1] == kind) - spare[kind], int((wanted & (kinds == kind)).sum())]
    figures = []
    for name, rows in tally.items():
        f1 = [2 * r / max(1, f + t) for r, f, t in rows]
        total = rows.sum(0)
        figures.append("Held-out look, %s: F1 at IoU 0.5 and confidence %.1f: %s; together %.3f (precision %.3f, recall %.3f, %d objects)." % (
            name, threshold, ", ".join("%s %.3f" % pair for pair in zip(KINDS, f1)),
            2 * total[0] / max(1, total[1] + total[2]), total[0] / max(1, total[1]), total[0] / max(1, total[2]), total[2]))
    return figures


def main():
    options = arguments(__doc__.splitlines()[0], minutes=20)
    rng = np.random.default_rng(options.seed)
    frames = Frames(options.training)
    size = (416, 416 * frames.truth[0]["height"] // frames.truth[0]["width"])
    pictures = frames.images(*size)
    truths = []
    for truth in frames.truth:
        boxes, kinds, colours, visible = truth_boxes(truth)
        truths.append((boxes * np.array([size[0] / truth["width"], size[1] / truth["height"]] * 2, np.float32), kinds, colours, visible))
    print("%d frames, %d objects" % (len(frames), sum(len(t[0]) for t in truths)), flush=True)
    net = DetectNet().to(memory_format=torch.channels_last)
    before = begin(options, "detect", net)
    optimiser = torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=1e-3)
    schedule, average = Schedule(options, optimiser, 3e-3, before), Average(net)
    while schedule.running():
        batch = [varied(rng, pictures[i], *truths[i]) for i in rng.integers(0, len(frames), 16)]
        x = torch.from_numpy(planes(np.stack([b[0] for b in batch]))).to(memory_format=torch.channels_last)
        with precision():
            rows = net(x).float()
        box, there, kind, colour = loss(rows, [b[1] for b in batch])
        optimiser.zero_grad(set_to_none=True)
        (box + there + kind + 0.5 * colour).backward()
        nn.utils.clip_grad_norm_(net.parameters(), 10)
        optimiser.step()
        average.update(net)
        schedule.note(box=box, there=there, kind=kind, colour=colour)
    spent = keep(options, "detect", average.module, schedule)
    folder = os.path.join(options.out, "detect")
    path, module = os.path.join(folder, "detect.onnx"), Probabilities(average.module.to(memory_format=torch.contiguous_format))
    export(module, (torch.rand(1, 3, HEIGHT, WIDTH) * 255,), ["images"], ["output"], path)
    figures = measure(OnnxModel(path, module, ["images"]), Frames(options.held_out))
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
