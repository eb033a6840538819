#!/usr/bin/env python3
"""Trains the starter segmenter in the form of U2-Net: `input.1` [1,3,320,320] -> `d0` [1,1,320,320], probability that a pixel
belongs to a subject: a person, a dog or a car.

It is a decoder on the starter detector's network; so train detect.py first.
"""
import os

import cv2
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from detect import HEIGHT, WIDTH, DetectNet
from starter import (IMAGENET_MEAN, IMAGENET_STD, Average, Conv, Frames, OnnxModel, Schedule, arguments, begin, export, keep, planes,
                     precision, write_manifest)

SIDE = 320
SUBJECTS = ("person", "dog", "car")


class Decoder(nn.Module):
    """The network's features at strides 4 to 32 to logits at stride 4."""

    def __init__(self, width=32):
        super().__init__()
        self.deep = nn.Sequential(Conv(48 * 3, width, 1), Conv(width, width))
        self.fine = nn.Sequential(Conv(width + 32, width), Conv(width, 16), nn.Conv2d(16, 1, 3, 1, 1))
        nn.init.constant_(self.fine[2].bias, -2.0)

    def forward(self, quarter, eighth, sixteenth, smallest):
        sixteenth = F.interpolate(sixteenth, scale_factor=2.0, mode="nearest")
        smallest = F.interpolate(smallest, scale_factor=4.0, mode="nearest")
        deep = self.deep(torch.cat([eighth, sixteenth, smallest], 1))
        deep = F.interpolate(deep, scale_factor=2.0, mode="bilinear", align_corners=False)
        return self.fine(torch.cat([deep, quarter], 1))


class Subject(nn.Module):
    """As exported: from what rembg feeds a U2-Net."""

    def __init__(self, trunk, decoder):
        super().__init__()
        self.trunk, self.decoder = trunk, decoder
        self.register_buffer("std", torch.from_numpy(IMAGENET_STD * 255).view(1, 3, 1, 1))
        self.register_buffer("mean", torch.from_numpy(IMAGENET_MEAN * 255).view(1, 3, 1, 1))

    def forward(self, x):
        rgb = x * self.std + self.mean
        bgr = torch.cat([rgb[:, 2:3], rgb[:, 1:2], rgb[:, 0:1]], 1)
        features = self.trunk.features(F.interpolate(bgr, size=(HEIGHT, WIDTH), mode="bilinear", align_corners=False))
        return torch.sigmoid(F.interpolate(self.decoder(*features), size=(SIDE, SIDE), mode="bilinear", align_corners=False))


def subject(frames, index):
    """255 where a person, a dog or a car is seen."""
    mask, wanted = frames.mask(index), np.zeros(256, np.uint8)
    for thing in frames.truth[index]["objects"]:
        if thing["kind"] in SUBJECTS:
            wanted[thing["mask"]] = 255
    return wanted[mask]


def measure(model, frames):
    """Mean IoU of the masks at one half, over frames where subjects are at least 1 % of the picture."""
    values, sharp = [], []
    for i, truth in enumerate(frames.truth):
        true = subject(frames, i) > 0
        if true.mean() < 0.01:
            continue
        square = cv2.resize(frames.image(i), (SIDE, SIDE), interpolation=cv2.INTER_AREA)
        found = model(planes(square[None], IMAGENET_MEAN, IMAGENET_STD, 1 / 255, rgb=True))[0][0, 0]
        found = cv2.resize(found, true.shape[::-1]) > 0.5
        value = (found & true).sum() / max(1, (found | true).sum())
        values.append(value)
        if truth["blur"]["kind"] == "none":
            sharp.append(value)
    return ["Held-out look: mean IoU of the subjects' mask %.3f over %d frames; sharp frames alone %.3f." % (np.mean(values), len(values), np.mean(sharp))]


def main():
    options = arguments(__doc__.splitlines()[0], minutes=6)
    rng = np.random.default_rng(options.seed)
    frames = Frames(options.training, 1600)
    pictures = frames.images(WIDTH, HEIGHT)
    masks = np.stack([cv2.resize(subject(frames, i), (WIDTH // 4, HEIGHT // 4), interpolation=cv2.INTER_AREA) for i in range(len(frames))])
    trunk, decoder = DetectNet(), Decoder()
    trunk.load_state_dict(torch.load(os.path.join(options.out, "work", "detect.pt"))["weights"])
    trunk = trunk.eval()
    before = begin(options, "segment", decoder)
    optimiser = torch.optim.AdamW(decoder.parameters(), lr=1e-3, weight_decay=1e-3)
    schedule, average = Schedule(options, optimiser, 4e-3, before), Average(decoder)
    while schedule.running():
        batch = rng.integers(0, len(frames), 16)
        picture, mask = pictures[batch], masks[batch]
        if rng.random() < 0.5:
            picture, mask = picture[:, :, ::-1], mask[:, :, ::-1]
        picture = np.clip(picture * rng.uniform(0.75, 1.25, (16, 1, 1, 1)) + rng.uniform(-20, 20, (16, 1, 1, 1)), 0, 255)
        x = torch.from_numpy(planes(picture))
        wanted = torch.from_numpy(mask.astype(np.float32) / 255)[:, None]
        with precision():
            with torch.no_grad():
                features = trunk.features(x)
            logits = decoder(*features).float()
        found = torch.sigmoid(logits)
        dice = 1 - (2 * (found * wanted).sum((1, 2, 3)) + 20) / (found.sum((1, 2, 3)) + wanted.sum((1, 2, 3)) + 20)
        value = dice.mean() + F.binary_cross_entropy_with_logits(logits, wanted) * 4
        optimiser.zero_grad(set_to_none=True)
        value.backward()
        optimiser.step()
        average.update(decoder)
        schedule.note(loss=value)
    spent = keep(options, "segment", average.module, schedule)
    folder = os.path.join(options.out, "segment")
    path = os.path.join(folder, "segment.onnx")
    module = Subject(trunk, average.module)
    export(module, (torch.randn(1, 3, SIDE, SIDE),), ["input.1"], ["d0"], path)
    figures = measure(OnnxModel(path, module, ["input.1"]), Frames(options.held_out, 200))
    mean, std = (", ".join("%.3f" % v for v in values) for values in (IMAGENET_MEAN, IMAGENET_STD))
    write_manifest(folder, "starter-segment", "segment", "saliency", path, """
input:
  width: %d
  height: %d
  colour: rgb
  mean: [%s]
  std: [%s]
  resize: stretch""" % (SIDE, SIDE, mean, std), figures, spent)


if __name__ == "__main__":
    main()
