"""The rooms of the studio: what the navigation, the home page and the tests walk through."""

from dataclasses import dataclass
from pathlib import Path

from core.errors import N_

ROOT = Path(__file__).parents[1]
ASSETS = Path(__file__).parent / "assets"


@dataclass(frozen=True)
class Picture:
    """A picture shown on a room's card; an empty `alt` (a message id) marks it as decoration."""

    file: Path
    alt: str = ""


@dataclass(frozen=True)
class Room:
    """One page. `title`, `summary` and `promise` are message ids, translated where they are shown.

    Attributes:
        key: unique name, also the name of the page's file and of its drawing.
        title: one or two words, for the navigation and the page's heading.
        summary: one sentence: what a visitor does there.
        icon: Material symbol.
        url_path: address below the studio's own; empty for the home page.
        picture: what its card shows.
    """

    key: str
    title: str
    summary: str
    icon: str
    url_path: str
    picture: Picture

    @property
    def page(self) -> Path:
        """The script that draws this room."""
        return ROOT / "pages" / f"{self.key}.py"


def _drawing(key: str) -> Picture:
    return Picture(ASSETS / "rooms" / f"{key}.svg")


HOME = Room(
    key="home",
    title=N_("Home"),
    summary=N_("See machine learning do real jobs, and learn how well it does them."),
    icon=":material/home:",
    url_path="",
    picture=Picture(ASSETS / "logo.svg"),
)

ROOMS = (
    HOME,
    Room(
        key="expressions",
        title=N_("Expressions"),
        summary=N_("Give a photo: every face is found, and you see the expression the model sees in it."),
        icon=":material/mood:",
        url_path="expressions",
        picture=_drawing("expressions"),
    ),
    Room(
        key="recommendations",
        title=N_("Recommendations"),
        summary=N_("Pick products you like and get others that go with them, each with its reason."),
        icon=":material/shopping_bag:",
        url_path="recommendations",
        picture=_drawing("recommendations"),
    ),
    Room(
        key="products",
        title=N_("Product images"),
        summary=N_("Describe a product in a few words and get pictures of products that do not exist."),
        icon=":material/image:",
        url_path="product-images",
        picture=_drawing("products"),
    ),
    Room(
        key="avatars",
        title=N_("Avatars"),
        summary=N_("Generate avatars until one suits you; the one you claim is yours alone."),
        icon=":material/account_circle:",
        url_path="avatars",
        picture=_drawing("avatars"),
    ),
    Room(
        key="emoji",
        title=N_("Campaign emoji"),
        summary=N_("Write a message, or set its mood and topic, and get new emoji that fit it."),
        icon=":material/add_reaction:",
        url_path="campaign-emoji",
        picture=_drawing("emoji"),
    ),
    Room(
        key="classroom",
        title=N_("GAN class"),
        summary=N_("A lesson for a projector and thirty phones: how two networks learn by competing."),
        icon=":material/school:",
        url_path="gan-class",
        picture=_drawing("classroom"),
    ),
    Room(
        key="results",
        title=N_("Results"),
        summary=N_("How good every model is: figures, curves and samples, beside what chance would do."),
        icon=":material/monitoring:",
        url_path="results",
        picture=_drawing("results"),
    ),
)


def room(url_path: str) -> Room:
    """The room at this address.

    Raises:
        KeyError: there is none.
    """
    for candidate in ROOMS:
        if candidate.url_path == url_path:
            return candidate
    raise KeyError(url_path)
