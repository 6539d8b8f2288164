"""The small stored networks that the tests of their training use as well."""

from tests.core.superres.conftest import folder, upscaler

__all__ = ["folder", "upscaler"]
