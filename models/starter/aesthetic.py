#!/usr/bin/env python3
"""Trains the starter aesthetic head in the form of LAION's: `image_embeds` [N,128], L2-normalised -> `score` [N,1], 1 to 10.

What it takes for beauty is photographic quality as embed.py defines it: sharpness, little noise, right exposure, and a subject
that is large, whole and well placed. Run embed.py first.
"""
import glob
import os

import cv2
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from embed import MEANING, QUALITY, SIDE, Condition, ImageNet, Sight, composition, middle, spoil
from starter import CLIP_MEAN, CLIP_STD, Average, Frames, OnnxModel, Schedule, arguments, begin, export, keep, planes, write_manifest

BLURS = [0.7, 1.0, 1.5, 2.5]  # deviations in pixels of a picture whose shorter side is 224
NOISES = [8, 20]  # deviations of 255


class Head(nn.Module):
    def __init__(self, size=MEANING + QUALITY):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(size, 64), nn.ReLU(), nn.Linear(64, 16), nn.ReLU(), nn.Linear(16, 1))
        nn.init.constant_(self.layers[4].bias, 5.0)

    def forward(self, image_embeds):
        return self.layers(image_embeds)


def score(image, head, picture):
    embedding = image(planes(picture[None], CLIP_MEAN, CLIP_STD, 1 / 255, rgb=True))[0]
    return float(head(embedding / np.linalg.norm(embedding, axis=1, keepdims=True))[0][0, 0])


def auc(high, low):
    """Probability that one of the first scores above one of the second."""
    high, low = np.array(high)[:, None], np.array(low)[None]
    return float((high > low).mean() + 0.5 * (high == low).mean())


def ladders(image, head, pictures, name):
    """ROC AUC of whole pictures against spoilt ones, and how often noise raised the score."""
    rng = np.random.default_rng(0)

    def scored(**kind):
        return [score(image, head, spoil(rng, p, **{"blur": 0.0, "noise": 0.0, "light": 0.0, **kind})) for p in pictures]

    plain = scored()
    parts = []
    for blur in BLURS:
        # A streak is longer than a disc of the same deviation; the ladder is of discs alone.
        blurred = [score(image, head, cv2.GaussianBlur(p, (0, 0), blur)) for p in pictures]
        pairs = np.mean(np.array(plain) > blurred)
        parts.append("blur %.1f: AUC %.3f (own sharp one higher %.2f)" % (blur, auc(plain, blurred), pairs))
    for noise in NOISES:
        noisy = scored(noise=noise)
        parts.append("noise %d: mean %+.2f, raised for %d of %d" % (noise, np.mean(noisy) - np.mean(plain), np.sum(np.array(noisy) > plain), len(plain)))
    dark, bright = scored(light=-1.5), scored(light=1.2)
    parts.append("1.5 stops darker: AUC %.3f; 1.2 brighter: AUC %.3f" % (auc(plain, dark), auc(plain, bright)))
    return "%s, %d pictures, mean score %.2f: %s." % (name, len(pictures), np.mean(plain), "; ".join(parts))


def photographs(folder):
    names = sorted(glob.glob(os.path.join(folder, "images", "kodak", "*.png")))
    names += [os.path.join(folder, "images", "skimage", name) for name in ("astronaut.png", "chelsea.png", "coffee.png", "rocket.jpg", "motorcycle_left.png")]
    return [middle(picture) for picture in map(cv2.imread, names) if picture is not None]


def vision(options):
    """The image encoder as embed.py has left it."""
    sight, image = Sight(), ImageNet()
    sight.trunk.load_state_dict(torch.load(os.path.join(options.out, "work", "detect.pt"))["weights"])
    kept = torch.load(os.path.join(options.out, "work", "embed.pt"))["weights"]
    image.load_state_dict({name[len("image."):]: value for name, value in kept.items() if name.startswith("image.")})
    return nn.Sequential(sight, image)


def main():
    options = arguments(__doc__.splitlines()[0], minutes=1)
    rng = np.random.default_rng(options.seed)
    kept = np.load(os.path.join(options.out, "work", "embed.npz"))
    embeddings, wanted = torch.from_numpy(kept["embeddings"]), torch.from_numpy(kept["scores"].astype(np.float32))
    head = Head()
    before = begin(options, "aesthetic", head)
    optimiser = torch.optim.AdamW(head.parameters(), lr=1e-3, weight_decay=0.01)
    schedule, average = Schedule(options, optimiser, 3e-3, before), Average(head)
    while schedule.running():
        batch = torch.from_numpy(rng.integers(0, len(wanted), 256))
        noisy = F.normalize(embeddings[batch] + torch.randn(256, embeddings.shape[1]) * 0.01, dim=1)
        value = F.smooth_l1_loss(head(noisy)[:, 0], wanted[batch])
        optimiser.zero_grad(set_to_none=True)
        value.backward()
        optimiser.step()
        average.update(head)
        schedule.note(loss=value)
    spent = keep(options, "aesthetic", average.module, schedule)
    folder = os.path.join(options.out, "aesthetic")
    path = os.path.join(folder, "aesthetic.onnx")
    export(average.module, (F.normalize(torch.randn(3, MEANING + QUALITY), dim=1),), ["image_embeds"], ["score"], path,
           {"image_embeds": {0: "n"}, "score": {0: "n"}})
    model = OnnxModel(path, average.module, ["image_embeds"])
    vision_path = os.path.join(options.out, "image-embed", "vision_model.onnx")
    image = OnnxModel(vision_path, vision(options), ["pixel_values"])
    held_out = Frames(options.held_out)
    told, true = [], []
    for i, truth in enumerate(held_out.truth):
        scale = SIDE / truth["height"]
        blur = truth["blur"]["pixels"] * scale * (0.3 if truth["blur"]["kind"] == "motion" else 0.5)
        light = {"under": -1.2, "over": 1.2}.get(truth["exposure"], 0.0)
        true.append(Condition(blur, truth["noise"] * scale, light).score(composition(truth)))
        told.append(score(image, model, middle(held_out.image(i))))
    ranks = [np.argsort(np.argsort(v)) for v in (told, true)]
    sharp = [t for t, frame in zip(told, held_out.truth) if frame["blur"]["kind"] == "none"]
    blurred = [t for t, frame in zip(told, held_out.truth) if frame["blur"]["kind"] != "none"]
    figures = ["Held-out look, %d frames: rank correlation with the true quality %.3f; frames with blur of the lens or the hand against frames without: AUC %.3f." % (
        len(told), np.corrcoef(*ranks)[0, 1], auc(sharp, blurred))]
    pictures = photographs(os.environ.get("SLUICE_ASSETS", ""))
    if pictures:
        figures.append(ladders(image, model, pictures, "Photographs (Kodak and others), shorter side 224"))
    write_manifest(folder, "starter-aesthetic", "aesthetic", "laion-head", path, """
input:
  size: %d # of starter-image-embed, L2-normalised
  space: starter
output:
  low: 1
  high: 10""" % (MEANING + QUALITY), figures, spent)


if __name__ == "__main__":
    main()
