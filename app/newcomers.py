"""What newcomers meet, done when the server starts: pictures are drawn, and every room is walked through.

Each generator also makes the pictures that Home shows, others at every start.

The first visitor of a room waits for libraries, figures and words that are needed there, and with them everybody else
who comes just then: of thirty visitors who came at once, many waited for seconds.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from typing import Any

import streamlit as st
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from app import showcase
from app.i18n import LANGUAGES
from app.resources import avatar_generator, emoji_generator, message_reader, product_generator
from app.streamlit_client import GONE, visiting
from app.widgets.avatars import settings
from app.widgets.avatars.visit import View as AvatarView
from app.widgets.emoji import conversation
from app.widgets.emoji.visit import Visit as EmojiVisit
from app.widgets.generators.gallery import timed
from app.widgets.generators.visit import draw_seed
from app.widgets.products import wording
from app.widgets.products.visit import View as ProductView
from app.widgets.remembered import once
from core.emoji.orders import EmojiContext
from core.emoji.sample_talks import sample_talks

log = logging.getLogger(__name__)
Preparation = Callable[[], None]

_TYPICAL = 0.6  # truncation of what Home shows: nobody chooses among them
_SHOWN_PRODUCTS = (0, 2, 3, 4)  # among the examples: as different ones as there are
_SHOWN_MOODS = ("joy", "love", "surprise", "sadness")


def products() -> None:
    """The first example, in every language.

    Raises:
        core.artifacts.ArtifactError: the model is missing or damaged.
    """
    service = product_generator()
    for language in LANGUAGES:
        wish = ProductView().wish(wording.example(0, language))
        _draw(service, wish)
    seed, texts = draw_seed(), [wording.example(place, next(iter(LANGUAGES))) for place in _SHOWN_PRODUCTS]
    showcase.keep("products", [service.generate(text, 1, seed=seed, truncation=_TYPICAL)[0].image for text in texts])


def avatars() -> None:
    """An avatar of each theme, and the theme that is shown first.

    Raises:
        core.artifacts.ArtifactError: the model is missing or damaged.
    """
    service = avatar_generator()
    settings.examples(service.model, service)
    wish = AvatarView().wish(service.themes)
    _draw(service, wish)
    seed, themes = draw_seed(), list(service.themes)[: showcase.MOST]
    showcase.keep("avatars", [service.generate(theme, 1, seed=seed, truncation=_TYPICAL)[0].image for theme in themes])


def emoji() -> None:
    """The first sample talk in every language: what is offered beside its messages, and the row of variations.

    Raises:
        core.artifacts.ArtifactError: a model is missing or damaged.
    """
    service, reader = emoji_generator(), message_reader()
    for language in LANGUAGES:
        visit = EmojiVisit()
        visit.play(sample_talks(language)[0].messages)
        talk = conversation.read(reader, service, visit)
        visit.follow_talk(talk)
        for found in talk:
            if not found.empty:
                conversation.drawn_beside(service, conversation.asked_beside(visit, found), nullcontext())
        wish = visit.wanted
        _draw(service, wish)
    seed, moods = draw_seed(), [mood for mood in _SHOWN_MOODS if mood in service.classes["mood"]]
    showcase.keep("emoji", [service.generate(EmojiContext(mood=mood), 1, seed=seed)[0].image for mood in moods])


def _draw(service: Any, wish: Any) -> None:
    """What a generator makes of a wish, to be at hand as `app.widgets.generators.gallery.drawn` looks for it."""
    once((service.model, wish), nullcontext(), partial(timed, partial(wish.fulfil, service)))


def rooms() -> None:
    """Walk through every room in every language, as a visitor does; where no connection can be had, do without."""
    try:
        asyncio.run(_walk(_own_address()))
    except GONE as error:  # such as a server that speaks TLS only
        log.info("The rooms were not walked through: %s", error)


def _own_address() -> str:
    address, port, path = (st.get_option(f"server.{name}") for name in ("address", "port", "baseUrlPath"))
    host = "127.0.0.1" if address in (None, "", "0.0.0.0", "::") else f"{address}"  # noqa: S104 (compared, not bound)
    return f"{host}:{port}/{path}".rstrip("/")


async def _walk(host: str) -> None:
    for language in LANGUAGES:
        pages: set[str] = set()

        def see(kind: str, answer: ForwardMsg, pages: set[str] = pages) -> None:
            if kind == "navigation":
                pages.update(page.page_script_hash for page in answer.navigation.app_pages)

        async with visiting(host) as visitor:
            await visitor.run(see, query=f"lang={language}")
            for page in sorted(pages):
                await visitor.run(see, page=page, query=f"lang={language}")


PREPARED: tuple[Preparation, ...] = (products, avatars, emoji, rooms)
