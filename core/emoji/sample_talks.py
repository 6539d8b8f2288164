"""Sample talks: short conversations of a campaign that the page plays (`data/emoji/sample_talks.toml`)."""

import tomllib
from dataclasses import dataclass
from functools import cache

from core.settings import ROOT

_FILE = ROOT / "data" / "emoji" / "sample_talks.toml"


@dataclass(frozen=True)
class SampleTalk:
    """A conversation; `key` (launch, promotion, thanks, apology, season, event) is the same in every language."""

    key: str
    language: str
    title: str
    messages: tuple[str, ...]


@cache
def sample_talks(language: str) -> tuple[SampleTalk, ...]:
    """The sample talks of a language, in the order of the file."""
    entries = tomllib.loads(_FILE.read_text("utf-8"))["talk"]
    found = [SampleTalk(**entry | {"messages": tuple(entry["messages"])}) for entry in entries]
    return tuple(talk for talk in found if talk.language == language)
