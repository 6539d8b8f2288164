"""Product images: the text-conditioned generator between floor, DCGAN and real photos."""

from core.reporting import generators
from core.reporting.document import Section
from core.reporting.stored import Stored
from core.reporting.words import Words

KEY, ORDER, ADDRESS = "product", 30, "product-images"
COMMANDS = ("python -m core train product", "python -m core evaluate product --write")


def section(stored: Stored, words: Words) -> Section:
    """The chapter, from a model that is there with its figures."""
    return generators.section(stored, words, ("type", "colour", "gender"), address=ADDRESS, commands=COMMANDS)
