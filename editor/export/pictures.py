"""A run as a moving picture, GIF or WebP: the paragraph around its spans, one picture for every moment."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from functools import cache

from PIL import Image, ImageDraw

from editor.export.lettering import FONTS, MONO, PAD, SANS, SERIF, SHAPED, Ink, Item, Line, font, items, lines
from editor.export.scenes import Scene, figures, label
from editor.languages import ASSETS

WIDTH, MARGIN, SIZE, CODE_SIZE, LEADING = 960, 36, 22, 18, 1.62
SMALL, FOOT, BAR = 15, 56, 4
MOST_LINES = 60
STEP_MS, QUICK_MS, WHOLE_MS, FIRST_MS, LAST_MS = 250, 60, 9000, 700, 3000
COLOURS = 128
GHOST, NOISE, EMPTY = 24, 8, "   "


@cache
def colours() -> dict[str, tuple[int, int, int]]:
    """The page's own, in its light dress."""
    sheet = (ASSETS / "web" / "dist" / "palimpsest.css").read_text(encoding="utf-8")
    rules = sheet[: sheet.index("}")]
    found = re.findall(r"(?<![\w-])--([\w-]++):\s*+#([0-9a-f]{3}(?:[0-9a-f]{3})?)\b", rules)
    wide = {name: value if len(value) == 6 else "".join(2 * c for c in value) for name, value in found}
    return {name: (int(v[:2], 16), int(v[2:4], 16), int(v[4:], 16)) for name, v in wide.items()}


def mixed(name: str, share: float) -> tuple[int, int, int]:
    """A colour on the paper, thinned."""
    over, under = colours()[name], colours()["paper"]
    red, green, blue = (round(share * a + (1 - share) * b) for a, b in zip(over, under, strict=True))
    return red, green, blue


def animation(scene: Scene, kind: str) -> bytes:
    """``kind`` is "gif" or "webp"."""
    pages = [list(laid(scene, i)) for i in range(len(scene.moments))]
    pictures = list(drawn(scene, pages))
    times = durations(len(pictures))
    out = io.BytesIO()
    if kind == "gif":
        common = Image.new("RGB", (WIDTH, 3 * pictures[0].height))
        for i, at in enumerate((0, len(pictures) // 2, -1)):
            common.paste(pictures[at], (0, i * pictures[0].height))
        palette = common.quantize(COLOURS)
        pictures = [each.quantize(palette=palette, dither=Image.Dither.NONE) for each in pictures]
        options = {"disposal": 1}
    else:
        options = {"lossless": True, "quality": 40, "method": 2}
    pictures[0].save(
        out, kind.upper(), save_all=True, append_images=pictures[1:], duration=times, loop=0, **options
    )  # fmt: skip
    return out.getvalue()


def durations(count: int) -> list[int]:
    """Milliseconds of every picture: as on the page, quicker where there are many; the ends are held."""
    each = max(QUICK_MS, min(STEP_MS, WHOLE_MS // count // 10 * 10))
    return [LAST_MS if i == count - 1 else FIRST_MS if not i else each for i in range(count)]


# ---- what is written where ---------------------------------------------------------------------------------------------
def stream(scene: Scene, at: int) -> Iterator[tuple[str, Ink]]:
    """The text of a moment, and how each part of it is drawn."""
    for piece in scene.pieces:
        if isinstance(piece, str):
            yield _clean(piece), Ink()
            continue
        for text, state, confidence, alternatives, *_ in scene.moments[at][piece]["toks"]:
            if state in "nsp":
                kind = {"n": "new", "s": "old", "p": "pinned"}[state]
                yield _clean(text), Ink(kind, min(9, int(confidence * 10)))
            elif state == "u":
                seen = "".join(c for c in _clean(text) if c.isprintable() and not c.isspace() and c != "\ufffd")
                yield seen[:NOISE] or "~", Ink("noise")
            elif state in "mr":
                guess = _clean(alternatives[0][0]).replace("\n", "⏎")[:GHOST] if alternatives else ""
                yield (
                    guess if guess.strip() else EMPTY,
                    Ink("scraped" if state == "r" else "mask", 0, bool(guess.strip())),
                )


def _clean(text: str) -> str:
    """Half of a surrogate pair cannot be drawn."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def laid(scene: Scene, at: int) -> Iterator[Line]:
    name, size = (MONO, CODE_SIZE) if scene.code else (SERIF, SIZE)
    yield from lines(items(stream(scene, at), name, size), WIDTH - 2 * MARGIN)


# ---- drawing -----------------------------------------------------------------------------------------------------------
def drawn(scene: Scene, pages: list[list[Line]]) -> Iterator[Image.Image]:
    """A picture for every moment, all of one height."""
    size = CODE_SIZE if scene.code else SIZE
    leading = round(size * LEADING)
    height = MARGIN + min(MOST_LINES, max(len(page) for page in pages)) * leading + MARGIN // 2 + FOOT
    for at, page in enumerate(pages):
        picture = Image.new("RGB", (WIDTH, height), colours()["paper"])
        draw = ImageDraw.Draw(picture)
        for row, line in enumerate(page[:MOST_LINES]):
            x = WIDTH - MARGIN - line.width if line.right else MARGIN
            base = MARGIN + row * leading + size
            for item in line.items:
                letters(picture, draw, item, x, base, size)
                x += item.width
        foot(draw, scene, at, height)
        yield picture


def letters(picture: Image.Image, draw: ImageDraw.ImageDraw, item: Item, x: float, base: int, size: int) -> None:
    if item.inks[0].boxed:
        box(picture, draw, item, round(x), base, size)
        return
    for start, end, ink in _stretches(item.inks):
        if ink.kind == "plain":
            continue
        left, right = item.font.getlength(item.text[:start]), item.font.getlength(item.text[:end])
        if item.direction == "R":
            left, right = item.width - right, item.width - left
        ends = round(x + left), round(x + right)
        if ink.kind == "new" and ends[1] > ends[0]:
            draw.rectangle((ends[0], base - size, ends[1] - 1, base + size // 4), fill=mixed("accent", 0.22))
        y = base + size // 4 + 1
        if ink.kind == "pinned":
            draw.rectangle((ends[0], y, ends[1] - 1, y + 2), fill=colours()["accent"])
        else:
            underline(draw, ends, y, ink.level)
    side = "rtl" if SHAPED and item.direction == "R" else None  # turns brackets round
    draw.text((x, base), item.text, font=item.font, fill=colours()["ink"], anchor="ls", direction=side)


def _stretches(inks: tuple[Ink, ...]) -> Iterator[tuple[int, int, Ink]]:
    start = 0
    for i in range(1, len(inks) + 1):
        if i == len(inks) or inks[i] is not inks[start]:
            yield start, i, inks[start]
            start = i


def underline(draw: ImageDraw.ImageDraw, ends: tuple[int, int], y: int, level: int) -> None:
    """The ramp: dotted, dashed, a line, a thin line; so colour is never the only sign."""
    colour, (left, right) = colours()[f"c{level}"], ends
    dash, gap, thick = ((3, 3, 3), (6, 3, 2), (1 << 16, 1, 2), (1 << 16, 1, 1))[(level > 2) + (level > 5) + (level > 7)]
    for at in range(left, right, dash + gap):
        draw.rectangle((at, y, min(at + dash, right) - 1, y + thick - 1), fill=colour)


def box(picture: Image.Image, draw: ImageDraw.ImageDraw, item: Item, x: int, base: int, size: int) -> None:
    ink, edges = item.inks[0], (x + 1, base - size, round(x + item.width) - 2, base + size // 4)
    if ink.kind == "noise":
        draw.rounded_rectangle(edges, 4, fill=mixed("hatch", 0.26))
    else:
        shape = Image.new("L", (edges[2] - edges[0] + 1, edges[3] - edges[1] + 1))
        ImageDraw.Draw(shape).rounded_rectangle((0, 0, shape.width - 1, shape.height - 1), 4, fill=255)
        picture.paste(hatched(0.35 if ink.ghost else 1.0).crop((0, 0, *shape.size)), edges[:2], shape)
        draw.rounded_rectangle(edges, 4, outline=colours()["bad" if ink.kind == "scraped" else "hatch"])
    draw.text((x + 1 + PAD, base), item.text, font=item.font, fill=colours()["faint"], anchor="ls")


@cache
def hatched(share: float) -> Image.Image:
    """Diagonal stripes, as large as any box."""
    picture = Image.new("RGB", (WIDTH, 3 * SIZE), colours()["paper"])
    draw = ImageDraw.Draw(picture)
    for at in range(-picture.height, WIDTH, 8):
        draw.line((at, 0, at + picture.height, picture.height), fill=mixed("hatch", share), width=3)
    return picture


def foot(draw: ImageDraw.ImageDraw, scene: Scene, at: int, height: int) -> None:
    """The name, what was set, where the run is, and a bar that no two moments share."""
    top = height - FOOT
    draw.rectangle((0, top, WIDTH, height), fill=colours()["panel"])
    draw.rectangle((0, top, WIDTH, top + BAR - 1), fill=colours()["edge"])
    reached = WIDTH * (at + 1) // len(scene.moments)
    draw.rectangle((0, top, reached - 1, top + BAR - 1), fill=colours()["accent"])
    base = top + BAR + (FOOT - BAR + SMALL) // 2 - 2
    face, small = font(str(FONTS / "DejaVuSerif-BoldItalic.ttf"), SMALL + 2), font(str(FONTS / SANS), SMALL)
    draw.text((MARGIN, base), "Palimpsest", font=face, fill=colours()["accent"], anchor="ls")
    facts = scene.facts()
    about = f"{facts.get('system', '')}, seed {facts.get('seed', 0)}"
    draw.text(
        (MARGIN + face.getlength("Palimpsest") + 18, base), about, font=small, fill=colours()["soft"], anchor="ls"
    )
    moment = scene.moments[at]
    now = f"{label(moment)} · {figures(moment)}"
    draw.text((WIDTH - MARGIN, base), now, font=small, fill=colours()["soft"], anchor="rs")
