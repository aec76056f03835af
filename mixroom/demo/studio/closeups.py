"""Draws close-ups: benches, boards, notes, screens, faces, works in detail."""
# ruff: noqa: PLR2004  a drawing is made of numbers

import math
import random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from mixroom.demo.studio.art import artwork, palette
from mixroom.demo.studio.light import (
    Colour,
    Point,
    Size,
    cast,
    clouds,
    develop,
    fade,
    glowing,
    lit,
    mix,
    pool,
    scaled,
    shallow,
    sideways,
    spline,
    tinted,
    warp,
)
from mixroom.demo.studio.people import backdrop, look, silhouette, visitor

NOTES: tuple[Colour, ...] = (
    (250, 226, 92),
    (255, 160, 176),
    (140, 214, 236),
    (176, 226, 130),
    (255, 186, 92),
)


def bench(rng: random.Random, size: Size) -> Image.Image:
    """A workbench from above: mat, boards, wires, notes, a cup."""
    table = _surface(rng, (1500, 1200))
    places = [
        (i + rng.uniform(-0.3, 0.3), j + rng.uniform(-0.3, 0.3)) for i in range(5) for j in range(4)
    ]
    for i, j in rng.sample(places, rng.randint(13, 18)):
        thing = rng.choice(
            (_board, _board, _note, _note, _paper, _cup, _phone, _gear, _breadboard, _pencil)
        )(rng)
        turned = thing.rotate(rng.uniform(-40, 40), Image.Resampling.BILINEAR, expand=True)
        at = (round(i * 300 - 60), round(j * 300 - 40))
        cast(table, turned.getchannel("A"), (at[0] + 8, at[1] + 12), 8, 0.45)
        table.paste(turned, at, turned)
    for _ in range(rng.randint(4, 8)):
        _cable(rng, table)
    w, h = size
    tilt = rng.uniform(0.0, 0.3)
    quad = [
        (-w * (0.05 - tilt * 0.1), -h * 0.1),
        (w * (1.05 - tilt * 0.1), -h * 0.1),
        (w * (1.2 + tilt), h * 1.12),
        (-w * (0.2 + tilt), h * 1.12),
    ]
    frame = warp(_fitted(table, size), quad, size)[0]
    frame = lit(
        frame, pool(size, [(rng.uniform(0.2, 0.8), rng.uniform(0.2, 0.6), 0.7, 0.8, 0.6)], 130)
    )
    focus = ImageChops.lighter(pool(size, [(0.5, 0.56, 2.0, 0.5, 1.0)], 0), fade(size, 0, 60))
    return develop(shallow(frame, focus, w / 200), rng, warmth=rng.uniform(0.0, 0.1))


def circuit(rng: random.Random, size: Size) -> Image.Image:
    """A circuit board, so near that its far edge is blurred, with its lights on."""
    w, h = size
    base = rng.choice(((18, 74, 52), (16, 44, 92), (28, 28, 32), (110, 22, 30)))
    board = _traces(rng, (1300, 1100), base)
    quad = [(w * 0.06, h * 0.12), (w * 0.98, -h * 0.04), (w * 1.5, h * 1.2), (-w * 0.5, h * 1.25)]
    frame = tinted(clouds(rng, size, 2, 2), (scaled(base, 0.3), (44, 38, 36)))
    part, mask, at = warp(board, quad, size)
    frame.paste(part, at, mask)
    frame = lit(frame, pool(size, [(0.3, 0.5, 0.6, 0.7, 0.7)], 90), (255, 240, 220))
    frame = shallow(frame, pool(size, [(0.5, 0.66, 2.4, 0.4, 1.0)]), w / 110)
    for _ in range(rng.randint(2, 4)):
        x, y, r = rng.uniform(0.15, 0.85) * w, rng.uniform(0.4, 0.8) * h, min(w, h) * 0.012
        colour = rng.choice(((255, 60, 40), (60, 255, 120), (80, 160, 255), (255, 190, 60)))
        frame = glowing(frame, pool(size, [(x / w, y / h, 0.13, 0.13 * w / h, 0.75)]), colour)
        ImageDraw.Draw(frame).ellipse(
            (x - r, y - r, x + r, y + r), fill=mix(colour, (255, 255, 255), 0.75)
        )
    return develop(_bokeh(rng, frame, (0.0, 0.16), 7), rng, bloom=0.5, vignette=0.35)


def notes(rng: random.Random, size: Size) -> Image.Image:
    """A wall of paper notes on the first evening."""
    w, h = size
    frame = tinted(clouds(rng, size, 3, 2), ((214, 212, 206), (238, 236, 232)))
    side = min(w, h) * rng.uniform(0.15, 0.21)
    ink = rng.choice(((30, 34, 60), (24, 24, 26)))
    rows = math.ceil(h / side / 1.12) + 1
    for j in range(rows):
        for i in range(math.ceil(w / side / 1.12) + 1):
            if rng.random() < 0.16:
                continue
            note = _note(rng, round(side), ink).rotate(
                rng.gauss(0, 4), Image.Resampling.BILINEAR, expand=True
            )
            at = (
                round((i - 0.4) * side * 1.14 + rng.gauss(0, side * 0.05)),
                round((j - 0.4) * side * 1.14 + rng.gauss(0, side * 0.04)),
            )
            cast(
                frame,
                note.getchannel("A"),
                (at[0] + round(side * 0.02), at[1] + round(side * 0.05)),
                side * 0.035,
                0.42,
            )
            frame.paste(note, at, note)
    lean = rng.uniform(0.1, 0.32)
    part, _, _ = warp(
        frame, [(0, -h * lean), (w * 1.02, 0), (w * 1.02, h), (0, h * (1 + lean))], size
    )
    part = lit(part, sideways(size, 255, 150) if rng.random() < 0.5 else sideways(size, 170, 255))
    return develop(
        shallow(part, pool(size, [(0.35, 0.5, 0.5, 2.4, 1.0)], 40), w / 190), rng, warmth=0.05
    )


def screen(rng: random.Random, size: Size) -> Image.Image:
    """Code on a screen, late."""
    w, h = size
    page = Image.new("RGB", (1400, 1100), rng.choice(((18, 20, 28), (12, 24, 32), (28, 22, 34))))
    draw = ImageDraw.Draw(page)
    inks = [mix(colour, (255, 255, 255), 0.35) for colour in palette(rng)[:4]]
    depth = 0
    for row in range(26):
        y = 24 + row * 42
        depth = max(0, min(5, depth + rng.choice((-1, 0, 0, 1))))
        draw.rectangle((24, y + 4, 44, y + 16), fill=(70, 74, 84))
        x = 80 + depth * 52
        for _ in range(rng.randint(1, 8)):
            long = rng.choice((58, 80, 120, 170, 220))
            draw.rounded_rectangle((x, y, x + long, y + 20), 9, fill=rng.choice(inks))
            x += long + 16
    quad = [(-w * 0.1, h * 0.02), (w * 0.94, -h * 0.2), (w * 1.12, h * 1.12), (-w * 0.3, h * 1.3)]
    frame = Image.new("RGB", size, (10, 10, 12))
    part, mask, at = warp(page, quad, size)
    frame.paste(part, at, mask)
    frame = shallow(frame, pool(size, [(0.42, 0.55, 0.5, 1.6, 1.0)]), w / 90)
    return develop(frame, rng, bloom=0.8, grain=4.5, vignette=0.45, warmth=-0.04)


def roundtable(rng: random.Random, size: Size) -> Image.Image:
    """The round table: five people on a lit stage, the room before them."""
    w, h = size
    colours = palette(rng)
    frame = lit(
        Image.new("RGB", size, (70, 66, 70)),
        pool(size, [(0.5, 0.3, 0.8, 0.6, 0.8)], 74),
        (255, 236, 214),
    )
    wide, high = round(min(w * 0.6, h * 0.85)), round(h * 0.3)
    image = artwork(rng, (wide, high))
    at = ((w - wide) // 2, round(h * 0.07))
    mean = image.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    frame = glowing(frame, pool(size, [(0.5, 0.22, 0.6, 0.4, 0.5)]), mean)  # type: ignore[arg-type]
    frame.paste(image, at)
    line = round(h * 0.66)
    ImageDraw.Draw(frame).rectangle((0, line, w, h), fill=(30, 26, 26))
    seats = 5 if w > h else 3
    tall = round(h * 0.36)
    for i in range(seats):
        person = visitor(rng, look(rng, rng.choice(("cross", "pockets"))), tall, facing=True)
        person = person.crop((0, 0, person.width, round(tall * 0.56)))
        x = round(
            w * (0.5 + (i - (seats - 1) / 2) * (0.7 / seats if w > h else 0.27)) - person.width / 2
        )
        frame.paste(person, (x, line - round(tall * 0.47)), person)
    edge = (round(w * 0.1), line - round(tall * 0.1), round(w * 0.9), line + round(h * 0.05))
    ImageDraw.Draw(frame).rectangle(edge, fill=(226, 220, 210))
    frame = lit(frame, pool(size, [(0.5, 0.45, 0.75, 0.8, 0.5)], 176))
    _audience(rng, frame, colours[2])
    return develop(frame, rng, bloom=0.4, warmth=0.07, vignette=0.35, grain=4.5)


def _audience(rng: random.Random, frame: Image.Image, rim: Colour) -> None:
    w, h = frame.size
    for row, (tall, foot, soft) in enumerate(((0.62, 1.24, 0.0016), (0.95, 1.66, 0.0044))):
        step = h * tall * 0.3
        x = -step * rng.random()
        while x < w + step:
            # out of focus anyway, so drawn at a quarter of its size
            person = visitor(rng, look(rng, "stand"), round(h * tall * rng.uniform(0.92, 1.06) / 4))
            person = person.crop((0, 0, person.width, person.height // 2))
            person = backdrop(silhouette(person, rim, 0.46 - row * 0.2), w * soft / 4)
            person = person.resize((person.width * 4, person.height * 4), Image.Resampling.BILINEAR)
            frame.paste(person, (round(x - person.width / 2), round(h * (foot - tall))), person)
            x += step * rng.uniform(0.85, 1.3)


def night(rng: random.Random, size: Size) -> Image.Image:
    """The building's windows by night, doubled in the wet square, the city out of focus."""
    w, h = size
    frame = tinted(fade(size, 0, 255), ((12, 18, 40), (52, 46, 72), (96, 66, 70)))
    line = round(h * 0.66)
    draw = ImageDraw.Draw(frame)
    x = -0.05 * w
    while x < w:
        wide, high = rng.uniform(0.06, 0.16) * w, rng.uniform(0.18, 0.5) * h
        draw.rectangle(
            (x, line - high, x + wide, line), fill=scaled((24, 26, 42), rng.uniform(0.7, 1.4))
        )
        x += wide * rng.uniform(0.9, 1.2)
    left, right, top = w * 0.16, w * rng.uniform(0.72, 0.9), h * rng.uniform(0.3, 0.4)
    draw.rectangle((left, top, right, line), fill=(36, 34, 38))
    columns, rows = rng.choice((9, 12)), 4
    warm = rng.choice(((255, 206, 128), (255, 226, 186), (190, 220, 255)))
    cw, ch = (right - left) / columns, (line - top) / rows
    for i in range(columns):
        for j in range(rows):
            tone = rng.choice((1.0, 0.85, 0.6, 0.22)) if j else rng.choice((0.3, 1.0))
            draw.rectangle(
                (
                    left + i * cw + cw * 0.06,
                    top + j * ch + ch * 0.08,
                    left + (i + 1) * cw - cw * 0.06,
                    top + (j + 1) * ch - ch * 0.06,
                ),
                fill=scaled(warm, tone),
            )
    wet = frame.crop((0, max(0, 2 * line - h), w, line)).transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    wet = wet.resize((w, max(4, wet.height // 18)), Image.Resampling.BOX).resize(
        wet.size, Image.Resampling.BICUBIC
    )
    frame.paste(lit(wet, fade(wet.size, 200, 70)), (0, line))
    tall = round(h * 0.44)
    for _ in range(rng.choice((2, 3, 5))):
        person = silhouette(
            visitor(
                rng,
                look(rng, rng.choice(("walk", "stand", "pockets"))),
                round(tall * rng.uniform(0.8, 1.2)),
            ),
            warm,
            0.2,
        )
        frame.paste(
            person,
            (round(rng.uniform(0.05, 0.9) * w), round(h * rng.uniform(0.86, 0.95)) - person.height),
            person,
        )
    return develop(_bokeh(rng, frame, (0.5, 0.66), 14), rng, bloom=0.7, grain=5, vignette=0.4)


def lamps(rng: random.Random, size: Size) -> Image.Image:
    """Hanging lamps over a long table, faces to the work."""
    w, h = size
    frame = tinted(fade(size, 0, 255), ((34, 30, 32), (64, 50, 44)))
    frame = _bokeh(rng, frame, (0.0, 0.5), 10)
    count = max(2, round(3.2 * w / h))
    warm: Colour = (255, 214, 146)
    spots = [((i + 0.5) / count, 0.3 + 0.02 * math.sin(i * 2.1)) for i in range(count)]
    line = round(h * 0.74)
    draw = ImageDraw.Draw(frame)
    for i in range(count * 2):
        person = visitor(
            rng,
            look(rng, rng.choice(("cross", "pockets"))),
            round(h * rng.uniform(0.6, 0.7)),
            facing=True,
        )
        x = round((i + 0.5 + rng.gauss(0, 0.12)) / (count * 2) * w - person.width / 2)
        frame.paste(
            person.convert("RGB").point([round(v * 0.72) for v in range(256)] * 3),
            (x, line - round(person.height * 0.5)),
            person,
        )
    draw.rectangle(
        (0, line, w, h), fill=rng.choice(((196, 150, 100), (222, 214, 200), (86, 62, 48)))
    )
    frame = lit(
        frame,
        pool(size, [(x, 0.62, 0.8 / count, 0.5, 0.75) for x, _ in spots], 112),
        (255, 236, 208),
    )
    draw = ImageDraw.Draw(frame)
    shade = rng.choice(((24, 24, 26), (200, 66, 44), (40, 74, 70), (236, 230, 220)))
    for part, down in spots:
        cx, cy, r = part * w, down * h, min(w / count * 0.24, h * 0.11)
        draw.line((cx, 0, cx, cy - r), fill=(14, 14, 14), width=max(2, w // 500))
        draw.pieslice((cx - r, cy - r, cx + r, cy + r), 180, 360, fill=shade)
        draw.ellipse(
            (cx - r * 0.92, cy - r * 0.14, cx + r * 0.92, cy + r * 0.14), fill=(255, 246, 220)
        )
    frame = glowing(frame, pool(size, [(x, y, 0.34 / count, 0.16, 0.75) for x, y in spots]), warm)
    _table_things(rng, frame, line)
    return develop(frame, rng, bloom=0.6, warmth=0.1, grain=4, vignette=0.35)


def _table_things(rng: random.Random, frame: Image.Image, line: int) -> None:
    w, h = frame.size
    for _ in range(round(6 * w / h)):
        thing = rng.choice((_laptop, _note, _board, _paper, _cup))(rng)
        scale = h * rng.uniform(0.1, 0.17) / thing.height
        flat = thing.resize(
            (max(4, round(thing.width * scale * 1.5)), max(4, round(thing.height * scale * 0.62))),
            Image.Resampling.LANCZOS,
        )
        at = (round(rng.uniform(-0.02, 0.94) * w), round(line + rng.uniform(0.02, 0.17) * h))
        cast(frame, flat.getchannel("A"), (at[0], at[1] + 5), 5, 0.5)
        frame.paste(flat, at, flat)


def detail(rng: random.Random, size: Size) -> Image.Image:
    """A work, so near that its canvas shows, under a raking light."""
    frame = artwork(rng, size)
    cloth = Image.frombytes("L", (256, 256), rng.randbytes(65536)).filter(
        ImageFilter.GaussianBlur(0.8)
    )
    sheet = Image.new("L", size)
    for x in range(0, size[0], 256):
        for y in range(0, size[1], 256):
            sheet.paste(cloth, (x, y))
    sheet = sheet.filter(ImageFilter.EMBOSS)
    frame = ImageChops.add(frame, Image.merge("RGB", (sheet,) * 3), 1.0, -128)
    frame = lit(
        frame, pool(size, [(rng.choice((0.1, 0.9)), 0.2, 1.1, 1.1, 0.62)], 120), (255, 246, 232)
    )
    return develop(frame, rng, vignette=0.25, warmth=0.04)


def journal(rng: random.Random, size: Size) -> Image.Image:
    """The Journal TV from its operator's place: a lit set, and its image in a viewfinder."""
    w, h = size
    colours = palette(rng)
    stage = lit(
        Image.new("RGB", size, scaled(colours[0], 1.15)),
        pool(size, [(0.4, 0.4, 0.6, 0.8, 0.75)], 90),
    )
    draw = ImageDraw.Draw(stage)
    for k in range(6):
        draw.rectangle(
            (w * (0.04 + k * 0.17), 0, w * (0.1 + k * 0.17), h * 0.7),
            fill=scaled(mix(colours[0], colours[1], 0.35 + k * 0.06), 0.9),
        )
    tall = round(h * 0.9)
    for x in (0.3, 0.48):
        person = visitor(
            rng, look(rng, rng.choice(("pockets", "cross", "stand"))), tall, facing=True
        )
        stage.paste(person, (round(w * x - person.width / 2), round(h * 0.2)), person)
    stage = lit(stage, pool(size, [(0.4, 0.45, 0.5, 0.8, 0.65)], 100))
    frame = stage.reduce(3).filter(ImageFilter.GaussianBlur(w / 3 / 130)).resize(size)
    draw = ImageDraw.Draw(frame)
    bw = round(min(w * 0.44, h * 0.62))
    bh = round(bw * 0.66)
    x, y = round(w * 0.94 - bw), round(h * 0.34)
    draw.rounded_rectangle(
        (x - bw * 0.14, y - bh * 0.2, x + bw * 1.3, y + bh * 1.22),
        round(bw * 0.05),
        fill=(18, 18, 20),
    )
    draw.polygon(
        [
            (x + bw * 0.3, y + bh * 1.2),
            (x + bw * 0.7, y + bh * 1.2),
            (x + bw * 0.82, h + 4),
            (x + bw * 0.16, h + 4),
        ],
        fill=(12, 12, 14),
    )
    view = stage.crop(
        (
            round(w * 0.1),
            round(h * 0.12),
            round(w * 0.1) + round(min(w, h * 1.5) * 0.6),
            round(h * 0.12) + round(min(w, h * 1.5) * 0.4),
        )
    ).resize((bw, bh), Image.Resampling.LANCZOS)
    frame.paste(view, (x, y))
    draw.ellipse(
        (x + bw * 0.05, y + bh * 0.07, x + bw * 0.1, y + bh * 0.07 + bw * 0.05), fill=(255, 44, 36)
    )
    for k in range(4):
        cx, cy = x + bw * (0.12 + k * 0.12), y + bh * 1.11
        draw.ellipse(
            (cx - bw * 0.022, cy - bw * 0.022, cx + bw * 0.022, cy + bw * 0.022), fill=(64, 64, 68)
        )
    return develop(frame, rng, bloom=0.5, vignette=0.35, grain=4)


def _surface(rng: random.Random, size: Size) -> Image.Image:
    kind = rng.choice(("mat", "wood", "white", "dark"))
    if kind == "mat":
        base = rng.choice(((34, 92, 76), (40, 66, 104), (64, 62, 66)))
        image = Image.new("RGB", size, base)
        draw = ImageDraw.Draw(image)
        for k in range(0, max(size), 60):
            tone = scaled(base, 1.5 if k % 300 == 0 else 1.22)
            draw.line((k, 0, k, size[1]), fill=tone, width=3 if k % 300 == 0 else 1)
            draw.line((0, k, size[0], k), fill=tone, width=3 if k % 300 == 0 else 1)
        return image
    if kind == "wood":
        grain = clouds(rng, (size[0] // 24, size[1]), 3, 5).resize(size, Image.Resampling.BICUBIC)
        return tinted(grain, ((150, 108, 68), (206, 162, 112), (184, 138, 90)))
    tones = ((222, 220, 216), (238, 236, 232)) if kind == "white" else ((46, 46, 50), (62, 62, 68))
    return tinted(clouds(rng, size, 4, 3), tones)


def _fitted(picture: Image.Image, size: Size) -> Image.Image:
    """Return the part of the picture with the frame's proportions."""
    ratio = size[0] / size[1]
    w, h = picture.size
    wide, high = (w, round(w / ratio)) if w / h < ratio else (round(h * ratio), h)
    return picture.crop(((w - wide) // 2, (h - high) // 2, (w + wide) // 2, (h + high) // 2))


def _thing(size: Size, colour: Colour) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("RGBA", size, (*colour, 255))
    return image, ImageDraw.Draw(image)


def _traces(rng: random.Random, size: Size, base: Colour) -> Image.Image:
    board = Image.new("RGB", size, base)
    draw = ImageDraw.Draw(board)
    light, gold = scaled(base, 1.5), (214, 178, 96)
    for _ in range(round(size[0] * size[1] / 9000)):
        x, y = rng.randrange(0, size[0], 14), rng.randrange(0, size[1], 14)
        path = [(x, y)]
        for _ in range(rng.randint(2, 4)):
            dx, dy = rng.choice(((1, 0), (0, 1), (-1, 0), (1, 1), (-1, 1)))
            far = rng.randint(2, 9) * 14
            x, y = x + dx * far, y + dy * far
            path.append((x, y))
        draw.line(path, fill=light, width=5, joint="curve")
        draw.ellipse((x - 8, y - 8, x + 8, y + 8), fill=gold)
        draw.ellipse((x - 3, y - 3, x + 3, y + 3), fill=scaled(base, 0.4))
    for _ in range(max(2, round(size[0] * size[1] / 110000))):
        left, top = rng.uniform(0, 0.85) * size[0], rng.uniform(0, 0.85) * size[1]
        s = rng.uniform(0.7, 1.5)
        w, h = 120 * s, rng.choice((120, 60, 180)) * s
        for k in range(round(h / 15)):
            pin = (left - 14, top + 6 + k * 15, left + w + 14, top + 12 + k * 15)
            draw.rectangle(pin, fill=(200, 200, 204))
        draw.rectangle((left, top, left + w, top + h), fill=(26, 26, 30))
        draw.rectangle((left, top, left + w, top + h * 0.1), fill=(52, 52, 58))
        draw.ellipse((left + 10, top + h - 24, left + 22, top + h - 12), fill=(70, 70, 76))
    return board


def _board(rng: random.Random) -> Image.Image:
    size = rng.choice(((260, 190), (180, 130), (340, 220)))
    base = rng.choice(((14, 92, 96), (18, 74, 52), (24, 52, 116), (120, 26, 34), (30, 30, 34)))
    board = _traces(rng, size, base).convert("RGBA")
    draw = ImageDraw.Draw(board)
    for k in range(12, size[0] - 16, 17):
        draw.rectangle((k, 4, k + 12, 16), fill=(18, 18, 20))
        draw.rectangle((k + 3, 7, k + 9, 13), fill=(206, 172, 96))
    draw.rectangle((0, size[1] // 3, 44, size[1] // 3 + 50), fill=(196, 198, 202))
    return board


def _breadboard(rng: random.Random) -> Image.Image:
    image, draw = _thing((380, 140), (240, 238, 230))
    for x in range(12, 372, 14):
        for y in (14, 28, 46, 60, 80, 94, 112, 126):
            draw.rectangle((x, y, x + 5, y + 5), fill=(120, 118, 112))
    draw.line((8, 8, 372, 8), fill=(214, 60, 50), width=3)
    draw.line((8, 135, 372, 135), fill=(50, 80, 190), width=3)
    for _ in range(6):
        x = rng.randrange(20, 340)
        draw.rounded_rectangle(
            (x, 50, x + rng.choice((18, 40)), 90),
            4,
            fill=rng.choice(((30, 30, 32), (210, 60, 50), (60, 120, 210))),
        )
    return image


def _note(rng: random.Random, side: int = 150, ink: Colour = (30, 34, 60)) -> Image.Image:
    image, draw = _thing((side, side), rng.choice(NOTES))
    width = max(2, side // 46)
    if rng.random() < 0.3:
        points = [(rng.uniform(0.2, 0.8) * side, rng.uniform(0.2, 0.8) * side) for _ in range(6)]
        draw.line(spline(points), fill=ink, width=width)
    else:
        for k in range(rng.randint(2, 4)):
            y = side * (0.24 + k * 0.18)
            path: list[Point] = []
            end = side * rng.uniform(0.5, 0.86)
            x = side * 0.13
            while x < end:
                path.append((x, y + rng.uniform(-0.04, 0.04) * side))
                x += side * 0.035
            draw.line(path, fill=ink, width=width, joint="curve")
    shade = fade((side, side), 255, 226)
    image.paste(lit(image.convert("RGB"), shade))
    image.putalpha(255)
    return image


def _paper(rng: random.Random) -> Image.Image:
    image, draw = _thing((300, 400), (248, 247, 243))
    ink = (40, 44, 60)
    for _ in range(3):
        x, y = rng.uniform(30, 170), rng.uniform(30, 250)
        draw.rectangle((x, y, x + 90, y + 90), outline=ink, width=3)
        draw.line(
            spline(
                [(x + rng.uniform(0, 110), y + rng.uniform(0, 110)) for _ in range(5)], closed=False
            ),
            fill=ink,
            width=3,
        )
    for k in range(4):
        draw.line(
            (30, 340 + k * 14, rng.uniform(120, 270), 340 + k * 14), fill=(120, 122, 130), width=3
        )
    return image


def _cup(rng: random.Random) -> Image.Image:
    image = Image.new("RGBA", (190, 190))
    draw = ImageDraw.Draw(image)
    china = rng.choice(((244, 242, 236), (36, 40, 46), (206, 70, 48)))
    draw.rounded_rectangle((140, 78, 188, 112), 16, fill=(*scaled(china, 0.9), 255))
    for inset, colour in (
        (10, china),
        (18, scaled(china, 0.8)),
        (25, (58, 34, 22)),
        (40, (84, 50, 30)),
        (66, (104, 66, 40)),
    ):
        draw.ellipse((inset, inset, 160 - inset + 10, 160 - inset + 10), fill=(*colour, 255))
    return image


def _phone(rng: random.Random) -> Image.Image:
    image = Image.new("RGBA", (150, 290))
    ImageDraw.Draw(image).rounded_rectangle((0, 0, 149, 289), 20, fill=(20, 20, 22, 255))
    image.paste(artwork(rng, (134, 250)), (8, 20))
    return image


def _laptop(rng: random.Random) -> Image.Image:
    image = Image.new("RGBA", (380, 400))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((0, 0, 379, 230), 12, fill=(26, 26, 28, 255))
    image.paste(artwork(rng, (356, 206)), (12, 12))
    draw.polygon([(0, 232), (379, 232), (379, 399), (0, 399)], fill=(190, 192, 196, 255))
    draw.rectangle((30, 246, 350, 330), fill=(60, 62, 66, 255))
    return image


def _gear(rng: random.Random) -> Image.Image:
    image = Image.new("RGBA", (260, 260))
    draw = ImageDraw.Draw(image)
    colour = rng.choice(((206, 164, 110), (228, 70, 52), (60, 130, 190), (240, 236, 226)))
    teeth, outline = rng.choice((12, 16, 20)), []
    for k in range(teeth * 4):
        r = 124 if k % 4 in (1, 2) else 104
        turn = k / (teeth * 4) * math.tau
        outline.append((130 + r * math.cos(turn), 130 + r * math.sin(turn)))
    draw.polygon(outline, fill=(*colour, 255))
    for k in range(5):
        turn = k / 5 * math.tau
        x, y = 130 + 62 * math.cos(turn), 130 + 62 * math.sin(turn)
        draw.ellipse((x - 22, y - 22, x + 22, y + 22), fill=(0, 0, 0, 0))
    draw.ellipse((112, 112, 148, 148), fill=(0, 0, 0, 0))
    return image


def _pencil(rng: random.Random) -> Image.Image:
    image = Image.new("RGBA", (330, 20))
    draw = ImageDraw.Draw(image)
    colour = rng.choice(((236, 186, 40), (40, 90, 170), (196, 50, 44), (30, 30, 32)))
    draw.rectangle((0, 0, 280, 19), fill=(*colour, 255))
    draw.rectangle((0, 12, 280, 19), fill=(*scaled(colour, 0.72), 255))
    draw.polygon([(280, 0), (329, 10), (280, 19)], fill=(222, 186, 140, 255))
    draw.polygon([(314, 7), (329, 10), (314, 13)], fill=(30, 30, 30, 255))
    return image


def _cable(rng: random.Random, table: Image.Image) -> None:
    w, h = table.size
    x, y = rng.uniform(0, w), rng.uniform(0, h)
    points = [(x, y)]
    for _ in range(4):
        x, y = x + rng.uniform(-190, 190), y + rng.uniform(-150, 150)
        points.append((x, y))
    path = spline(points, closed=False, steps=14)
    left, top = min(px for px, _ in path) - 10, min(py for _, py in path) - 10
    extent = (
        round(max(px for px, _ in path) - left) + 10,
        round(max(py for _, py in path) - top) + 10,
    )
    shape = Image.new("L", extent, 0)
    ImageDraw.Draw(shape).line(
        [(px - left, py - top) for px, py in path], fill=255, width=9, joint="curve"
    )
    cast(table, shape, (round(left) + 6, round(top) + 9), 5, 0.5)
    colour = rng.choice(
        (
            (214, 46, 40),
            (30, 30, 34),
            (250, 206, 40),
            (40, 110, 220),
            (240, 240, 236),
            (60, 170, 90),
        )
    )
    draw = ImageDraw.Draw(table)
    draw.line(path, fill=colour, width=9, joint="curve")
    draw.line(
        [(px - 1.5, py - 1.5) for px, py in path], fill=mix(colour, (255, 255, 255), 0.35), width=2
    )


def _bokeh(
    rng: random.Random, frame: Image.Image, height: tuple[float, float], count: int
) -> Image.Image:
    """Return the frame with distant lights, each a disc of bokeh."""
    w, h = frame.size
    small = (w // 2, h // 2)
    sheet = Image.new("RGB", small)
    for _ in range(count):
        r = min(small) * rng.uniform(0.015, 0.045)
        x, y = rng.uniform(0, small[0]), small[1] * rng.uniform(*height)
        disc = Image.new("RGB", small)
        tone = rng.choice(
            ((255, 180, 90), (255, 120, 80), (120, 170, 255), (255, 230, 180), (160, 255, 210))
        )
        draw = ImageDraw.Draw(disc)
        draw.ellipse((x - r, y - r, x + r, y + r), fill=scaled(tone, rng.uniform(0.2, 0.5)))
        sheet = ImageChops.screen(sheet, disc)
    return ImageChops.screen(frame, sheet.filter(ImageFilter.GaussianBlur(1.2)).resize((w, h)))
