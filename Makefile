# Effigies: `make app` to use it, `make test` to check it, `make help` for the rest.
# Needs make and Python 3.11, 3.12 or 3.13; everything else goes into .venv.

PORT ?= 8501
PYTHON ?=
VENV := .venv
PY := $(VENV)/bin/python
INSTALL := $(PY) -m pip install --disable-pip-version-check
COMPILE := $(PY) -m uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --fork-strategy fewest \
           --annotation-style line --custom-compile-command "make lock"

TF_CPP_MIN_LOG_LEVEL ?= 3
export TF_CPP_MIN_LOG_LEVEL

.DEFAULT_GOAL := help
.PHONY: help app test lint style types tests format load load-class security accessibility bench catalogue lock upgrade clean clean-venv

help: ## Say what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' Makefile | while IFS='|' read -r name what; do \
		printf '  make %-11s %s\n' "$$name" "$$what"; done
	@echo "  Options: PORT=8501 (app), PYTHON=python3.12 (first use), TESTS=tests/core (test)"

app: $(VENV)/.installed ## Serve the studio on http://localhost:8501 (sets up on first use)
	$(PY) -m streamlit run app/main.py --server.port $(PORT)

test: style ## Check style, then types beside every test
	@$(MAKE) --no-print-directory --jobs=2 types tests

lint: style types ## Check style and types only

style: $(VENV)/.installed-dev
	$(PY) -m ruff check
	$(PY) -m ruff format --check

types: $(VENV)/.installed-dev
	$(PY) -m mypy

tests: $(VENV)/.installed-dev
	$(PY) -m pytest -q --durations=15 --numprocesses 2 --dist loadscope $(TESTS)

format: $(VENV)/.installed-dev ## Put the code into the house style
	$(PY) -m ruff check --fix
	$(PY) -m ruff format

load-class: $(VENV)/.installed-dev ## Play a quiz with thirty phones while networks train; print delays, losses, memory
	$(PY) -m tests.load.lesson

load: $(VENV)/.installed-dev ## Send visitors through all rooms; print how long pages took
	$(PY) -m tools.load

security: $(VENV)/.installed-dev ## Try hostile input, audit the pinned libraries, scan for secrets
	$(PY) -m tools.security

accessibility: $(VENV)/.installed-dev ## Walk all pages with axe-core; store what it found in data/accessibility.json
	$(PY) -m tools.accessibility

bench: $(VENV)/.installed ## Measure speed, printed as ratios
	@for file in benchmarks/[a-z]*.py; do $(PY) -m "benchmarks.$$(basename "$$file" .py)" || exit; done

catalogue: $(VENV)/.installed ## Collect the messages to translate into app/locales
	$(PY) -m app.catalogue

lock: $(VENV)/.installed-dev ## Compile requirements*.txt from pyproject.toml, keeping the pins that still fit
	$(COMPILE) $(LOCK) --output-file requirements.txt
	$(COMPILE) $(LOCK) --group dev --constraints requirements.txt --output-file requirements-dev.txt

upgrade: ## As lock, with the newest versions that fit
	@$(MAKE) --no-print-directory lock LOCK=--upgrade

clean: ## Remove what tools leave behind
	rm -rf .hypothesis .mypy_cache .pytest_cache .ruff_cache .coverage
	find app benchmarks core pages tests -type d -name __pycache__ -prune -exec rm -rf {} +

clean-venv: ## Remove .venv
	rm -rf $(VENV)

# The newest Python that fits; a name may be on the PATH and yet not run (pyenv's), or lack venv (Debian's).
CANDIDATES := python3.13 python3.12 python3.11 python3 python
FITS := import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info < (3, 14))

$(PY):
	@for candidate in $(if $(PYTHON),"$(PYTHON)",$(CANDIDATES)); do \
		if "$$candidate" -c '$(FITS)' >/dev/null 2>&1; then \
			echo "Setting up $(VENV) with $$("$$candidate" --version)"; \
			exec "$$candidate" -m venv --clear $(VENV); \
		fi; \
	done; \
	echo "error: $(if $(PYTHON),$(PYTHON) is not,found no) Python 3.11, 3.12 or 3.13 with venv; install one" \
		"(Debian, Ubuntu: also python3-venv), or name it: make app PYTHON=/path/to/python3.12" >&2; exit 1

$(VENV)/.installed: requirements.txt $(PY)
	@$(PY) -m pip --version >/dev/null 2>&1 || $(PY) -m ensurepip >/dev/null
	$(INSTALL) --requirement requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	$(INSTALL) --requirement requirements-dev.txt
	@touch $@
