#!/usr/bin/env python3
"""Trains the starter inpainter in the form of LaMa: `image` [N,3,512,512] RGB 0..1 and `mask` [N,1,512,512] (1 = hole) ->
`output` 0..255.

The graph first fills the hole smoothly from its rim, by a pyramid of means that needs no weights; a small network then adds what
continues edges and textures. It learns on drawn surfaces and on frames of the rendered world without their text.
"""
import glob
import os

import cv2
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

import procedural
from starter import (Average, Conv, Frames, OnnxModel, Residual, Schedule, arguments, begin, export, keep, planes, precision,
                     write_manifest)

SIDE = 512  # of the contract
CROP = 128  # pixels of a training crop


class InpaintNet(nn.Module):
    """[N,3,H,W] 0..1 and [N,1,H,W] to [N,3,H,W] 0..1; sides are multiples of 8."""

    def __init__(self, a=16, b=32, c=48, levels=6):
        super().__init__()
        self.levels = levels
        self.first = Conv(16, a)
        self.quarter = nn.Sequential(Conv(a, b, 3, 2), Residual(b))
        self.eighth = nn.Sequential(Conv(b, c, 3, 2), *(Residual(c, dilation=d) for d in (1, 2, 4, 2)))
        self.up_quarter = nn.Sequential(Conv(c + b, b), Residual(b))
        self.up_half = nn.Sequential(Conv(b + a, a))
        self.last = nn.Conv2d(a, 12, 3, 1, 1)
        nn.init.zeros_(self.last.weight)
        nn.init.zeros_(self.last.bias)

    @staticmethod
    def larger(x):
        return F.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)

    def smooth_fill(self, seen, known):
        """A pyramid of means downwards; upwards each level keeps what is known and takes the rest from the coarser one."""
        pyramid = [(seen, known)]
        for _ in range(self.levels):
            seen, known = F.avg_pool2d(seen, 2), F.avg_pool2d(known, 2)
            pyramid.append((seen, known))
        fill = seen / (known + 1e-4)
        for seen, known in reversed(pyramid[:-1]):
            fill = self.larger(fill)
            for _ in range(2):
                fill = F.avg_pool2d(F.pad(seen + (1 - known) * fill, (1, 1, 1, 1), mode="replicate"), 3, 1)
            fill = seen + (1 - known) * fill
        return fill

    def forward(self, image, mask):
        known = 1 - mask
        fill = self.smooth_fill(image * known, known)
        half = self.first(F.pixel_unshuffle(torch.cat([fill * 2 - 1, mask], 1), 2))
        quarter = self.quarter(half)
        deep = self.eighth(quarter)
        quarter = self.up_quarter(torch.cat([self.larger(deep), quarter], 1))
        half = self.up_half(torch.cat([self.larger(quarter), half], 1))
        filled = fill + F.pixel_shuffle(self.last(half), 2)
        return image * known + filled * mask


class Levels(nn.Module):
    """As exported: 0..255."""

    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, image, mask):
        return torch.clamp(self.net(image, mask), 0, 1) * 255


def strokes(rng, side):
    """Brush strokes of 4 to 24 pixels across."""
    mask = np.zeros((side, side), np.uint8)
    for _ in range(rng.integers(1, 5)):
        at = rng.uniform(0, side, 2)
        angle, width = rng.uniform(0, 6.3), int(rng.integers(4, 25) * side / 256) + 1
        for _ in range(rng.integers(2, 8)):
            angle += rng.normal(0, 0.8)
            then = at + side * rng.uniform(0.05, 0.25) * np.array([np.cos(angle), np.sin(angle)])
            cv2.line(mask, tuple(at.astype(int).tolist()), tuple(then.astype(int).tolist()), 255, width)
            at = then
    return mask


def patches(rng, side):
    """Boxes and blobs, as of objects."""
    mask = np.zeros((side, side), np.uint8)
    for _ in range(rng.integers(1, 4)):
        corners = procedural.outline(rng, rng.uniform(0.1, 0.9, 2) * side, side * rng.uniform(0.05, 0.2))
        cv2.fillPoly(mask, [corners], 255)
    return mask


def letters(rng, side, font_paths):
    """Lines of text, each letter grown by some pixels, as subtitles and watermarks are removed."""
    mask = np.zeros((side, side), np.uint8)
    for _ in range(rng.integers(1, 4)):
        path = font_paths[rng.integers(len(font_paths))]
        drawn = procedural.lettering(rng, path, int(side * rng.uniform(0.05, 0.2)), procedural.line_of_words(rng, path, 4))
        if drawn is None:
            continue
        coverage, _, (left, top, right, bottom) = drawn
        line = coverage[top:bottom, left:right][:, : side - 2]
        y, x = rng.integers(0, max(1, side - line.shape[0])), rng.integers(0, max(1, side - line.shape[1]))
        region = mask[y : y + line.shape[0], x : x + line.shape[1]]
        region[:] = np.maximum(region, line[: region.shape[0]])
    mask = (mask > 60).astype(np.uint8) * 255
    grow = int(rng.integers(1, 8) * side / 256) * 2 + 1
    return cv2.dilate(mask, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (grow, grow)))


MASKS = {"strokes": lambda rng, side, fonts: strokes(rng, side), "patches": lambda rng, side, fonts: patches(rng, side),
         "letters": letters}


def random_mask(rng, side, font_paths, kind=None):
    """uint8 0 or 1 of which between 1 and 50 % is hole."""
    while True:
        made = MASKS[kind or str(rng.choice(list(MASKS)))](rng, side, font_paths) > 127
        if 0.01 < made.mean() < 0.5:
            return made.astype(np.uint8)


# ---- figures -----------------------------------------------------------------------------------------------------------------


def ssim_map(a, b):
    """Structural similarity of two grey pictures 0..255, Gaussian window of deviation 1.5 (Wang and others 2004)."""
    def mean(x):
        return cv2.GaussianBlur(x, (11, 11), 1.5)

    a, b = (cv2.cvtColor(x, cv2.COLOR_BGR2GRAY).astype(np.float64) for x in (a, b))
    mean_a, mean_b = mean(a), mean(b)
    var_a, var_b, both = mean(a * a) - mean_a**2, mean(b * b) - mean_b**2, mean(a * b) - mean_a * mean_b
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    return ((2 * mean_a * mean_b + c1) * (2 * both + c2)) / ((mean_a**2 + mean_b**2 + c1) * (var_a + var_b + c2))


def quality(picture, filled, mask):
    """PSNR in dB and mean SSIM over the pixels of the hole."""
    hole = mask > 0
    error = np.mean((picture[hole].astype(np.float64) - filled[hole]) ** 2)
    return 10 * np.log10(255**2 / max(error, 1e-9)), ssim_map(picture, filled)[hole].mean()


def fill(model, picture, mask):
    image = planes(picture[None], scale=1 / 255, rgb=True)
    out = model(image, mask[None, None].astype(np.float32))[0][0]
    return np.clip(np.rint(out.transpose(1, 2, 0)[..., ::-1]), 0, 255).astype(np.uint8)


def compare(model, pictures, seed, times):
    """{kind: (network's PSNR, SSIM, Telea's PSNR, SSIM)} over all pictures with new masks each."""
    rng, results = np.random.default_rng(seed), {}
    for kind in MASKS:
        rows = []
        for picture in pictures:
            for _ in range(times):
                mask = random_mask(rng, picture.shape[0], procedural.fonts(held_out=True), kind)
                telea = cv2.inpaint(picture, mask, 4, cv2.INPAINT_TELEA)
                rows.append(quality(picture, fill(model, picture, mask), mask) + quality(picture, telea, mask))
        results[kind] = np.mean(rows, 0)
    return results


def told(results):
    return "; ".join("%s PSNR %.2f dB (Telea %.2f), SSIM %.3f (Telea %.3f)" % (kind, r[0], r[2], r[1], r[3]) for kind, r in results.items())


def square(picture):
    """The middle, as large as it goes, at the size of the contract."""
    height, width = picture.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    cut = picture[top : top + side, left : left + side]
    return cut if side == SIDE else cv2.resize(cut, (SIDE, SIDE), interpolation=cv2.INTER_AREA if side > SIDE else cv2.INTER_CUBIC)


def main():
    options = arguments(__doc__.splitlines()[0], minutes=25)
    rng = np.random.default_rng(options.seed)
    surfaces, font_paths = procedural.Surfaces(rng), procedural.fonts()
    pool = [procedural.scene(rng, surfaces, 256, 256) for _ in range(200)]
    world = []
    if os.path.exists(os.path.join(options.training, "truth.jsonl")):
        rendered = Frames(options.training, 500)
        world = [rendered.clean(i) for i in range(len(rendered))]
    print("%d drawn pictures to begin with, %d rendered frames" % (len(pool), len(world)), flush=True)
    masks = [random_mask(rng, CROP, font_paths) for _ in range(400)]
    net = InpaintNet()
    before = begin(options, "inpaint", net)
    optimiser = torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=1e-4)
    schedule, average = Schedule(options, optimiser, 3e-3, before), Average(net)
    while schedule.running():
        if len(pool) < 1000:
            pool.append(procedural.scene(rng, surfaces, 256, 256))
        batch, holes = [], []
        for _ in range(16):
            source = world if world and rng.random() < 0.4 else pool
            picture = source[rng.integers(len(source))]
            zoom = min(np.exp(rng.uniform(0, np.log(2.5))), min(picture.shape[:2]) / CROP)
            side = int(CROP * zoom)
            top, left = (rng.integers(n - side + 1) for n in picture.shape[:2])
            cut = cv2.resize(picture[top : top + side, left : left + side], (CROP, CROP), interpolation=cv2.INTER_AREA)
            cut = cut[:, ::-1] if rng.random() < 0.5 else cut
            cut = np.rot90(cut, rng.integers(4))[..., rng.permutation(3)].astype(np.float32)
            cut = np.clip(cut * rng.uniform(0.7, 1.2) + rng.standard_normal(cut.shape) * rng.uniform(0, 4), 0, 255)
            batch.append(cut)
            mask = masks[rng.integers(len(masks))]
            holes.append(np.rot90(mask[:, ::-1] if rng.random() < 0.5 else mask, rng.integers(4)))
        masks[schedule.step % len(masks)] = random_mask(rng, CROP, font_paths)
        image = torch.from_numpy(planes(np.stack(batch), scale=1 / 255))
        mask = torch.from_numpy(np.stack(holes)[:, None].astype(np.float32))
        with precision():
            error = net(image, mask).float() - image
        # Each picture counts alike, whether its hole is large or small; half squared, as PSNR has it, half absolute.
        hole = mask.sum((1, 2, 3)) * 3
        absolute = (error.abs().sum((1, 2, 3)) / hole).mean()
        squared = ((error * error).sum((1, 2, 3)) / hole + 1e-5).sqrt().mean()
        slopes = sum((error.diff(dim=d).abs().sum((1, 2, 3)) / hole).mean() for d in (2, 3))
        value = absolute + squared + 0.3 * slopes
        optimiser.zero_grad(set_to_none=True)
        value.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1)
        optimiser.step()
        average.update(net)
        schedule.note(absolute=absolute, squared=squared, slopes=slopes)
    spent = keep(options, "inpaint", average.module, schedule)
    folder = os.path.join(options.out, "inpaint")
    path, module = os.path.join(folder, "inpaint.onnx"), Levels(average.module)
    example = (torch.rand(1, 3, SIDE, SIDE), (torch.rand(1, 1, SIDE, SIDE) > 0.8).float())
    export(module, example, ["image", "mask"], ["output"], path, {name: {0: "batch"} for name in ("image", "mask", "output")})
    model = OnnxModel(path, module, ["image", "mask"])
    figures = []
    if os.path.exists(os.path.join(options.held_out, "truth.jsonl")):
        held_out = Frames(options.held_out, 24)
        pictures = [square(held_out.clean(i)) for i in range(len(held_out))]
        figures.append("Held-out look, inside the hole: %s." % told(compare(model, pictures, options.seed, 1)))
    else:
        test_surfaces = procedural.Surfaces(np.random.default_rng(99), 16)
        pictures = [procedural.scene(np.random.default_rng(i), test_surfaces, SIDE, SIDE) for i in range(8)]
        figures.append("Drawn pictures, inside the hole: %s." % told(compare(model, pictures, options.seed, 1)))
    photographs = sorted(glob.glob(os.path.join(os.environ.get("SLUICE_ASSETS", ""), "images", "kodak", "*.png")))
    if photographs:
        pictures = [square(cv2.imread(photograph)) for photograph in photographs]
        figures.append("%d Kodak photographs, inside the hole: %s." % (len(pictures), told(compare(model, pictures, options.seed, 3))))
    write_manifest(folder, "starter-inpaint", "inpaint", "lama", path, """
input:
  width: 512
  height: 512
  colour: rgb
  scale: 0.00392156862745098 # 1/255
  resize: stretch
output:
  range: 255""", figures, spent)


if __name__ == "__main__":
    main()
