#!/usr/bin/env python3
"""Trains the starter text detector: differentiable binarisation as PP-OCR has it, `x` [N,3,H,W] -> probability [N,1,H,W].

What it sees is drawn in part by procedural.py: lines of any lettering on any surface, because text looks alike everywhere and
such training carries over to photographs. Three quarters are frames of the rendered world.
A letter that is missed stays in the picture, and one too many costs little: recall counts more than precision.
"""
import json
import os
import time

import cv2
import numpy as np
import torch
from torch import nn

import procedural
from starter import (IMAGENET_MEAN, IMAGENET_STD, Average, Conv, Frames, OnnxModel, Residual, Schedule, arguments, begin,
                     export, keep, planes, precision, write_manifest)

SIDE = 192  # pixels of a training crop
POOL_SIDE = 384  # pixels of the drawn pictures that crops are cut from
UNCLIP = 1.2  # of the contract: a region found is grown by area * UNCLIP / perimeter
THRESHOLD, BOX_THRESHOLD = 0.15, 0.3  # a pixel is text, a region is text; low, because what is missed stays in the picture
LEAST_SIDE, LONGEST_SIDE = 544, 960  # pixels of the input
SMALLEST = 5.5  # pixels; lines that are lower than this teach nothing


class TextNet(nn.Module):
    """A pyramid of five levels whose features meet at a quarter of the size; [N,3,H,W] -> [N,1,H,W] logits."""

    def __init__(self, channels=(8, 16, 32, 64, 96), width=16):
        super().__init__()
        a, b, c, d, e = channels
        self.quarter = nn.Sequential(Conv(3, a, 3, 2), Conv(a, b, 3, 2), Residual(b))
        self.eighth = nn.Sequential(Conv(b, c, 3, 2), Residual(c))
        self.sixteenth = nn.Sequential(Conv(c, d, 3, 2), Residual(d))
        self.smallest = nn.Sequential(Conv(d, e, 3, 2), Residual(e))
        self.lateral = nn.ModuleList(Conv(n, width, 1) for n in (b, c, d, e))
        self.smooth = nn.ModuleList(Conv(width, width) for _ in range(3))
        self.head = nn.Sequential(
            nn.ConvTranspose2d(width, 12, 2, 2, bias=False), nn.BatchNorm2d(12, momentum=0.03), nn.ReLU(inplace=True),
            nn.ConvTranspose2d(12, 1, 2, 2))
        nn.init.constant_(self.head[3].bias, -2.0)

    def forward(self, x):
        levels = [self.quarter(x)]
        for stage in (self.eighth, self.sixteenth, self.smallest):
            levels.append(stage(levels[-1]))
        up = self.lateral[3](levels[3])
        for i in (2, 1, 0):
            up = self.smooth[i](self.lateral[i](levels[i]) + nn.functional.interpolate(up, scale_factor=2.0, mode="nearest"))
        return self.head(up)


class Probability(nn.Module):
    """As exported: with the sigmoid."""

    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, x):
        return torch.sigmoid(self.net(x))


def core(quad):
    """The part of a line's quad that the map shows: what grows back to the quad by the unclip rule."""
    width = (np.linalg.norm(quad[1] - quad[0]) + np.linalg.norm(quad[2] - quad[3])) / 2
    height = (np.linalg.norm(quad[3] - quad[0]) + np.linalg.norm(quad[2] - quad[1])) / 2
    low, high = 0.0, min(width, height) / 2
    for _ in range(20):
        inset = (low + high) / 2
        w, h = width - 2 * inset, height - 2 * inset
        if w * h * UNCLIP / (2 * (w + h)) > inset:
            low = inset
        else:
            high = inset
    across, down = (quad[1] - quad[0] + quad[2] - quad[3]) / 2, (quad[3] - quad[0] + quad[2] - quad[1]) / 2
    across, down = across / (width + 1e-6) * inset, down / (height + 1e-6) * inset
    return quad + np.array([across + down, -across + down, -across - down, across - down]), min(width, height)


def target(quads, ignored, height, width):
    """The map uint8 0 or 1, and where it counts."""
    text, counts = np.zeros((height, width), np.uint8), np.ones((height, width), np.uint8)
    for quad in ignored:
        cv2.fillPoly(counts, [np.round(quad).astype(np.int32)], 0)
    for quad in quads:
        inner, lower = core(quad)
        if lower < SMALLEST:
            cv2.fillPoly(counts, [np.round(quad).astype(np.int32)], 0)
        else:
            cv2.fillPoly(text, [np.round(inner * 16).astype(np.int32)], 1, cv2.LINE_8, 4)
    return text, counts


def draw(rng, surfaces, font_paths, side=POOL_SIDE):
    picture = procedural.scene(rng, surfaces, side, side)
    occupied, quads = np.zeros((side, side), np.uint8), []
    for _ in range(int(rng.integers(0, 11))):
        quads += procedural.place_text(rng, picture, occupied, font_paths)
    return picture, quads


def crop(rng, picture, quads, ignored=(), zooms=(0.55, 1.5)):
    """A random window, zoomed and a little turned, with the quads moved along."""
    zoom = np.exp(rng.uniform(*np.log(zooms)))
    turn = np.radians(rng.normal(0, 2))
    matrix = zoom * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    height, width = picture.shape[:2]
    anchor = rng.uniform([0, 0], [width, height])
    if quads and rng.random() < 0.85:
        anchor = quads[rng.integers(len(quads))].mean(0) + rng.uniform(-60, 60, 2)
    reach = np.minimum(0.45 * SIDE / zoom, [width / 2, height / 2])
    anchor = np.clip(anchor, reach, [width, height] - reach)
    shift = np.array([SIDE / 2, SIDE / 2]) - matrix @ anchor
    warp = np.hstack([matrix, shift[:, None]])
    edge = cv2.BORDER_REFLECT_101 if not quads else cv2.BORDER_CONSTANT
    cut = cv2.warpAffine(picture, warp, (SIDE, SIDE), flags=cv2.INTER_AREA if zoom < 1 else cv2.INTER_LINEAR, borderMode=edge)
    return cut, *([quad @ matrix.T + shift for quad in some] for some in (quads, ignored))


def loss(logits, text, counts):
    """An overlap that what is missed lowers twice as much as what is too much, and cross entropy of which only the worst background
    counts, three for each text pixel."""
    probability = torch.sigmoid(logits)
    right, missed, wrong = ((part * counts).sum() for part in (probability * text, (1 - probability) * text, probability * (1 - text)))
    dice = 1 - (right + 1) / (right + 0.65 * missed + 0.35 * wrong + 1)
    entropy = nn.functional.binary_cross_entropy_with_logits(logits, text, reduction="none") * counts
    positive = text * counts
    negative = entropy * (1 - text)
    number = int(min(max(3 * float(positive.sum()), 2000), negative.numel()))
    worst = torch.topk(negative.flatten(), number)[0]
    return dice + 2 * (1.5 * (entropy * positive).sum() + worst.sum()) / (positive.sum() + number)


# ---- from the map to boxes, as Sluice's DbTextDetector does ------------------------------------------------------------------


def boxes(probability, threshold=THRESHOLD, box_threshold=BOX_THRESHOLD):
    """Quads float32 [4,2] in pixels of the map."""
    mask = cv2.dilate((probability > threshold).astype(np.uint8), np.ones((2, 2), np.uint8))
    found = []
    for contour in cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)[0]:
        (x, y), (w, h), angle = cv2.minAreaRect(contour)
        if min(w, h) < 3:
            continue
        inside = np.zeros(probability.shape, np.uint8)
        cv2.fillPoly(inside, [cv2.boxPoints(((x, y), (w, h), angle)).astype(np.int32)], 1)
        if cv2.mean(probability, inside)[0] < box_threshold:
            continue
        grow = w * h * UNCLIP / (w + h)
        if min(w, h) + grow >= 5:
            found.append(cv2.boxPoints(((x, y), (w + grow, h + grow), angle)))
    return found


def find(model, picture):
    """Quads in pixels of the picture; small pictures are enlarged, so that small letters are read."""
    height, width = picture.shape[:2]
    ratio = max(1, LEAST_SIDE / min(height, width))
    ratio = min(ratio, LONGEST_SIDE / max(height, width))
    w, h = (max(32, int(np.rint(int(v * ratio) / 32)) * 32) for v in (width, height))
    scaled = cv2.resize(picture, (w, h), interpolation=cv2.INTER_LINEAR)
    probability = model(planes(scaled[None], IMAGENET_MEAN, IMAGENET_STD, 1 / 255))[0][0, 0]
    return [quad * [width / w, height / h] for quad in boxes(probability)]


def iou(a, b):
    a, b = cv2.convexHull(np.float32(a)), cv2.convexHull(np.float32(b))
    both = cv2.intersectConvexConvex(a, b)[0]
    return both / (cv2.contourArea(a) + cv2.contourArea(b) - both + 1e-6)


class Tally:
    """Pairs found and true boxes greedily at IoU 0.5."""

    def __init__(self):
        self.right = self.found = self.true = 0

    def add(self, found, true, ignored=()):
        pairs = sorted(((iou(f, t), i, j) for i, f in enumerate(found) for j, t in enumerate(true)), reverse=True)
        used_f, used_t = set(), set()
        for value, i, j in pairs:
            if value >= 0.5 and i not in used_f and j not in used_t:
                used_f.add(i)
                used_t.add(j)
        spare = sum(1 for i, f in enumerate(found) if i not in used_f and any(iou(f, t) > 0.3 for t in ignored))
        self.right, self.found, self.true = self.right + len(used_t), self.found + len(found) - spare, self.true + len(true)

    def __str__(self):
        precision, recall = self.right / max(1, self.found), self.right / max(1, self.true)
        return "precision %.3f, recall %.3f, F1 %.3f (%d found, %d true)" % (
            precision, recall, 2 * precision * recall / max(1e-9, precision + recall), self.found, self.true)


def frame_quads(truth):
    """Lines of a rendered frame that can be read, and those that are hidden for the most part; with the same margin as drawn ones."""
    clear, hidden = [], []
    for text in truth["text"]:
        quad = np.float32(text["quad"])
        across, down = quad[1] - quad[0], quad[3] - quad[0]
        margin = 0.08 * min(np.linalg.norm(across), np.linalg.norm(down))
        across, down = across / (np.linalg.norm(across) + 1e-6) * margin, down / (np.linalg.norm(down) + 1e-6) * margin
        quad = quad + np.array([-across - down, across - down, across + down, down - across])
        (clear if text.get("visible", 1) >= 0.5 else hidden).append(quad)
    return clear, hidden


GROWN = 6  # pixels by which the demo grows what it removes


def covered(quad, found, shape):
    """The share of a quad that the quads found cover, once these are grown."""
    own, all_found = np.zeros(shape[:2], np.uint8), np.zeros(shape[:2], np.uint8)
    cv2.fillPoly(own, [np.round(quad).astype(np.int32)], 1)
    for other in found:
        cv2.fillPoly(all_found, [np.round(other).astype(np.int32)], 1)
    all_found = cv2.dilate(all_found, np.ones((2 * GROWN + 1, 2 * GROWN + 1), np.uint8))
    return (own & all_found).sum() / max(1, own.sum())


def measure_frames(model, frames):
    sharp, all_frames, words, gone = Tally(), Tally(), 0, 0
    for i, truth in enumerate(frames.truth):
        quads, ignored = frame_quads(truth)
        picture = frames.image(i)
        found = find(model, picture)
        large = [q for q in quads if core(q)[1] >= SMALLEST]
        small = [q for q in quads if core(q)[1] < SMALLEST] + ignored
        all_frames.add(found, large, small)
        if truth["blur"]["kind"] == "none":
            sharp.add(found, large, small)
            words += len(large)
            gone += sum(covered(quad, found, picture.shape) > 0.9 for quad in large)
    return "Held-out look, %d frames: %s; sharp frames alone: %s; of %d lines in these %.3f are covered to nine tenths." % (
        len(frames), all_frames, sharp, words, gone / max(1, words))


def measure(model, options):
    rng = np.random.default_rng(options.seed + 1)
    surfaces, tally = procedural.Surfaces(rng, 24), Tally()
    for _ in range(60):
        picture, quads = draw(rng, surfaces, procedural.fonts(held_out=True))
        tally.add(find(model, procedural.degrade(rng, picture, 0.6)), quads)
    figures = ["Drawn pictures, lettering not seen in training: at IoU 0.5 %s." % tally]
    if os.path.exists(os.path.join(options.held_out, "truth.jsonl")):
        figures.append(measure_frames(model, Frames(options.held_out, 200)))
    assets = os.environ.get("SLUICE_ASSETS", "")
    reference = os.path.join(assets, "refs", "ppocr", "expected_boxes.json")
    if os.path.exists(reference):
        figures.append(real_pictures(model, assets, reference))
    return figures


def real_pictures(model, assets, reference):
    """Against the boxes that PP-OCRv3 finds in real pictures, which are not all right themselves."""
    with open(reference, encoding="utf-8") as file:
        results = json.load(file)["results"]
    tally, parts, seen = Tally(), [], set()
    for name, by_model in sorted(results.items()):
        picture = cv2.imread(os.path.join(assets, name))
        if picture is None or picture.tobytes() in seen:
            continue
        seen.add(picture.tobytes())
        expected = [np.float32(box["quad"]) for box in next(iter(by_model.values()))["boxes"]]
        found = find(model, picture)
        before = tally.right
        tally.add(found, expected)
        parts.append("%s %d of %d (%d found)" % (os.path.basename(name), tally.right - before, len(expected), len(found)))
    return "Real pictures against PP-OCRv3's own boxes: at IoU 0.5 %s: %s." % (tally, "; ".join(parts))


def main():
    options = arguments(__doc__.splitlines()[0], minutes=20)
    rng = np.random.default_rng(options.seed)
    surfaces, font_paths = procedural.Surfaces(rng), procedural.fonts()
    pool = [draw(rng, surfaces, font_paths) for _ in range(0 if options.minutes == 0 else 120 if options.go_on else 250)]
    frames = []
    if os.path.exists(os.path.join(options.training, "truth.jsonl")):
        rendered = Frames(options.training, 2400 if options.minutes else 0)
        frames = [(rendered.image(i), *frame_quads(truth)) for i, truth in enumerate(rendered.truth) if truth["blur"]["kind"] == "none" or i % 3 == 0]
        # A frame without text is worth little: surfaces without text are drawn anyway.
        frames = [frame for i, frame in enumerate(frames) if frame[1] or i % 8 == 0]
    print("%d drawn pictures to begin with, %d rendered frames" % (len(pool), len(frames)), flush=True)
    net = TextNet()
    before = begin(options, "text-detect", net)
    optimiser = torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=1e-3)
    schedule, average = Schedule(options, optimiser, 2.5e-3 if options.go_on else 4e-3, before), Average(net)
    looked = time.time()
    while schedule.running():
        if len(pool) < 700 and schedule.step % 8 == 0:
            pool.append(draw(rng, surfaces, font_paths))
        batch = []
        for _ in range(10):
            world = frames and rng.random() < 0.75
            source = frames if world else pool
            cut, quads, ignored = crop(rng, *source[rng.integers(len(source))], zooms=(0.6, 1.3) if world else (0.55, 1.5))
            batch.append((procedural.degrade(rng, cut, 0.6 if world else 1.0), *target(quads, ignored, SIDE, SIDE)))
        pictures, text, counts = (np.stack(part) for part in zip(*batch))
        x = torch.from_numpy(planes(pictures, IMAGENET_MEAN, IMAGENET_STD, 1 / 255))
        with precision():
            logits = net(x).float()
        value = loss(logits, torch.from_numpy(text[:, None]).float(), torch.from_numpy(counts[:, None]).float())
        optimiser.zero_grad(set_to_none=True)
        value.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 5)
        optimiser.step()
        average.update(net)
        schedule.note(loss=value, pictures=len(pool))
        if time.time() - looked > 480 and frames:
            looked = time.time()
            print(measure_frames(lambda x: [Probability(average.module)(torch.from_numpy(x)).detach().numpy()], Frames(options.held_out, 60)), flush=True)
    spent = keep(options, "text-detect", average.module, schedule)
    folder = os.path.join(options.out, "text-detect")
    path, module = os.path.join(folder, "text_detect.onnx"), Probability(average.module)
    sizes = {0: "n", 2: "height", 3: "width"}
    export(module, (torch.randn(1, 3, 96, 160),), ["x"], ["sigmoid_0.tmp_0"], path, {"x": sizes, "sigmoid_0.tmp_0": sizes})
    figures = measure(OnnxModel(path, module, ["x"]), options)
    mean, std = (json.dumps([round(float(v), 3) for v in values]) for values in (IMAGENET_MEAN, IMAGENET_STD))
    write_manifest(folder, "starter-text-detect", "text-detect", "db-text", path, """
input:
  side: %d
  longest: %d
  colour: bgr
  scale: 0.00392156862745098 # 1/255
  mean: %s
  std: %s
  resize: min-side
output:
  threshold: %s
  boxThreshold: %s
  unclip: %s
  dilate: true""" % (LEAST_SIDE, LONGEST_SIDE, mean, std, THRESHOLD, BOX_THRESHOLD, UNCLIP), figures, spent)


if __name__ == "__main__":
    main()
