"""What the eight expressions are called on pages."""

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


def named(_: Translator, values: dict[str, float]) -> dict[str, float]:
    """The same values under the visitor's words."""
    return {_(EXPRESSIONS[key]): value for key, value in values.items()}
