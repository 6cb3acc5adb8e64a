.DEFAULT_GOAL := help
.PHONY: help dev test check e2e bar faults hostile timing scale lock clean
SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install
# What is locked and nothing else: neither what it depends on, nor what a build would fetch for itself.
LOCKED := $(PIP) --no-deps --require-hashes
# How often the races of `make faults` are run again.
RACE_ROUNDS ?= 100
# Of services, repositories, domain and crypto at least 95 %: pyproject.toml. A tenth of the time, so not by default.
COVERAGE ?=
# Numbers, for `make bar` of these rules only.
RULES ?=
# How many, for `make scale`.
USERS ?= 100000

help:  ## this list
	@grep -E '^[a-z0-9]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/ ·/' | awk -F' · ' '{printf "  make %-8s %s\n", $$1, $$2}'

dev: .venv/local  ## everything for development: environment, PostgreSQL, migrations, API with reload
	@APP_ENV=development $(BIN)/authflow dev

test: .venv/develop  ## the test suite on a real PostgreSQL; COVERAGE=--cov for branch coverage
	@$(BIN)/python -m pytest -n 4 --dist worksteal $(COVERAGE)

check: .venv/develop frontend/node_modules/.checked  ## format, lint, types, import rules; of the front end also tests, sizes
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/basedpyright
	@$(BIN)/lint-imports --no-logo

e2e: .venv/e2e frontend/node_modules/.installed  ## the Postman collection, and every page, on the real thing (needs Node, Chromium)
	@$(BIN)/python tests/e2e/run.py
	@$(BIN)/python -m tests.e2e.pages
	@$(BIN)/python -m pytest tests/browser -p no:cacheprovider

bar: .venv/develop  ## every rule of the security bar: the tests that hold it, and that they fail without it
	@$(BIN)/python -m tests.bar.run $(RULES)

faults: .venv/develop  ## what breaks in production, and the races many times; a line with its figure for each
	@TIMED=1 RACE_ROUNDS=$(RACE_ROUNDS) $(BIN)/python -m pytest tests/faults tests/races tests/races/killed --keep-duplicates -s -p no:cacheprovider

hostile: .venv/e2e  ## 50,000 hostile requests and schemathesis against a server of its own (some minutes)
	@$(BIN)/python -m tests.hostile.cost_search
	@$(BIN)/python -m tests.hostile.run

scale: .venv/develop  ## the same calls among 10,000 and among USERS users (100,000; 10,000,000 takes 16 GB)
	@$(BIN)/python -m tests.scale.run $(USERS)

timing: .venv/develop  ## whether an answer's time tells who has an account (some minutes, on a quiet machine)
	@$(BIN)/python -m pytest tests/timing -p no:cacheprovider

lock: .venv/develop  ## resolve the dependencies of pyproject.toml anew, into locks/
	@$(LOCKED) -r locks/lock.txt
	@$(BIN)/uv pip compile $(LOCK) pyproject.toml -o locks/run.txt
	@$(BIN)/uv pip compile $(LOCK) pyproject.toml --extra local -c locks/run.txt -o locks/local.txt
	@$(BIN)/uv pip compile $(LOCK) pyproject.toml --extra develop -c locks/local.txt -o locks/develop.txt
	@$(BIN)/uv pip compile $(LOCK) pyproject.toml --extra e2e -c locks/develop.txt -o locks/e2e.txt
	@$(BIN)/python -c $(BUILD) | $(BIN)/uv pip compile $(LOCK) - -c locks/e2e.txt -o locks/build.txt
	@echo uv | $(BIN)/uv pip compile $(LOCK) - -o locks/lock.txt

FRONTEND_SOURCES = $(shell find frontend src/authflow/domain src/authflow/web src/authflow/errors.py \
	\( -name node_modules -o -name dist -o -name '*.generated.ts' -o -name __pycache__ -o -name test-results \) -prune \
	-o -type f -print)

LOCK := --quiet --upgrade --universal --generate-hashes --python-version 3.11 \
	--no-emit-index-url --no-emit-find-links --no-header
BUILD := 'import tomllib as t; print(*t.load(open("pyproject.toml", "rb"))["build-system"]["requires"], sep="\n")'

clean:  ## remove the environment and the development database
	@rm -rf .venv .authflow

# An environment is made anew when its lock changes; the package itself is installed in place.
.venv/local: locks/build.txt locks/local.txt pyproject.toml | .venv/python
	@echo "Installing what authflow needs (once) …"
	@$(LOCKED) -r locks/build.txt -r locks/local.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/develop: locks/develop.txt .venv/local
	@echo "Installing what the tests need (once) …"
	@$(LOCKED) -r locks/develop.txt
	@touch $@

.venv/e2e: locks/e2e.txt .venv/develop
	@echo "Installing what the tests from outside need (once) …"
	@$(LOCKED) -r locks/e2e.txt
	@touch $@

# Node is in the environment, unless the system has a newer one; no package needs a script of its own to be run.
frontend/node_modules/.installed: frontend/package-lock.json | .venv/local
	@echo "Installing what the front end needs (once) …"
	@cd frontend && "$(CURDIR)/$(BIN)/python" -m authflow.local.node npm ci --ignore-scripts --loglevel=error
	@touch $@

# Anew when something of it changes, or what the API says of itself.
frontend/node_modules/.checked: frontend/node_modules/.installed $(FRONTEND_SOURCES) | .venv/develop
	@$(BIN)/python -m authflow.local.node frontend/scripts/check.ts "$(CURDIR)/$(BIN)/authflow"
	@touch $@

.venv/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "authflow needs Python 3.11 or newer; say which with: make PYTHON=python3.12 …" >&2; exit 1; }
	@$(PYTHON) -m venv .venv \
	  || { echo "This Python cannot make environments; on Debian: apt-get install python3-venv" >&2; rm -rf .venv; exit 1; }
	@touch $@
