# Two commands do everything: `make demo` shows the main job, `make test` installs what the tests need and runs them.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
OUT    := out

.PHONY: demo test lint format bench clean help

help:
	@echo "make demo    own environment, predict examples/public-dns on the built-in Internet, table and map"
	@echo "make test    everything the tests need, then all tests"
	@echo "make lint    ruff, mypy --strict, import-linter"
	@echo "make bench   side by side with peers; needs ../shared/data or CAIDA=FILE (CONTRIBUTING.md)"

demo: $(VENV)/.installed
	$(BIN)/catchment check examples/public-dns/design.yaml
	$(BIN)/catchment predict examples/public-dns/design.yaml --map $(OUT)/public-dns.html
	@echo
	@echo "The map is $(OUT)/public-dns.html: open it in a browser. Next:"
	@echo "  $(BIN)/catchment predict examples/public-dns/design.yaml --down seoul --map $(OUT)/seoul-down.html"
	@echo "  $(BIN)/catchment --help"

test: $(VENV)/.tested .chromium
	$(BIN)/pytest -q

lint: $(VENV)/.linted
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.linted
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

CAIDA ?= ../shared/data/asrel/20240801.as-rel2.txt.bz2
bench: $(VENV)/.tested
	$(VENV)-bgpy/bin/python -c "" 2>/dev/null || { $(PYTHON) -m venv $(VENV)-bgpy && $(VENV)-bgpy/bin/pip install --quiet bgpy_pkg; }
	$(BIN)/python benchmarks/against_bgpy.py --graph $(CAIDA) --bgpy-python $(VENV)-bgpy/bin/python

clean:
	rm -rf $(VENV) $(VENV)-bgpy $(OUT) dist build

# --- what the targets stand on

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "catchment needs Python 3.11 or newer; name one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || $(MAKE) --no-print-directory .venv-package
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(BIN)/python
	$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.tested: pyproject.toml | $(BIN)/python
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[test,parquet,cluster]'
	@touch $@ $(VENV)/.installed

$(VENV)/.linted: pyproject.toml | $(BIN)/python
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[test,parquet,cluster,lint]'
	@touch $@ $(VENV)/.tested $(VENV)/.installed

# Debian and Ubuntu keep venv's pip in a package of its own.
.PHONY: .venv-package .chromium
.venv-package:
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null; \
	else \
		echo "this Python cannot make virtual environments; install them: sudo apt-get install python3-venv" >&2; exit 1; \
	fi

# The tests of the map drive a real browser; without one they skip and say so.
.chromium:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "installing chromium for the tests of the map"; \
		{ apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null 2>&1; } \
			|| echo "chromium cannot be installed; the tests of the map will skip"; \
	else \
		echo "no chromium: the tests of the map will skip; sudo apt-get install chromium"; \
	fi
