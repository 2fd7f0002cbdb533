# What a person does with this project. `make help` lists it; everything may be run again.

MAKEFLAGS += --no-print-directory --no-builtin-rules
.SUFFIXES:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

# Node from .venv is found first where the machine's own was too old or missing.
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export PYTHON HOST PORT
export UV_NO_PROGRESS = 1

PY := .venv/bin/python
DONE := .venv/done
# Compiled once here: where Python may write no bytecode, every process would compile all of it anew.
INSTALL := .venv/bin/uv pip install --quiet --compile-bytecode --require-hashes --python
SOURCES := engagement surveys manage.py gunicorn.conf.py scripts benchmarks

.PHONY: help
help: ## Say what can be made
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | while IFS='	' read -r name text; do \
		printf 'make %-8s %s\n' "$$name" "$$text"; done

# Installing and building: each step leaves a mark, and runs again when what it was made from changes.

# An environment whose Python has gone is made anew.
USABLE := $(shell $(PY) -c '' 2>/dev/null && echo yes)
.PHONY: again
$(DONE)/environment: requirements/uv.txt scripts/environment.sh $(if $(USABLE),,again)
	@scripts/environment.sh
	@mkdir -p $(DONE) && touch $@

$(DONE)/runtime: $(DONE)/environment requirements/runtime.txt
	@echo "Installing the locked packages"
	@$(INSTALL) .venv -r requirements/runtime.txt
	@touch $@

$(DONE)/dev: $(DONE)/environment requirements/dev.txt
	@echo "Installing the locked packages for development"
	@$(INSTALL) .venv -r requirements/dev.txt
	@touch $@

$(DONE)/node: $(DONE)/environment requirements/node.txt scripts/node.sh
	@scripts/node.sh
	@touch $@

# What is compared with has an environment of its own: its versions need not fit ours.
.venv-bench/done: $(DONE)/environment requirements/bench.txt
	@echo "Installing the locked packages that the benchmarks compare with"
	@.venv/bin/uv venv --quiet --clear --python $(PY) .venv-bench
	@$(INSTALL) .venv-bench -r requirements/bench.txt
	@touch $@

node_modules/done: $(DONE)/node package.json package-lock.json
	@echo "Installing the locked packages of the pages"
	@npm ci --no-audit --no-fund --loglevel=error
	@touch $@

build/assets: node_modules/done scripts/build_assets.mjs $(shell find static -type f 2>/dev/null)
	@echo "Building styles and scripts"
	@npm run --silent build
	@touch $@

build/collected/done: build/assets $(DONE)/runtime $(wildcard surveys/questionnaires/library/pictures/*)
	@echo "Collecting the assets"
	@$(PY) manage.py collectstatic --noinput --clear --verbosity 0
	@touch $@

build/locale/done: $(DONE)/runtime scripts/compile_translations.py $(shell find locale -name '*.po')
	@$(PY) -m scripts.compile_translations
	@touch $@

.PHONY: install
install: $(DONE)/runtime build/collected/done build/locale/done ## Install and build what serving needs, and start nothing

.PHONY: run
run: install ## Serve the site with its worker and beat (PORT, HOST)
	@$(PY) -m engagement.serve --check
	@echo "Preparing the database"
	@$(PY) manage.py migrate --verbosity 0
	@$(PY) manage.py demonstration
	@exec $(PY) -m engagement.serve

.PHONY: test
test: $(DONE)/dev build/collected/done build/locale/done ## Run every test, on SQLite and on PostgreSQL with Redis
	@$(PY) scripts/test.py

.PHONY: texts
texts: $(DONE)/dev ## Bring locale/ to the texts of the pages, and name those without Welsh
	@$(PY) -m scripts.interface_texts

.PHONY: reading
reading: $(DONE)/dev ## Say how old a reader has to be, and name the hardest sentences
	@$(PY) -m scripts.reading_age

# djlint checks the templates but does not lay them out: white space can be seen on a page.
.PHONY: lint
lint: $(DONE)/dev ## Check style, types, templates, migrations and layers
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy $(SOURCES)
	$(PY) -m djlint --quiet --lint templates
	$(PY) manage.py makemigrations --check --dry-run
	$(PY) -m pytest -q tests/test_architecture.py

.PHONY: bench
bench: $(DONE)/dev build/collected/done build/locale/done .venv-bench/done ## Measure what the project promises about speed
	@$(PY) -m benchmarks

# Every version is for any platform and Python 3.11 or later, with hashes and without addresses.
COMPILE := .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--annotation-style line --no-header --no-emit-index-url --no-emit-find-links

.PHONY: lock
lock: $(DONE)/environment ## Lock the newest versions that requirements/*.in and package.json allow
	$(COMPILE) --upgrade requirements/runtime.in -o requirements/runtime.txt
	$(COMPILE) --upgrade requirements/dev.in -o requirements/dev.txt
	$(COMPILE) --upgrade requirements/node.in -o requirements/node.txt
	$(COMPILE) --upgrade requirements/bench.in -o requirements/bench.txt
	@$(MAKE) $(DONE)/node
	npm install --package-lock-only --no-audit --no-fund

.PHONY: clean
clean: ## Remove what was installed and built; var/ (answers and secrets) stays
	rm -rf .venv .venv-bench node_modules build .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
