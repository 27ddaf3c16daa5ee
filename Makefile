# `make run` is all it takes to try Sanad; `make check` is what CI says.
.DEFAULT_GOAL := help
SHELL := /bin/sh

VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
ARGS ?=

# A registry that is away for a moment is asked again, for some two minutes, before an installation fails.
export PIP_RETRIES ?= 8
export PIP_DEFAULT_TIMEOUT ?= 60

INSTALLED := $(VENV)/installed.stamp
INSTALLED_DEV := $(VENV)/installed-dev.stamp

.PHONY: help run demo test check lint system lock clean

help: ## what can be said here
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(INSTALLED) ## install if needed, then serve on http://localhost:8000 (PORT=..., ARGS="...")
	@exec $(BIN)/sanad run --port $(PORT) $(ARGS)

demo: $(INSTALLED) ## serve a throwaway copy: its families are forgotten when it ends (PORT=...)
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT INT TERM && SANAD_DATA="$$folder" $(BIN)/sanad run --port $(PORT) $(ARGS)

# Whole processes, their kills and a browser want the machine for themselves; all else shares it.
ALONE := tests/route tests/test_a_familys_whole_way.py tests/test_from_phone_to_desk.py
WORKERS ?= auto

test: $(INSTALLED_DEV) system ## install what the tests need, then pytest (ARGS="tests/dialogs -x" for a part, WORKERS=1)
ifeq ($(strip $(ARGS)),)
	$(BIN)/python -m pytest -n $(WORKERS) --maxprocesses 4 --dist loadfile $(ALONE:%=--ignore=%)
	$(BIN)/python -m pytest $(ALONE)
else
	$(BIN)/python -m pytest $(ARGS)
endif

check: lint test ## what CI says: formatting, lints, types, imports, tests

lint: $(INSTALLED_DEV) ## the part of check that takes seconds
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

system: ## Chromium, gettext and Unicode's test files, from the system
	@scripts/install-test-system

lock: ## write requirements.lock and requirements-dev.lock again
	scripts/lock.sh $(ARGS)

clean: ## remove what was installed and cached; data/ stays
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

# An environment names its folder and its Python: where one of them is gone or was moved, it is made again.
$(shell [ -x $(BIN)/python ] && { [ ! -f $(VENV)/made-in ] || [ "$$(cat $(VENV)/made-in)" = "$(CURDIR)" ]; } \
	|| rm -f $(BIN)/python $(VENV)/*.stamp)

# A stamp is newer than its lock exactly when nothing has to be installed, so that a second `make run` starts at once.
$(BIN)/python:
	scripts/make-venv $(VENV)

$(INSTALLED): requirements.lock pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(INSTALLED_DEV): requirements-dev.lock $(INSTALLED)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.lock
	@touch $@
