"""What newcomers meet in the generators' rooms, drawn when the server starts: nobody has to wait for it.

The first visitor would, and with them everybody else who comes just then.
"""

from collections.abc import Callable
from contextlib import nullcontext
from functools import partial

from app.i18n import LANGUAGES
from app.resources import avatar_generator, emoji_generator, message_reader, product_generator
from app.widgets.avatars import settings
from app.widgets.avatars.visit import View as AvatarView
from app.widgets.emoji import conversation
from app.widgets.emoji.visit import Visit as EmojiVisit
from app.widgets.generators.gallery import timed
from app.widgets.products import wording
from app.widgets.products.visit import View as ProductView
from app.widgets.remembered import once
from core.emoji.sample_talks import sample_talks

Preparation = Callable[[], None]


def products() -> None:
    """The first example, in every language.

    Raises:
        core.artifacts.ArtifactError: the model is missing or damaged.
    """
    service = product_generator()
    for language in LANGUAGES:
        wish = ProductView().wish(wording.example(0, language))
        once((service.model, wish), nullcontext(), partial(timed, partial(wish.fulfil, service)))


def avatars() -> None:
    """An avatar of each theme, and the theme that is shown first.

    Raises:
        core.artifacts.ArtifactError: the model is missing or damaged.
    """
    service = avatar_generator()
    settings.examples(service.model, service)
    wish = AvatarView().wish(service.themes)
    once((service.model, wish), nullcontext(), partial(timed, partial(wish.fulfil, service)))


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
        once((service.model, wish), nullcontext(), partial(timed, partial(wish.fulfil, service)))


PREPARED: tuple[Preparation, ...] = (products, avatars, emoji)
