"""Pictures drawn from random numbers alone: surfaces, shapes and lines of text, for models that should carry over to real ones.

Every function takes a numpy Generator and depends on nothing else but the fonts found on the system.
Pictures are uint8 [height,width,3] in BGR, as OpenCV has them.
"""
import glob
import os

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

# Debian packages fonts-urw-base35, fonts-dejavu, fonts-noto-mono, fonts-droid-fallback.
FONT_FOLDERS = [
    "/usr/share/fonts/opentype/urw-base35",
    "/usr/share/fonts/truetype/dejavu",
    "/usr/share/fonts/truetype/noto",
    "/usr/share/fonts/truetype/droid",
]
SYMBOL_FONTS = {"D050000L.otf", "StandardSymbolsPS.otf", "DejaVuMathTeXGyre.ttf"}
# Families that no training picture shows: the held-out look of the rendered world is lettered in DejaVu.
HELD_OUT_FAMILIES = ("DejaVu", "P052")
CJK_FONT = "DroidSansFallbackFull.ttf"


def fonts(held_out=False):
    """Paths of the text fonts of one of the two sets; the font for Chinese and Japanese is in both."""
    found = []
    for folder in FONT_FOLDERS:
        for path in sorted(glob.glob(os.path.join(folder, "*.[ot]tf"))):
            name = os.path.basename(path)
            if name in SYMBOL_FONTS:
                continue
            if name == CJK_FONT or name.startswith(HELD_OUT_FAMILIES) == held_out:
                found.append(path)
    if len(found) < 5:
        raise SystemExit("only %d fonts in %s; install fonts-urw-base35, fonts-dejavu, fonts-droid-fallback" % (len(found), FONT_FOLDERS))
    return found


# ---- surfaces -------------------------------------------------------------------------------------------------------------


def colour(rng):
    """Mostly muted, as most of the world is."""
    hue, saturation, value = rng.uniform(0, 180), rng.beta(1.2, 2.0) * 255, rng.beta(1.5, 1.3) * 255
    pixel = np.array([[[hue, saturation, value]]], np.uint8)
    return cv2.cvtColor(pixel, cv2.COLOR_HSV2BGR)[0, 0].astype(np.float32)


def cloud(rng, height, width, roughness=None):
    """Noise of several octaves, mean 0, deviation about 1, float32 [height,width]."""
    roughness = rng.uniform(0.35, 0.85) if roughness is None else roughness
    total = np.zeros((height, width), np.float32)
    cells, amplitude = rng.integers(2, 6), 1.0
    while cells < max(height, width):
        stretch = rng.uniform(0.5, 2) if rng.random() < 0.3 else 1
        grid = rng.standard_normal((max(2, int(cells * stretch)), max(2, cells))).astype(np.float32)
        total += amplitude * cv2.resize(grid, (width, height), interpolation=cv2.INTER_CUBIC)
        cells, amplitude = cells * 2, amplitude * roughness
    total += amplitude * rng.standard_normal((height, width)).astype(np.float32)
    return (total - total.mean()) / (total.std() + 1e-6)


def waves(rng, height, width):
    """Stripes, grids or bricks under a random angle and a slight perspective, float32 about -1 to 1."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    angle, tilt = rng.uniform(0, np.pi), rng.uniform(-0.6, 0.6) / max(height, width)
    u = (x * np.cos(angle) + y * np.sin(angle)) * (1 + tilt * y)
    v = (y * np.cos(angle) - x * np.sin(angle)) * (1 + tilt * x)
    period = np.exp(rng.uniform(np.log(5), np.log(70)))
    kind = rng.integers(4)
    if kind == 0:
        wave = np.sin(2 * np.pi * u / period)
    elif kind == 1:
        wave = np.sign(np.sin(2 * np.pi * u / period))
    elif kind == 2:
        wave = np.sign(np.sin(2 * np.pi * u / period) * np.sin(2 * np.pi * v / (period * rng.uniform(0.5, 2))))
    else:
        course = period * rng.uniform(0.3, 0.6)
        row = np.floor(v / course)
        gap = rng.uniform(0.04, 0.15)
        wave = np.where((np.mod(u / period + 0.5 * row, 1) < gap) | (np.mod(v / course, 1) < gap), -1, 1)
    return cv2.GaussianBlur(wave.astype(np.float32), (0, 0), rng.uniform(0.4, 1.2))


def surface(rng, height, width):
    """One material: a colour with noise, waves or a gradient on it; float32 BGR 0..255."""
    base = colour(rng)
    picture = np.empty((height, width, 3), np.float32)
    picture[:] = base
    if rng.random() < 0.4:
        y, x = np.mgrid[0:height, 0:width].astype(np.float32)
        angle = rng.uniform(0, 2 * np.pi)
        t = (x / width - 0.5) * np.cos(angle) + (y / height - 0.5) * np.sin(angle) + 0.5
        picture += np.clip(t, 0, 1)[..., None] * (colour(rng) - base)
    other = colour(rng) - base
    if rng.random() < 0.8:
        picture += cloud(rng, height, width)[..., None] * (other * rng.uniform(0.02, 0.3) + rng.uniform(0, 12))
    if rng.random() < 0.25:
        picture += waves(rng, height, width)[..., None] * (other * rng.uniform(0.05, 0.5))
    return np.clip(picture, 0, 255)


class Surfaces:
    """A stock of surfaces, cut and recoloured anew for each use: drawing one from scratch is slow."""

    def __init__(self, rng, count=48, side=512):
        self.stock = [surface(rng, side, side).astype(np.uint8) for _ in range(count)]
        self.side = side

    def cut(self, rng, height, width):
        source = self.stock[rng.integers(len(self.stock))]
        zoom = np.exp(rng.uniform(np.log(0.6), np.log(1.8)))
        zoom = min(zoom, self.side / max(height, width))
        h, w = max(2, int(height * zoom)), max(2, int(width * zoom))
        h, w = min(h, self.side), min(w, self.side)
        top, left = rng.integers(self.side - h + 1), rng.integers(self.side - w + 1)
        piece = source[top : top + h, left : left + w]
        if rng.random() < 0.5:
            piece = piece[:, ::-1]
        if rng.random() < 0.5:
            piece = piece[::-1]
        piece = cv2.resize(np.ascontiguousarray(piece), (width, height), interpolation=cv2.INTER_AREA if zoom > 1 else cv2.INTER_LINEAR)
        piece = piece[..., rng.permutation(3)].astype(np.float32)
        gain = rng.uniform(0.6, 1.3)
        return np.ascontiguousarray(np.clip(piece * gain + rng.uniform(-40, 40), 0, 255).astype(np.uint8))


def outline(rng, centre, radius):
    """Corners of a random shape as int32 [n,2]: a box, a regular or ragged polygon, or a smooth blob."""
    kind = rng.integers(4)
    if kind == 0:
        half_w, half_h = radius * rng.uniform(0.3, 1.2), radius * rng.uniform(0.3, 1.2)
        corners = np.array([[-half_w, -half_h], [half_w, -half_h], [half_w, half_h], [-half_w, half_h]])
    else:
        count = rng.integers(3, 8) if kind < 3 else 24
        angles = np.linspace(0, 2 * np.pi, count, endpoint=False) + (rng.uniform(-0.3, 0.3, count) if kind == 2 else 0)
        if kind == 3:
            radii = 1 + sum(rng.uniform(0, 0.25) * np.cos(k * angles + rng.uniform(0, 6.3)) for k in (2, 3, 5))
        else:
            radii = rng.uniform(0.5, 1.2, count) if kind == 2 else np.ones(count)
        corners = np.stack([np.cos(angles) * radii, np.sin(angles) * radii * rng.uniform(0.3, 1)], 1) * radius
    turn = rng.uniform(0, 2 * np.pi) if rng.random() < 0.6 else 0
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    return (corners @ rotation.T + centre).astype(np.int32)


def scene(rng, surfaces, height, width):
    """Leaves of all sizes over one another ("dead leaves"), each of its own surface, with shadows and lines: edges, corners
    and textures as photographs have them."""
    picture = surfaces.cut(rng, height, width)
    for _ in range(int(rng.integers(0, 40))):
        # Areas fall with the third power, as in photographs.
        radius = min(0.6 * max(height, width), rng.uniform(3, 20) / np.sqrt(1 - rng.uniform(0, 0.9995)))
        corners = outline(rng, rng.uniform([-10, -10], [width + 10, height + 10]), radius)
        left, top = np.maximum(corners.min(0) - 2, 0)
        right, bottom = np.minimum(corners.max(0) + 3, [width, height])
        if right - left < 3 or bottom - top < 3:
            continue
        mask = np.zeros((bottom - top, right - left), np.uint8)
        cv2.fillPoly(mask, [corners - [left, top]], 255, cv2.LINE_AA)
        fill = surfaces.cut(rng, bottom - top, right - left)
        if rng.random() < 0.3:
            fill = np.clip(fill * np.linspace(rng.uniform(0.6, 1.4), rng.uniform(0.6, 1.4), bottom - top)[:, None, None], 0, 255)
        soft = rng.random()
        if soft < 0.2:
            mask = cv2.GaussianBlur(mask, (0, 0), rng.uniform(0.5, 3))
        weight = mask[..., None].astype(np.float32) / 255 * (rng.uniform(0.4, 1) if rng.random() < 0.15 else 1)
        region = picture[top:bottom, left:right]
        region[:] = (region * (1 - weight) + fill * weight).astype(np.uint8)
    if rng.random() < 0.5:
        for _ in range(rng.integers(1, 12)):
            a, b = (tuple(int(v) for v in rng.uniform([-20, -20], [width + 20, height + 20])) for _ in range(2))
            cv2.line(picture, a, b, colour(rng).tolist(), int(rng.integers(1, 6)), cv2.LINE_AA)
    if rng.random() < 0.4:
        # Rows of small marks that are no text: windows, fences, bricks, leaves.
        clutter(rng, picture)
    if rng.random() < 0.3:
        shade = cloud(rng, height, width, 0.3)[..., None] * rng.uniform(0.05, 0.25)
        picture = np.ascontiguousarray(np.clip(picture * (1 + shade), 0, 255).astype(np.uint8))
    return picture


def clutter(rng, picture):
    """Small shapes in rows or at random: what a text detector must not take for letters."""
    height, width = picture.shape[:2]
    tint = colour(rng).tolist()
    kind = rng.integers(3)
    if kind == 0:
        step_x, step_y = rng.integers(8, 60), rng.integers(8, 60)
        fill_x, fill_y = int(step_x * rng.uniform(0.3, 0.8)), int(step_y * rng.uniform(0.3, 0.8))
        left, top = rng.integers(0, width), rng.integers(0, height)
        for row in range(rng.integers(1, 8)):
            for column in range(rng.integers(2, 14)):
                x, y = int(left + column * step_x), int(top + row * step_y)
                cv2.rectangle(picture, (x, y), (x + fill_x, y + fill_y), tint, -1 if rng.random() < 0.8 else 1)
    elif kind == 1:
        x0, y0 = rng.uniform([0, 0], [width, height])
        spread = rng.uniform(10, 90)
        for _ in range(rng.integers(20, 150)):
            x, y = rng.normal([x0, y0], spread)
            axes = (int(rng.integers(1, 7)), int(rng.integers(1, 5)))
            shade = np.clip(np.array(tint) * rng.uniform(0.6, 1.4), 0, 255).tolist()
            cv2.ellipse(picture, (int(x), int(y)), axes, float(rng.uniform(0, 180)), 0, 360, shade, -1, cv2.LINE_AA)
    else:
        x, y = int(rng.integers(width)), int(rng.integers(height))
        step, length = int(rng.integers(4, 25)), int(rng.integers(10, 120))
        for bar in range(rng.integers(3, 25)):
            cv2.line(picture, (x + bar * step, y), (x + bar * step, y + length), tint, int(rng.integers(1, max(2, step // 2))))


# ---- what a camera and a codec do ------------------------------------------------------------------------------------------


def degrade(rng, picture, strength=1.0):
    """Blur, light, noise and compression in a random measure; the picture stays recognisable."""
    out = picture
    if rng.random() < 0.35 * strength:
        out = cv2.GaussianBlur(out, (0, 0), rng.uniform(0.3, 1.6) * strength)
    if rng.random() < 0.12 * strength:
        length = int(rng.integers(3, 8))
        kernel = np.zeros((length, length), np.float32)
        cv2.line(kernel, (0, int(rng.integers(length))), (length - 1, int(rng.integers(length))), 1.0)
        out = cv2.filter2D(out, -1, kernel / kernel.sum())
    values = out.astype(np.float32)
    if rng.random() < 0.7:
        values = 255 * np.power(values / 255, np.exp(rng.uniform(-0.5, 0.5) * strength))
        values = (values - 128) * rng.uniform(1 - 0.4 * strength, 1 + 0.25 * strength) + 128
        values = values * rng.uniform(1 - 0.12 * strength, 1 + 0.12 * strength, 3) + rng.uniform(-25, 25) * strength
    if rng.random() < 0.5:
        values += rng.standard_normal(values.shape).astype(np.float32) * rng.uniform(0, 12) * strength
    out = np.clip(values, 0, 255).astype(np.uint8)
    if rng.random() < 0.6:
        _, code = cv2.imencode(".jpg", out, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(35, 96))])
        out = cv2.imdecode(code, cv2.IMREAD_COLOR)
    return out


# ---- text ------------------------------------------------------------------------------------------------------------------

SYLLABLES = "ba be bo ca ce co da de di fo ga go ha hi ho in is it ka ki la le lo ma me mi mo na ne no on or pa pe po ra re ri ro sa se si so ta te ti to un us va vi wa we za ch sh th st tr br gr pl qu ay ee oo ou ing er an al en ar".split()
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def word(rng):
    kind = rng.random()
    if kind < 0.72:
        text = "".join(rng.choice(SYLLABLES, rng.integers(1, 5)))
        form = rng.random()
        text = text.upper() if form < 0.3 else text.capitalize() if form < 0.55 else text
    elif kind < 0.85:
        text = "".join(str(d) for d in rng.integers(0, 10, rng.integers(1, 6)))
        if rng.random() < 0.3:
            text = text[: len(text) // 2] + rng.choice([".", ":", ",", "-", "/"]) + text[len(text) // 2 :]
    else:
        text = "".join(rng.choice(list(LETTERS), rng.integers(1, 9)))
    if rng.random() < 0.12:
        text += rng.choice([".", ",", "!", "?", ":", ";", "%", "'s"])
    return str(text)


def line_of_words(rng, path, most=7):
    """Text that the font at this path can show."""
    if os.path.basename(path) == CJK_FONT:
        first, last = ((0x4E00, 0x9FA0), (0x4E00, 0x9FA0), (0x3041, 0x30F6))[rng.integers(3)]
        text = "".join(chr(c) for c in rng.integers(first, last, rng.integers(1, 13)))
        return text if rng.random() < 0.7 else text[: len(text) // 2] + " " + text[len(text) // 2 :]
    return " ".join(word(rng) for _ in range(rng.integers(1, most + 1)))


def lettering(rng, path, size, text, spacing=0, stroke=0):
    """A line of text as two coverage maps uint8 (letters, letters with their outline) and the ink's box in them.

    The box goes from the highest to the lowest ink of the line, but never flatter than an x-height, so that a line of dashes is
    no hair.
    """
    font = ImageFont.truetype(path, size)
    margin = size // 2 + stroke + 2
    if spacing:
        widths = [font.getlength(c) + spacing for c in text]
        length = int(sum(widths))
    else:
        widths, length = None, int(font.getlength(text))
    width, height = length + 2 * margin + size, int(size * 1.6) + 2 * margin
    maps = []
    for thickness in (0, stroke):
        if thickness == 0 and maps:
            maps.append(maps[0])
            break
        canvas = Image.new("L", (width, height))
        draw = ImageDraw.Draw(canvas)
        if widths is None:
            draw.text((margin, margin), text, 255, font, stroke_width=thickness)
        else:
            x = float(margin)
            for character, step in zip(text, widths):
                draw.text((x, margin), character, 255, font, stroke_width=thickness)
                x += step
        maps.append(np.asarray(canvas))
    ink = np.argwhere(maps[-1] > 40)
    if len(ink) == 0:
        return None
    (top, left), (bottom, right) = ink.min(0), ink.max(0) + 1
    return maps[0], maps[1], (left, top, right, bottom)


def place_text(rng, picture, occupied, font_paths, heights=(9, 90)):
    """Draws a block of one to five lines somewhere free.

    :param occupied: uint8 [height,width], 255 where text already is; written to
    :return: the quads of its lines, float32 [4,2] clockwise from the top left of the text; none if nothing was free
    """
    height, width = picture.shape[:2]
    path = font_paths[rng.integers(len(font_paths))]
    size = int(np.exp(rng.uniform(np.log(heights[0]), np.log(heights[1]))))
    count = int(rng.choice([1, 1, 1, 2, 3, 5]))
    spacing = int(size * rng.choice([0.1, 0.2, 0.5, 1.2, 2.2])) if rng.random() < 0.15 else 0
    if spacing > size * 0.4 and os.path.basename(path) != CJK_FONT:
        spacing = int(size * 0.3)
    stroke = int(max(1, round(size * rng.uniform(0.03, 0.12)))) if rng.random() < 0.35 else 0
    pieces = []
    for _ in range(count):
        text = line_of_words(rng, path, 9 if size < 24 else 3)
        drawn = lettering(rng, path, size, text, spacing, stroke)
        if drawn is not None and drawn[2][3] - drawn[2][1] > 0.25 * size:
            pieces.append(drawn)
    if not pieces:
        return []
    # Lines below one another on one canvas, left-aligned or centred.
    gap = int(size * rng.uniform(0.12, 0.7))
    sizes = [(box[2] - box[0], box[3] - box[1]) for _, _, box in pieces]
    margin = max(3, int(size * rng.uniform(0.15, 0.6)))
    block_w = max(w for w, _ in sizes) + 2 * margin
    block_h = sum(h for _, h in sizes) + gap * (len(pieces) - 1) + 2 * margin
    letters, outlined = np.zeros((block_h, block_w), np.uint8), np.zeros((block_h, block_w), np.uint8)
    centred, y, boxes = rng.random() < 0.5, margin, []
    for (inner, outer, (left, top, right, bottom)), (w, h) in zip(pieces, sizes):
        x = margin + ((block_w - 2 * margin - w) // 2 if centred else 0)
        letters[y : y + h, x : x + w] = np.maximum(letters[y : y + h, x : x + w], inner[top:bottom, left:right])
        outlined[y : y + h, x : x + w] = np.maximum(outlined[y : y + h, x : x + w], outer[top:bottom, left:right])
        boxes.append((x, y, x + w, y + h))
        y += h + gap
    # Where it goes: mostly level, sometimes turned, seldom upright, with a little perspective.
    turn = rng.choice([rng.normal(0, 1.5), rng.uniform(-15, 15), rng.uniform(-45, 45), 90 + rng.normal(0, 3)], p=[0.7, 0.18, 0.09, 0.03])
    cos, sin = np.cos(np.radians(turn)), np.sin(np.radians(turn))
    corners = np.array([[0, 0], [block_w, 0], [block_w, block_h], [0, block_h]], np.float32)
    target = (corners - [block_w / 2, block_h / 2]) @ np.array([[cos, sin], [-sin, cos]])
    if rng.random() < 0.3:
        target *= 1 + rng.uniform(-0.12, 0.12, (4, 2))
    for _ in range(6):
        at = target + rng.uniform([0, 0], [width, height])
        low, high = at.min(0), at.max(0)
        free = np.zeros((height, width), np.uint8)
        cv2.fillConvexPoly(free, at.astype(np.int32), 255)
        if low.min() >= 0 and high[0] <= width and high[1] <= height and not (occupied & free).any():
            break
    else:
        return []
    cv2.fillConvexPoly(occupied, at.astype(np.int32), 255)
    matrix = cv2.getPerspectiveTransform(corners, at.astype(np.float32))

    def warped(layer):
        return cv2.warpPerspective(layer, matrix, (width, height), flags=cv2.INTER_AREA)[..., None].astype(np.float32) / 255

    inner, outer = warped(letters), warped(outlined)
    plate = warped(np.full((block_h, block_w), 255, np.uint8)) if rng.random() < 0.3 else None
    values = picture.astype(np.float32)
    if plate is not None:
        opacity = 1 if rng.random() < 0.6 else rng.uniform(0.3, 0.9)
        values += plate * opacity * (colour(rng) - values)
    behind = values[inner[..., 0] > 0.5]
    behind = behind.mean(0) if len(behind) else np.array([128.0] * 3)
    for _ in range(12):
        tint = np.array([rng.choice([0, 255])] * 3, np.float32) if rng.random() < 0.35 else colour(rng)
        edge = colour(rng) if rng.random() < 0.5 else np.full(3, 0.0 if tint.mean() > 128 else 255.0)
        if abs((tint - behind) @ [0.114, 0.587, 0.299]) > (25 if stroke else 45):
            break
    opacity = 1 if rng.random() < 0.85 else rng.uniform(0.45, 0.9)
    if rng.random() < 0.2:
        shift = max(1, int(size * 0.06))
        shadow = np.roll(outer, (shift, shift), (0, 1))
        values *= 1 - 0.7 * shadow * opacity
    if stroke:
        values += outer * opacity * (edge - values)
    fill = tint
    if rng.random() < 0.15:
        fill = np.linspace(0, 1, height)[:, None, None] * (colour(rng) - tint) * 0.5 + tint
    values += inner * opacity * (fill - values)
    picture[:] = np.clip(values, 0, 255).astype(np.uint8)
    quads = []
    for left, top, right, bottom in boxes:
        grown = 0.08 * min(bottom - top, right - left)
        box = np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)
        box += grown * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], np.float32)
        quads.append(cv2.perspectiveTransform(box[None], matrix)[0])
    return quads
