# 一码通 (yimatong). `make run` is all that a new machine needs: Python 3.11 or later, and make.
#   make run                          the demo city, judged and served until Ctrl-C
#   make run PEOPLE=2000 PORT=8010    its size and its port
SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin
PEOPLE ?= 20000
PORT ?= 8000
HOST ?= 127.0.0.1
SEED ?= 20200215
# What pytest runs in `make test`, for example TESTS="tests/unit -k colour".
TESTS ?=
# Some machines forbid Python to keep what it compiled; each of our processes would then compile all its packages again.
export PYTHONDONTWRITEBYTECODE :=

# One lock for every platform from Python 3.11 on; a version that is in it already stays.
SOLVE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-emit-find-links --custom-compile-command "make lock" $(LOCKING) --output-file
TESTING := --extra embedded --extra test --extra spark -c requirements/run.txt -c requirements/embedded.txt

.DEFAULT_GOAL := help
.PHONY: help setup run test soak attack check bench lock docs clean

help: ## say what the targets are
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1	\2/p' Makefile

setup: ## install what the product needs into .venv, and build the pages' scripts
	@$(PYTHON) tools/setup.py run

run: ## start everything in the foreground: PEOPLE, PORT, HOST, SEED
	@$(PYTHON) tools/setup.py run
	@exec $(BIN)/yimatong run --people $(PEOPLE) --port $(PORT) --host $(HOST) --seed $(SEED)

test: ## every test; browser and Spark tests where the machine has Chromium and Java
	@$(PYTHON) tools/setup.py test
	@exec $(BIN)/python tools/test.py $(TESTS)

check: ## style, types, import contracts, generated pages, locks
	@$(PYTHON) tools/setup.py check
	@$(BIN)/python tools/check.py

bench: ## the figures of the README, measured on this machine
	@$(PYTHON) tools/setup.py bench
	@$(BIN)/python -m bench

soak: ## what takes long: every planted error, every kill, long searches; before a change to core, judgements, passes or records
	@$(PYTHON) tools/setup.py test
	@exec $(BIN)/python tools/test.py soak

attack: ## every role tries to paint, to hide, to read: refused or found, and successful without the guard; the table is printed
	@$(PYTHON) tools/setup.py test
	@exec $(BIN)/python tools/test.py attack

docs: ## write the generated pages anew
	@$(PYTHON) tools/setup.py check
	@$(BIN)/python tools/check.py --write

lock: ## solve the locks anew, hashed and without addresses: LOCKING=--upgrade for newer versions
	@$(PYTHON) tools/setup.py uv
	@$(SOLVE) requirements/tools.txt requirements/tools.in
	@$(SOLVE) requirements/node.txt requirements/node.in
	@$(SOLVE) requirements/run.txt pyproject.toml
	@$(SOLVE) requirements/embedded.txt requirements/embedded.in -c requirements/run.txt
	@$(SOLVE) requirements/test.txt pyproject.toml $(TESTING)
	@$(SOLVE) requirements/bench.txt pyproject.toml --extra bench $(TESTING)

clean: ## remove what was built; the data in var/ stays but for the built pages
	rm -rf .venv node_modules var/static .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
