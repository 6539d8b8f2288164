"""Tests see the project's own defaults, whatever the developer's environment says."""

import os

for variable in [name for name in os.environ if name.upper().startswith("EFFIGIES_")]:
    del os.environ[variable]  # before any test module reads the settings
