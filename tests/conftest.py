"""Tests see the project's own defaults, whatever the developer's environment says."""

import os
import tempfile

import pytest

for variable in [name for name in os.environ if name.upper().startswith("EFFIGIES_")]:
    del os.environ[variable]  # before any test module reads the settings
os.environ["EFFIGIES_STATE"] = tempfile.mkdtemp(prefix="effigies-tests-")  # nobody's own wallets, also for servers


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """When two processes share the tests, a file's stay together; so do the browser's, which share one app."""
    for item in items:
        group = "browser" if item.path.parent.name == "browser" else item.location[0]
        item.add_marker(pytest.mark.xdist_group(group))
