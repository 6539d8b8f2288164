"""Whose drawings the avatars are made of, and on what terms."""

from dataclasses import asdict, dataclass
from enum import StrEnum

from core.errors import N_


class Licence(StrEnum):
    """Licences a source of avatars may have: ours may be sold, so nothing non-commercial and no share-alike."""

    CC0 = "CC0 1.0"
    CC_BY_3 = "CC BY 3.0"
    CC_BY_4 = "CC BY 4.0"

    @property
    def url(self) -> str:
        """Where the licence can be read."""
        return _TEXTS[self]


_TEXTS = {
    Licence.CC0: "https://creativecommons.org/publicdomain/zero/1.0/",
    Licence.CC_BY_3: "https://creativecommons.org/licenses/by/3.0/",
    Licence.CC_BY_4: "https://creativecommons.org/licenses/by/4.0/",
}
CHANGES = N_(
    "Parts combined by chance, some recoloured or mirrored, scaled to 64 pixels, placed on a ground of our own"
)


@dataclass(frozen=True)
class Credit:
    """One artist's work: who, what, on what terms, where it is found; `changes` is an English sentence to translate."""

    artist: str
    work: str
    licence: Licence
    link: str
    changes: str = CHANGES

    def record(self) -> dict[str, str]:
        """As JSON holds it, with the licence's address."""
        return {**asdict(self), "licence": str(self.licence), "licence_url": self.licence.url}


@dataclass(frozen=True)
class Source:
    """Drawings from one PyPI package: `key` names a DiceBear style or a RoboHash set inside it."""

    key: str
    package: str
    credit: Credit


def _dicebear(key: str, work: str, link: str = "https://www.dicebear.com") -> Source:
    return Source(key, "dicebear-styles", Credit("DiceBear", work, Licence.CC0, link))


def _robohash(key: str, artist: str, work: str, licence: Licence, link: str = "https://robohash.org") -> Source:
    return Source(key, "robohash", Credit(artist, work, licence, link))


CRITTERS = _dicebear("critters", "Critters")
VOXEL_BOT = _dicebear("voxel-bot", "Voxel Bot")
VOXEL_ART = _dicebear("voxel-art", "Voxel Art")
PIXEL_ART = _dicebear("pixel-art", "Pixel Art", "https://www.figma.com/community/file/1198754108850888330")
ADVENTURER = Source(
    "adventurer",
    "dicebear-styles",
    Credit(
        "Lisa Wischofsky",
        "Adventurer",
        Licence.CC_BY_4,
        "https://www.figma.com/community/file/1184595184137881796",
    ),
)
ROBOTS = _robohash("set1", "Zikri Kader", "RoboHash set 1: robots", Licence.CC_BY_4)
ALIENS = _robohash("set2", "Hrvoje Novakovic", "RoboHash set 2: monsters", Licence.CC_BY_3)
HEADS = _robohash("set3", "Julian Peter Arias", "RoboHash set 3: robot heads", Licence.CC_BY_3)
CATS = _robohash(
    "set4",
    "David Revoy",
    "Cat avatar generator (RoboHash set 4)",
    Licence.CC_BY_4,
    "https://www.peppercarrot.com/extras/html/2016_cat-generator/",
)
