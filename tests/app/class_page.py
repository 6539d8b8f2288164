"""A page with everything that rooms bring, as the class page puts it together; run by the tests as a script."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from app.i18n import translator
from app.widgets.classroom import quiz_alone, room_entry, room_host, room_phone
from core.classroom.game import Scored

CHAPTERS = {"what": "What a GAN is", "how": "How it learns"}


class Toy:
    """Real pictures are light, forged ones dark, and the network always right."""

    stages = 2

    def real(self, stage: int, count: int, seed: int, skip: int = 0) -> Sequence[Scored]:
        return [Scored(np.full((32, 32, 3), 200, np.uint8), 0.9)] * count

    def forged(self, stage: int, count: int, seed: int) -> Sequence[Scored]:
        return [Scored(np.full((32, 32, 3), 30, np.uint8), 0.2)] * count


def draw(chapter: str) -> None:
    st.markdown(f"Chapter: {CHAPTERS[chapter]}")


if __name__ == "__main__":
    st.session_state.setdefault("page_memory", {})
    _ = translator()
    here = room_entry.enter()
    if here.lost:
        room_phone.gone(_)
    elif here.host:
        room_host.show(_, here.host, CHAPTERS, draw, lambda key: st.markdown(f"Notes: {key}"), Toy)
    elif here.away:
        room_host.taking_over(_)
        room_phone.join(_, here.code)
    elif here.seat:
        room_phone.show(_, here.seat, draw)
    elif here.code:
        room_phone.join(_, here.code)
    else:
        room_host.opening(_)
        room_host.taking_over(_)
        quiz_alone.show(_)
