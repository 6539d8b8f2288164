"""What moods, topics, interactions, styles, and parts of a campaign's brief are called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from app.i18n import N_, Translator
from core.datasets.emoji import THING

if TYPE_CHECKING:
    from core.emoji.orders import Order

AXES = {"mood": N_("Mood"), "topic": N_("Topic"), "interaction": N_("Interaction"), "style": N_("Drawing style")}
CLASSES: Mapping[str, Mapping[str, str]] = {
    "mood": {
        "joy": N_("joy"), "love": N_("love"), "sadness": N_("sadness"), "anger": N_("anger"), "fear": N_("fear"),
        "surprise": N_("surprise"), "disgust": N_("disgust"), "neutral": N_("no emotion"), "tired": N_("tiredness"),
        "playful": N_("mischief"), "cool": N_("ease"), "shame": N_("embarrassment"),
    },
    "topic": {
        "food": N_("food"), "drinks": N_("drinks"), "sport": N_("sport"), "games": N_("games"), "travel": N_("travel"),
        "home_city": N_("home and city"), "work": N_("work"), "school_science": N_("school and science"),
        "party": N_("party"), "animals": N_("animals"), "nature": N_("plants"), "weather": N_("weather"),
        "space": N_("outer space"), "music": N_("music"), "arts": N_("arts and film"), "tech": N_("technology"),
        "money_shopping": N_("money and shopping"), "fashion": N_("fashion"), "health": N_("health"),
        "fantasy": N_("fantasy"),
    },
    "interaction": {
        "greeting": N_("greeting"), "thanks": N_("thanks"), "apology": N_("apology"),
        "congratulation": N_("congratulation"), "celebration": N_("celebration"),
        "encouragement": N_("encouragement"), "agreement": N_("agreement"), "refusal": N_("refusal"),
        "question": N_("question"), "flirting": N_("flirting"), "announcement": N_("announcement"),
        "comfort": N_("comfort"),
    },
    "style": {
        "noto": N_("Noto"), "blob": N_("Noto, blobs"), "twemoji": N_("Twemoji"), "fluent-flat": N_("Fluent, flat"),
        "fluent": N_("Fluent, colour"), "fluent-3d": N_("Fluent, 3D"), "emojitwo": N_("EmojiTwo"),
        "streamline": N_("Streamline"),
    },
}  # fmt: skip
AUDIENCES = {
    "everyone": N_("everyone"), "customers": N_("customers"), "team": N_("colleagues"), "families": N_("families"),
    "young": N_("young people"), "students": N_("pupils and students"),
}  # fmt: skip
OCCASIONS = {
    "launch": N_("launch"), "promotion": N_("promotion"), "thanks": N_("thanks"), "apology": N_("apology"),
    "season": N_("season’s greetings"), "event": N_("event"),
}  # fmt: skip
TONES = {
    "warm": N_("warm"), "funny": N_("funny"), "relaxed": N_("relaxed"), "sober": N_("sober"), "caring": N_("caring"),
    "excited": N_("excited"),
}  # fmt: skip


def name(_: Translator, axis: str, key: str) -> str:
    """A class in the visitor's words; one that is not known keeps its key."""
    known = CLASSES[axis].get(key)
    return _(known) if known else key


def shares(_: Translator, axis: str, weights: Mapping[str, float]) -> str:
    """Classes of an axis, with their shares if there are several."""
    if len(weights) == 1:
        return name(_, axis, next(iter(weights)))
    largest = sorted(weights.items(), key=lambda item: -item[1])
    return ", ".join(f"{name(_, axis, key)} {_.percent(share, 0)}" for key, share in largest)


def context(_: Translator, order: Order) -> str:
    """What an emoji was asked to show, in one line."""
    said = [shares(_, axis, order.context[axis]) for axis in AXES if order.context.get(axis)]
    said += [" ".join(order.context.get(THING, {}))] if order.context.get(THING) else []
    return ", ".join(said) or _("anything")


def described(_: Translator, order: Order) -> str:
    """The alternative text of an emoji."""
    return _("Generated emoji: {context}, seed {seed}").format(context=context(_, order), seed=order.recipe.seed)
