"""Clothes and feelers of our own for faces that come without."""

import random
from collections.abc import Sequence

from core.datasets.avatars.drawing import Layer

INK = "#1a1418"
_TRIMS = ("#e3c565", "#d9dce3", "#c9824a", "#f2ead8")
_SHOULDERS = "M3 66 C4 53 14 47 32 47 C50 47 60 53 61 66 Z"

_GOLD, _STEEL, _CLOTH = (
    ("#f4c430", "#ffd75e"),
    ("#8d99a8", "#a9b4c2"),
    ("#c4153f", "#2f6fb5", "#1f9d57", "#5b2f9e", "#2b2f45"),
)
_HEADGEAR: dict[str, tuple[tuple[str, ...], dict[str, tuple[str, ...]]]] = {  # rows of 16 squares, colours of letters
    "crown": (
        ("", "....a..aa..a", "....aa.aa.aa", "....aajaajaa"),
        {"a": _GOLD, "j": ("#d11141", "#2f9bff", "#1fb36b")},
    ),
    "headband": (
        ("", "", "", "", "...aaaaaaaaaaa", ".............aa", ".............a"),
        {"a": _CLOTH},
    ),
    "helmet": (
        (".h............h", ".hh..aaaaaa..hh", "..haaaaaaaaaah", "...aaaaaaaaaa", "...bbbbbbbbbb", "...b........b"),
        {"a": _STEEL, "b": ("#5f6b7c",), "h": ("#efe6cf",)},
    ),
    "hat": (
        (".......aaa", "......aaaa", ".....aasaaa", "....bbbbbbbb", "..aaaaaaaaaaaa"),
        {"a": ("#3b2f8f", "#1f5f7a", "#5b2f9e", "#7a2f4f"), "b": ("#f4c430", "#d9dce3"), "s": ("#ffe680",)},
    ),
}  # fmt: skip


def garment(rng: random.Random, colours: Sequence[str]) -> Layer:
    """Shoulders at the lower edge: a cloak with a clasp, a plated armour, a scarf over a tunic, or a hooded robe."""
    kind, colour, trim = rng.choice(("cloak", "armour", "scarf", "robe")), rng.choice(colours), rng.choice(_TRIMS)
    shoulders = f'<path d="{_SHOULDERS}" fill="{colour}" stroke="{INK}" stroke-width="1"/>'
    if kind == "cloak":
        svg = (
            f'{shoulders}<path d="M20 66 C20 56 25 50 32 50 C39 50 44 56 44 66 Z" fill-opacity=".22"/>'
            f'<path d="M14 50 C22 58 42 58 50 50" fill="none" stroke="{trim}" stroke-width="2.2"/>'
            f'<circle cx="32" cy="57" r="3" fill="{trim}" stroke="{INK}" stroke-width=".8"/>'
        )
    elif kind == "armour":
        plates = "".join(
            f'<path d="M{32 + side * 13} 66 C{32 + side * 13} 56 {32 + side * 17} 50 {32 + side * 22} 50 '
            f'C{32 + side * 28} 50 {32 + side * 31} 58 {32 + side * 31} 66 Z" fill="{trim}" stroke="{INK}"/>'
            for side in (-1, 1)
        )
        svg = f'{shoulders}<path d="M22 49 H42 L38 60 L32 63 L26 60 Z" fill="#fff" fill-opacity=".25"/>{plates}'
    elif kind == "scarf":
        svg = (
            f'{shoulders}<path d="M17 51 C22 45 42 45 47 51 C44 58 20 58 17 51 Z" fill="{trim}" stroke="{INK}"/>'
            f'<path d="M38 55 L45 66 H36 L33 56 Z" fill="{trim}" stroke="{INK}"/>'
        )
    else:
        hood = f'<path d="M6 60 C2 34 12 12 32 10 C52 12 62 34 58 60 Z" fill="{colour}" stroke="{INK}"/>'
        svg = f'{hood}{shoulders}<path d="M32 50 V66" stroke="{trim}" stroke-width="2.2"/>'
    return Layer(svg, {"garment": kind, "colour": colour, "trim": trim})


def headgear(rng: random.Random) -> Layer:
    """A crown, headband, horned helmet or wizard's hat of 4-unit squares, for three heroes in ten; else nothing."""
    if rng.random() >= 0.3:
        return Layer("")
    kind = rng.choice(tuple(_HEADGEAR))
    rows, paints = _HEADGEAR[kind]
    chosen = {letter: rng.choice(colours) for letter, colours in paints.items()}
    svg = "".join(
        f'<rect x="{4 * column}" y="{4 * row}" width="4" height="4" fill="{chosen[letter]}"/>'
        for row, line in enumerate(rows)
        for column, letter in enumerate(line)
        if letter in chosen
    )
    return Layer(svg, {"headgear": kind, "headgearColours": list(chosen.values())})


def suit(rng: random.Random, colours: Sequence[str]) -> Layer:
    """Shoulders in a space suit with a ring around the neck."""
    colour, light = rng.choice(colours), rng.choice(("#7be0ff", "#ffd36b", "#ff8f8f", "#a8ff9b"))
    svg = (
        f'<path d="{_SHOULDERS}" fill="{colour}" stroke="{INK}" stroke-width="1"/>'
        f'<ellipse cx="32" cy="50" rx="15" ry="4.5" fill="#c5ccd8" stroke="{INK}" stroke-width="1"/>'
        f'<ellipse cx="32" cy="49.3" rx="11" ry="2.8" fill="#3a4056"/>'
        f'<circle cx="14" cy="60" r="2" fill="{light}"/><circle cx="50" cy="60" r="2" fill="{light}"/>'
    )
    return Layer(svg, {"suit": colour, "light": light})


def antennae(rng: random.Random, skin: str) -> Layer:
    """Two feelers that come out behind a head."""
    spread, tip = rng.choice((6, 9, 12)), rng.choice(("#fff1a8", "#ffb3d9", "#a8f0ff", skin))
    svg = "".join(
        f'<path d="M{32 + side * 5} 22 Q{32 + side * 6} 8 {32 + side * spread} 5" fill="none" '
        f'stroke="{INK}" stroke-width="3.4" stroke-linecap="round"/>'
        f'<path d="M{32 + side * 5} 22 Q{32 + side * 6} 8 {32 + side * spread} 5" fill="none" '
        f'stroke="{skin}" stroke-width="2" stroke-linecap="round"/>'
        f'<circle cx="{32 + side * spread}" cy="5" r="3" fill="{tip}" stroke="{INK}" stroke-width=".8"/>'
        for side in (-1, 1)
    )
    return Layer(svg, {"feelers": spread, "tip": tip})
