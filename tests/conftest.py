"""Tests see the project's own defaults, whatever the developer's environment says."""

import gc
import os
import sys
import tempfile

import pytest

for variable in [name for name in os.environ if name.upper().startswith("EFFIGIES_")]:
    del os.environ[variable]  # before any test module reads the settings
os.environ["EFFIGIES_STATE"] = tempfile.mkdtemp(prefix="effigies-tests-")  # nobody's own wallets, also for servers


@pytest.hookimpl(tryfirst=True)  # pytest-xdist reads the groups in its own hook
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """When two processes share the tests, a file's stay together; so do the browser's and Spark's, which share one."""
    for item in items:
        folder = item.path.parent.name
        group = folder if folder in ("browser", "spark") else item.location[0]
        item.add_marker(pytest.mark.xdist_group(group))


_MAIN = sys.modules["__main__"]


def pytest_runtest_setup() -> None:
    """Have Python's collector leave TensorFlow's half a million objects alone, as the server does.

    Every run of a page is good for a collection: two thirds of a second with them, a thirtieth without.
    """
    if "tensorflow" in sys.modules and not gc.get_freeze_count():
        gc.collect()
        gc.freeze()


def pytest_runtest_teardown() -> None:
    """Take back the `__main__` that Streamlit's AppTest leaves behind: processes started later would run it."""
    sys.modules["__main__"] = _MAIN
