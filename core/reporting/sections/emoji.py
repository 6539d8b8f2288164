"""Campaign emoji: the generator that is told interaction, topic, mood and style, and how well its emoji fit."""

from core.reporting import generators
from core.reporting.document import Section
from core.reporting.stored import Stored
from core.reporting.words import Words

KEY, ORDER, ADDRESS = "emoji", 50, "campaign-emoji"
COMMANDS = ("python -m core prepare emoji", "python -m core train emoji", "python -m core evaluate emoji --write")


def section(stored: Stored, words: Words) -> Section:
    """The chapter, from a model that is there with its figures."""
    return generators.section(
        stored, words, ("mood", "topic", "interaction", "style"), address=ADDRESS, commands=COMMANDS
    )
