# The daily verbs. `make` alone lists them.
SHELL := /bin/sh
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN ?= $(VENV)/bin
RUN_STAMP = $(VENV)/.run-$(shell cksum < requirements.lock | cut -d' ' -f1)
DEV_STAMP = $(VENV)/.dev-$(shell cksum < requirements-dev.lock | cut -d' ' -f1)
CATALOGUES = $(wildcard hub/translations/*/LC_MESSAGES/*.po)
COMPILED = $(CATALOGUES:.po=.mo)

.DEFAULT_GOAL := help
.PHONY: help run serve test drill lint types contracts bench seed strings translations lock clean

help: ## list the verbs
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: $(RUN_STAMP) $(COMPILED) ## set up, load the demo network when empty, serve on PORT (8000)
	@PORT=$(PORT) $(BIN)/hub demo --if-empty
	@PORT=$(PORT) exec $(BIN)/hub serve --port $(PORT)

serve: $(RUN_STAMP) $(COMPILED) ## serve without loading the demo
	@PORT=$(PORT) exec $(BIN)/hub serve --port $(PORT)

test: $(DEV_STAMP) $(COMPILED) ## lint, types, contracts, and every behaviour once on both engines
	@$(BIN)/python -m tests.run

drill: $(DEV_STAMP) $(COMPILED) ## the same tests at full size, and the benches
	@HUB_DRILL=full $(BIN)/python -m tests.run

lint: $(DEV_STAMP) ## ruff
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: $(DEV_STAMP) ## mypy
	@$(BIN)/mypy

contracts: $(DEV_STAMP) ## import contracts
	@$(BIN)/lint-imports

bench: $(DEV_STAMP) $(COMPILED) ## measure pages and search
	@$(BIN)/python -m bench

seed: $(RUN_STAMP) ## load the seed files again after an edit
	@$(BIN)/hub seed

EXTRACT = $(BIN)/pybabel --quiet extract -F pyproject.toml -k N_ -k gettext -k ngettext:1,2 -k Invalid:2 --no-location --sort-output --no-wrap --project "Human Rights Cities Hub" --version ""
strings:
	@$(EXTRACT) --output-file=$(TO) . 2>/dev/null

translations: $(DEV_STAMP) ## collect the strings and bring the catalogues up to date
	@$(EXTRACT) --output-file=$(VENV)/messages.pot .
	@for code in ko es fr; do $(BIN)/pybabel --quiet update --no-fuzzy-matching --ignore-obsolete --no-wrap --input-file=$(VENV)/messages.pot --output-dir=hub/translations --locale=$$code; done

lock: ## pin the dependencies anew (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate pyproject.toml --group build -o requirements.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate pyproject.toml --group build --group dev -o requirements-dev.lock

clean: ## remove the environment and what was built; the record in var/ stays
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache

$(VENV)/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "Python is missing. On Debian: apt install python3 python3-venv make"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed. On Debian: apt install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "The venv module is missing. On Debian: apt install python3-venv"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(RUN_STAMP): requirements.lock | $(VENV)/bin/python
	@test -e $@ || { echo "Installing the pinned packages …"; \
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements.lock && \
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . && rm -f $(VENV)/.run-*; }
	@touch $@

$(DEV_STAMP): requirements-dev.lock | $(RUN_STAMP)
	@test -e $@ || { echo "Installing what the tests need …"; \
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements-dev.lock && rm -f $(VENV)/.dev-*; }
	@touch $@

%.mo: %.po | $(RUN_STAMP)
	@$(BIN)/pybabel --quiet compile --input-file=$< --output-file=$@
