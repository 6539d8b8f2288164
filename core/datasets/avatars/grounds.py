"""Grounds of our own, as SVG fragments of 64x64 units: skies, hills, glows, rays, discs, squares."""

import random
from collections.abc import Sequence

from core.datasets.avatars.drawing import SIDE, Layer


def gradient(name: str, top: str, bottom: str) -> str:
    """A vertical gradient that shapes refer to as url(#name)."""
    return (
        f'<linearGradient id="{name}" x1="0" y1="0" x2="0" y2="1"><stop stop-color="{top}"/>'
        f'<stop offset="1" stop-color="{bottom}"/></linearGradient>'
    )


def halo(name: str, colour: str, strength: float = 1) -> str:
    """A radial gradient from `colour` to nothing."""
    return (
        f'<radialGradient id="{name}"><stop stop-color="{colour}" stop-opacity="{strength}"/>'
        f'<stop offset="1" stop-color="{colour}" stop-opacity="0"/></radialGradient>'
    )


def fill(paint: str) -> str:
    """The whole square in a colour or gradient."""
    return f'<rect width="{SIDE}" height="{SIDE}" fill="{paint}"/>'


def circle(x: float, y: float, radius: float, paint: str, opacity: float = 1) -> str:
    """A disc."""
    return f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{radius:.2f}" fill="{paint}" fill-opacity="{opacity:.2f}"/>'


def space(rng: random.Random, skies: Sequence[tuple[str, str, str, str]], planets: Sequence[tuple[str, str]]) -> Layer:
    """Stars over two nebulae, often with a planet in an upper corner; a sky is (top, bottom, nebula, nebula)."""
    sky = rng.randrange(len(skies))
    top, bottom, *nebulae = skies[sky]
    definitions, shapes = [gradient("sky", top, bottom)], [fill("url(#sky)")]
    for number, colour in enumerate(nebulae):
        definitions.append(halo(f"nebula{number}", colour, 0.75))
        x, y, wide, high = rng.uniform(4, 60), rng.uniform(4, 60), rng.uniform(20, 38), rng.uniform(14, 28)
        turn = rng.randrange(180)
        shapes.append(
            f'<ellipse cx="{x:.1f}" cy="{y:.1f}" rx="{wide:.1f}" ry="{high:.1f}" fill="url(#nebula{number})" '
            f'transform="rotate({turn} {x:.1f} {y:.1f})"/>'
        )
    definitions.append(halo("light", nebulae[0], 0.9))
    shapes.append(circle(32, 34, 36, "url(#light)"))  # from behind, so that dark outlines stand out
    for _ in range(rng.randint(14, 22)):
        shapes.append(
            circle(rng.uniform(1, 63), rng.uniform(1, 63), rng.choice((0.35, 0.5, 0.8)), "#fff", rng.uniform(0.55, 1))
        )
    planet = rng.randrange(len(planets)) if rng.random() < 0.6 else None
    if planet is not None:
        light, dark = planets[planet]
        x, y, radius = rng.choice((9, 55)) + rng.uniform(-4, 4), rng.uniform(6, 16), rng.uniform(5, 10)
        definitions.append(gradient("planet", light, dark))
        shapes.append(circle(x, y, radius, "url(#planet)"))
        if rng.random() < 0.4:
            shapes.append(
                f'<ellipse cx="{x:.1f}" cy="{y:.1f}" rx="{radius * 1.6:.1f}" ry="{radius * 0.4:.1f}" fill="none" '
                f'stroke="{light}" stroke-width="1.1" transform="rotate(-18 {x:.1f} {y:.1f})"/>'
            )
    return _layer(definitions, shapes, sky=sky, planet=planet)


def rays(rng: random.Random, colours: Sequence[tuple[str, str]]) -> Layer:
    """A glow, sunbeams, or rings around the middle, in two shades; colours are (outer, inner)."""
    chosen = rng.randrange(len(colours))
    outer, inner = colours[chosen]
    motif = rng.choice(("glow", "beams", "rings"))
    definitions, shapes = [halo("glow", inner, 0.95)], [fill(outer)]
    if motif == "beams":
        turn = rng.uniform(0, 30)
        wedges = "".join(
            f'<path d="M32 34 L22 -40 L42 -40 Z" transform="rotate({turn + 30 * number:.1f} 32 34)"/>'
            for number in range(12)
        )
        shapes.append(f'<g fill="{inner}" fill-opacity=".5">{wedges}</g>')
    elif motif == "rings":
        shapes += [circle(32, 34, radius, inner, 0.3) for radius in (44, 35, 26)]
    shapes.append(circle(32, 34, 40, "url(#glow)", 1 if motif == "glow" else 0.45))
    return _layer(definitions, shapes, colours=chosen, motif=motif)


def disc(rng: random.Random, colours: Sequence[tuple[str, str]], motifs: Sequence[str]) -> Layer:
    """A large pale disc on a plain ground, with a quiet pattern; colours are (ground, disc)."""
    chosen, motif = rng.randrange(len(colours)), rng.choice(motifs)
    plain, pale = colours[chosen]
    shapes = [fill(plain)]
    if motif == "dots":
        shapes += [
            circle(4 + 8 * column + 4 * (row % 2), 4 + 8 * row, 1.3, pale, 0.6)
            for row in range(8)
            for column in range(8)
        ]
    elif motif == "stripes":
        shapes += [f'<rect x="{x}" width="5.33" height="64" fill="{pale}" fill-opacity=".35"/>' for x in _steps(10.67)]
    elif motif == "tiles":
        shapes += [
            f'<rect x="{x}" y="{y}" width="14.4" height="14.4" rx="1.5" fill="{pale}" fill-opacity=".35"/>'
            for x in (0.8, 16.8, 32.8, 48.8) for y in (0.8, 16.8, 32.8, 48.8)
        ]  # fmt: skip
    shapes.append(circle(32, 33, 27, pale))
    return _layer([], shapes, colours=chosen, motif=motif)


def hills(rng: random.Random, skies: Sequence[tuple[str, str, str]], lands: Sequence[tuple[str, str, str]]) -> Layer:
    """Three ranges of hills under a sky with its sun or moon; a sky is (top, bottom, light), a land far to near."""
    sky, land = rng.randrange(len(skies)), rng.randrange(len(lands))
    top, bottom, light = skies[sky]
    definitions, shapes = [gradient("sky", top, bottom)], [fill("url(#sky)")]
    shapes.append(circle(rng.choice((10, 54)) + rng.uniform(-3, 3), rng.uniform(8, 16), rng.uniform(4, 6.5), light))
    for depth, colour in enumerate(lands[land]):
        level, swing = 32 + 9 * depth + rng.uniform(-3, 3), rng.uniform(4, 9)
        shapes.append(
            f'<path fill="{colour}" d="M-2 {level:.1f} C12 {level - swing:.1f} 20 {level + swing:.1f} '
            f'34 {level:.1f} S54 {level - swing:.1f} 66 {level + rng.uniform(-4, 4):.1f} V66 H-2Z"/>'
        )
    return _layer(definitions, shapes, sky=sky, land=land)


def squares(rng: random.Random, colours: Sequence[tuple[str, str, str]]) -> Layer:
    """A sky of 16x16 squares, each 4 units wide: dithered bands, with a skyline or clouds; light from above."""
    chosen, motif = rng.randrange(len(colours)), rng.choice(("bands", "clouds", "skyline"))
    upper, lower, accent = colours[chosen]
    shapes = [fill(upper), f'<rect y="36" width="64" height="28" fill="{lower}"/>']
    cells = [(column, 8) for column in range(0, 16, 2)] + [(column, 7) for column in range(1, 16, 4)]
    shapes += [_square(column, row, lower) for column, row in cells]
    if motif == "clouds":
        for left, row in ((rng.randint(-1, 2), rng.randint(1, 5)), (rng.randint(11, 14), rng.randint(1, 5))):
            shapes += [_square(left + step, row, accent) for step in range(4)]
            shapes += [_square(left + step, row - 1, accent) for step in (1, 2)]
    elif motif == "skyline":
        heights = [rng.randint(8, 12) for _ in range(8)]
        shapes += [
            f'<rect x="{8 * number}" y="{4 * height}" width="8" height="{64 - 4 * height}" fill="{accent}"/>'
            for number, height in enumerate(heights)
        ]
    return _layer([], shapes, colours=chosen, motif=motif)


def _square(column: int, row: int, colour: str) -> str:
    return f'<rect x="{4 * column}" y="{4 * row}" width="4" height="4" fill="{colour}"/>'


def _steps(width: float) -> list[float]:
    return [round(width * number, 2) for number in range(int(SIDE / width) + 1)]


def _layer(definitions: list[str], shapes: list[str], **facts: object) -> Layer:
    return Layer(f"<defs>{''.join(definitions)}</defs>{''.join(shapes)}", facts)
