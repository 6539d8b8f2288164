"""What the eight expressions are called on pages."""

from collections.abc import Mapping
from typing import TypeVar

from app.i18n import N_, Translator

EXPRESSIONS = {
    "angry": N_("anger"),
    "disgust": N_("disgust"),
    "fear": N_("fear"),
    "happy": N_("joy"),
    "sad": N_("sadness"),
    "surprise": N_("surprise"),
    "neutral": N_("neutral"),
    "contempt": N_("contempt"),
}


Value = TypeVar("Value")


def named(_: Translator, values: Mapping[str, Value]) -> dict[str, Value]:
    """The same values under the visitor's words."""
    return {_(EXPRESSIONS[key]): value for key, value in values.items()}
