"""The stored encoder, opened once for all tests of it."""

import pytest

from core.settings import settings
from core.text.service import TextEncoder


@pytest.fixture(scope="session")
def encoder() -> TextEncoder:
    return TextEncoder.load(settings().models / "text")
