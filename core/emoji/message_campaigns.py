"""Sample campaigns: short conversations that the page plays (`data/emoji/campaigns.toml`)."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from core.settings import ROOT

CAMPAIGNS = Path(ROOT / "data" / "emoji" / "campaigns.toml")


@dataclass(frozen=True)
class Campaign:
    """A conversation; `key` (launch, promotion, thanks, apology, season, event) is the same in every language."""

    key: str
    language: str
    title: str
    messages: tuple[str, ...]


@cache
def campaigns(language: str) -> tuple[Campaign, ...]:
    """The sample campaigns of a language, in the order of the file."""
    entries = tomllib.loads(CAMPAIGNS.read_text("utf-8"))["campaign"]
    found = [Campaign(**entry | {"messages": tuple(entry["messages"])}) for entry in entries]
    return tuple(campaign for campaign in found if campaign.language == language)
