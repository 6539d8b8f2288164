"""Tests see the project's own defaults, whatever the developer's environment says."""

import gc
import os
import sys
import tempfile
from pathlib import PurePosixPath
from typing import Any

import pytest

for variable in [name for name in os.environ if name.upper().startswith("EFFIGIES_")]:
    del os.environ[variable]  # before any test module reads the settings
# what app/.streamlit/config.toml says, which AppTest does not look for beside the script it runs
os.environ["STREAMLIT_RUNNER_MAGIC_ENABLED"] = os.environ["STREAMLIT_BROWSER_GATHER_USAGE_STATS"] = "false"
# else the first `train` would ask it of all that is started later, and no two processes would round alike
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
os.environ["EFFIGIES_STATE"] = tempfile.mkdtemp(prefix="effigies-tests-")  # nobody's own wallets, also for servers


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """When two processes share the tests, a file's stay together; so do the browser's and Spark's, which share one."""
    from xdist.scheduler import LoadScopeScheduling

    class Together(LoadScopeScheduling):  # by groups (xdist_group) pytest-xdist 3.8 does not with pytest 9.2
        def _split_scope(self, nodeid: str) -> str:
            path = PurePosixPath(nodeid.partition("::")[0])
            return str(path.parent if path.parent.name in ("browser", "spark") else path)

    return Together(config, log)


_MAIN = sys.modules["__main__"]
_frozen = False


def pytest_runtest_setup() -> None:
    """Have Python's collector leave TensorFlow's half a million objects alone, as the server does.

    Every run of a page is good for a collection: two thirds of a second with them, a thirtieth without.
    """
    global _frozen  # Python could be asked, but counts all that is frozen: a tenth of a second
    if "tensorflow" in sys.modules and not _frozen:
        gc.collect()
        gc.freeze()
        _frozen = True


def pytest_runtest_teardown() -> None:
    """Take back the `__main__` that Streamlit's AppTest leaves behind: processes started later would run it."""
    sys.modules["__main__"] = _MAIN
