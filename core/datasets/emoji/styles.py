"""The drawing styles of the emoji: whose drawings, in which package, on what terms."""

from dataclasses import dataclass
from enum import StrEnum

from core.datasets.emoji.packages import Package
from core.errors import N_, DataError


class Licence(StrEnum):
    """Licences the drawings may have: pictures made after them may be sold; nothing share-alike or non-commercial."""

    APACHE_2 = "Apache 2.0"
    MIT = "MIT"
    CC_BY_4 = "CC BY 4.0"

    @property
    def url(self) -> str:
        """Where the licence can be read."""
        return _TEXTS[self]


_TEXTS = {
    Licence.APACHE_2: "https://www.apache.org/licenses/LICENSE-2.0",
    Licence.MIT: "https://opensource.org/license/mit",
    Licence.CC_BY_4: "https://creativecommons.org/licenses/by/4.0/",
}
CHANGES = N_("Scaled to 64 pixels; in composites, a face with smaller drawings of the same style in front of it")


@dataclass(frozen=True)
class Style:
    """One artist's emoji.

    `hand` names who drew them: styles of one hand are the same drawings in several finishes. `files` is the pattern
    "folder/*.ending" of one file per emoji, named by its code points; None for Iconify's one file of named drawings.
    """

    key: str
    title: str
    hand: str
    artist: str
    licence: Licence
    link: str
    package: Package
    files: str | None = None

    def record(self) -> dict[str, str]:
        """The credit, as JSON holds it."""
        return {
            "artist": self.artist,
            "work": self.title,
            "licence": str(self.licence),
            "licence_url": self.licence.url,
            "link": self.link,
            "changes": CHANGES,
        }


_GOOGLE = ("Google", Licence.APACHE_2, "https://github.com/googlefonts/noto-emoji")
_MICROSOFT = ("Microsoft", Licence.MIT, "https://github.com/microsoft/fluentui-emoji")

STYLES = (
    Style(
        "noto",
        "Noto Emoji",
        "noto",
        *_GOOGLE,
        Package(
            "@iconify-json/noto",
            "1.2.9",
            "sha512-DQiuXENbun41ch+XPSV55H9FaWKpHTyz46YIKtSaKYD4fIDDzL1tR6H4np/T38jfrTAeI3rcKF0mqHYeZVAuaw==",
            "Apache-2.0",
        ),
    ),
    Style(
        "blob",
        "Noto Emoji, first version (blobs)",
        "blob",
        *_GOOGLE,
        Package(
            "@iconify-json/noto-v1",
            "1.2.5",
            "sha512-/DsVMius69Q0fRS53z7QK1TROSuar606jiIx+laXtdsYGMXpf6LtHBx6CGfoo3UHHb/XpBsw+1L1x3eyPqMuVA==",
            "Apache-2.0",
        ),
    ),
    Style(
        "twemoji",
        "Twemoji",
        "twemoji",
        "Twitter, Inc. and other contributors",
        Licence.CC_BY_4,
        "https://github.com/discord/twemoji",
        Package(
            "@discordapp/twemoji",
            "16.0.1",
            "sha512-figLiBWzjS5cyrAjLaGjM8AAaowO3qvK8rg5bA2dElB4qsaPMvBVlFDMO2d3x+nC1igt7kgWH4dvNmvvUHUF8w==",
            "MIT AND CC-BY-4.0",
        ),
        "dist/svg/*.svg",
    ),
    Style(
        "fluent-flat",
        "Fluent Emoji, flat",
        "fluent",
        *_MICROSOFT,
        Package(
            "@iconify-json/fluent-emoji-flat",
            "1.2.6",
            "sha512-RY47RgPb47fYUiyrA64sIOL0+UU02s29sXpNBbIQRBUlPlfNFTKUmZDERGuxDs/7yNGWqQYvuaSYM1M4fRXlUw==",
            "MIT",
        ),
    ),
    Style(
        "fluent",
        "Fluent Emoji, colour",
        "fluent",
        *_MICROSOFT,
        Package(
            "@iconify-json/fluent-emoji",
            "1.2.7",
            "sha512-D8G6bKAyIsyxP1rzZtIWr/gg/fO4Rg1+DyCWlfqKK4h8W+4Em/Y0P6QYgJUQTlUcagzJvSyg+9OBv4hz4Hc/QA==",
            "MIT",
        ),
    ),
    Style(
        "fluent-3d",
        "Fluent Emoji, 3D",
        "fluent",
        *_MICROSOFT,
        Package(
            "@lobehub/fluent-emoji-3d",
            "1.1.0",
            "sha512-Wlq2lVStTnr8BDpIJ0pEnTKO4LuDxxqTEhTvRtD1DLRF0me7ogeRQjKoehDHXuVJ2Qaecgl5wRBv60lUAG3h7g==",
            "MIT",
        ),
        "assets/*.webp",
    ),
    Style(
        "emojitwo",
        "EmojiTwo, originally released as EmojiOne 2.2 (www.emojione.com)",
        "emojitwo",
        "Ranks.com and the EmojiTwo community",
        Licence.CC_BY_4,
        "https://github.com/EmojiTwo/emojitwo",
        Package(
            "@iconify-json/emojione",
            "1.2.3",
            "sha512-T9+T3HIbJNLKKsmxYKlaYhvnHYkz/HNYTV7SHCXVZPfeUi4FqskY70YeN8yYAZT8cCv7w5vJxS4Q1m8zb9CMMg==",
            "CC-BY-4.0",
        ),
    ),
    Style(
        "streamline",
        "Streamline Emojis",
        "streamline",
        "Streamline",
        Licence.CC_BY_4,
        "https://github.com/webalys-hq/streamline-vectors",
        Package(
            "@iconify-json/streamline-emojis",
            "1.2.4",
            "sha512-iNr9T9XuZVTyQPJO8ZlLxBzPkpi7qMl+z1l0C31vpEMqhPMelth3n7CeWQYtixdetDPdI81yeG4ROqjWpYJE6A==",
            "CC-BY-4.0",
        ),
    ),
)


def style(key: str) -> Style:
    """The style of this key.

    Raises:
        DataError: there is none.
    """
    for each in STYLES:
        if each.key == key:
            return each
    raise DataError(
        N_("there is no style {key}; the styles are {styles}"), key=key, styles=", ".join(each.key for each in STYLES)
    )
