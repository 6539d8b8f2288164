"""The way from a photo's expression to emoji of that mood, within one visit: nothing of it is stored.

The page of emoji keeps the mood until the tab is closed, and writes it into no address (`app/widgets/emoji/visit.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from app.i18n import Translator
from app.registry import room
from app.widgets.emoji.talk import Weights, in_steps

MOODS = {
    "angry": "anger", "disgust": "disgust", "fear": "fear", "happy": "joy", "sad": "sadness", "surprise": "surprise",
    "neutral": "neutral",
}  # fmt: skip
_HANDED = "handed_moods"  # session state
_LEAST = 0.15  # share of an expression that counts


def moods_of(scores: Mapping[str, float]) -> Weights:
    """Moods with their weights in per cent for the scores of expressions; contempt has no emoji, so it counts for none.

    Those that are hardly there are left out; without any there are none.
    """
    shares = {MOODS[name]: score for name, score in scores.items() if name in MOODS and score >= _LEAST}
    return in_steps(dict(sorted(shares.items(), key=lambda item: -item[1])))


def offer(_: Translator, scores: Mapping[str, float], key: str) -> None:
    """A button that opens the page of emoji with the moods of a face, unless it has none that emoji know."""
    moods = moods_of(scores)
    if moods and st.button(
        _("Emoji of this mood"),
        icon=":material/add_reaction:",
        key=key,
        type="tertiary",
        help=_(
            "Opens campaign emoji with the mood set; the photo stays here. The mood is kept there until you close the "
            "tab, and in the emoji you download."
        ),
    ):
        st.session_state[_HANDED] = moods
        st.switch_page(room("campaign-emoji").page, query_params={"lang": _.language})


def taken(known: Sequence[str]) -> Weights:
    """The moods that were handed over since the last call, if they are all among those `known`."""
    moods: Weights = st.session_state.pop(_HANDED, ())
    return moods if all(mood in known for mood, _weight in moods) else ()
