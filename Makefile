# Two commands do everything: `make demo` shows the main job, `make test` installs what the tests need and runs them.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
OUT    := out

.PHONY: demo test lint format bench bench-lab bench-agent clean help

help:
	@echo "make demo    own environment, predict examples/public-dns on the built-in Internet, table and map"
	@echo "make test    everything the tests need, then all tests"
	@echo "make lint    ruff, mypy --strict, import-linter"
	@echo "make differential N=200   random networks in labs beside their prediction; root, BIRD, FRR; exit code 2"
	@echo "make zipapp  the agent in one file, dist/catchment-agent.pyz; make deb: as a Debian package"
	@echo "make bench   side by side with peers; needs ../shared/data or CAIDA=FILE (CONTRIBUTING.md)"

demo: $(VENV)/.installed
	$(BIN)/catchment check examples/public-dns/design.yaml
	$(BIN)/catchment predict examples/public-dns/design.yaml --map $(OUT)/public-dns.html
	@echo
	@echo "The map is $(OUT)/public-dns.html: open it in a browser. Next:"
	@echo "  $(BIN)/catchment predict examples/public-dns/design.yaml --down seoul --map $(OUT)/seoul-down.html"
	@echo "  $(BIN)/catchment --help"

test: $(VENV)/.tested .programs
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
	$(VENV)-bgpy/bin/python -c "import bgpy, rustworkx" 2>/dev/null || \
		{ $(PYTHON) -m venv $(VENV)-bgpy && $(VENV)-bgpy/bin/pip install --quiet bgpy_pkg rustworkx; }
	$(BIN)/python benchmarks/against_bgpy.py --graph $(CAIDA) --bgpy-python $(VENV)-bgpy/bin/python
	$(BIN)/python benchmarks/spf_inside.py --rustworkx-python $(VENV)-bgpy/bin/python
	$(BIN)/python benchmarks/bgp_inside.py

# As root; some minutes on 2 quiet cores. 500 routers need higher limits of the kernel for neighbours meanwhile.
bench-agent: $(VENV)/.tested
	$(VENV)-peers/bin/python -c "import exabgp" 2>/dev/null || \
		{ $(PYTHON) -m venv $(VENV)-peers && $(VENV)-peers/bin/pip install --quiet exabgp anycast-healthchecker; }
	$(BIN)/python -m benchmarks.agent --peers-python $(VENV)-peers/bin/python

bench-lab: $(VENV)/.tested
	$(BIN)/python -m benchmarks.lab --raise-limits
	$(BIN)/python -m benchmarks.lab_links

# Random networks with real daemons against the prediction: goes on where it was stopped, keeps what differs in $(OUT).
N ?= 200
JOBS ?= 1
differential: $(VENV)/.tested
	$(BIN)/python -m tests.world.differential --number $(N) --jobs $(JOBS) --to $(OUT)/differential

# The agent alone: in one file for routers without pip, and as a Debian package (dpkg-dev, debhelper).
.PHONY: zipapp deb
zipapp: $(VENV)/.agent
	$(BIN)/python packaging/agent_zip.py dist/catchment-agent.pyz

deb: $(VENV)/.agent
	$(BIN)/python packaging/agent_deb.py dist

clean:
	rm -rf $(VENV) $(VENV)-bgpy $(VENV)-peers $(OUT) dist build

# --- what the targets stand on

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "catchment needs Python 3.11 or newer; name one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || $(MAKE) --no-print-directory .venv-package
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(BIN)/python
	$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.agent: pyproject.toml | $(BIN)/python
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[agent]'
	@touch $@ $(VENV)/.installed

$(VENV)/.tested: pyproject.toml | $(BIN)/python
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[test,parquet,cluster]'
	@touch $@ $(VENV)/.installed

$(VENV)/.linted: pyproject.toml | $(BIN)/python
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[test,parquet,cluster,lint]'
	@touch $@ $(VENV)/.tested $(VENV)/.installed

# Debian and Ubuntu keep venv's pip in a package of its own.
.PHONY: .venv-package .programs
.venv-package:
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null; \
	else \
		echo "this Python cannot make virtual environments; install them: sudo apt-get install python3-venv" >&2; exit 1; \
	fi

# Some tests drive the real thing: routing daemons in namespaces, the map in Chromium, our frames in tshark. Without it they
# skip and say so. As root on Debian or Ubuntu it is installed here, and no service of it starts.
.programs:
	@sh tests/programs.sh
