# The two commands that matter: `make run` and `make test`. `make help` lists all.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: run test check bench faults help assets lock migration format pictures

PYTHON := .venv/bin/python
COVERAGE ?= 95
TEST_WORKERS ?= 2

run: ## Start the desk: set-up, queue, worker, schedule and web, in the foreground
	@tools/setup.sh run && exec $(PYTHON) -m tools.run

test: ## Run every test: SQLite, PostgreSQL, real queue, real browser
	@tools/setup.sh dev && tools/browser.sh && exec $(PYTHON) -m pytest -n $(TEST_WORKERS) \
	  --cov --cov-report=term --cov-fail-under=$(COVERAGE)

check: ## Format, lint, types, import contracts, templates, translations, unused code
	@tools/setup.sh dev && exec tools/check.sh

bench: ## Run the benchmarks and print them as a table
	@tools/setup.sh dev && exec $(PYTHON) -m benchmarks

faults: ## The load-and-fault campaign (comes later)
	@echo "The load-and-fault campaign comes later: it is not part of this release."

format: ## Rewrite the code in its one format
	@tools/setup.sh dev && $(PYTHON) -m ruff check --fix-only --quiet . ; $(PYTHON) -m ruff format .

assets: ## Rebuild style sheets, scripts, fonts and icons (needs Node.js)
	@npm ci && npm run build

lock: ## Compile the .in files to hashed locks
	@tools/setup.sh dev
	@.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --no-header --generate-hashes requirements.in -o requirements.txt
	@.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --no-header --generate-hashes -c requirements.txt requirements-dev.in -o requirements-dev.txt

pictures: ## Take the pictures of the README from the running product
	@tools/setup.sh dev && tools/browser.sh >/dev/null && exec $(PYTHON) -m tests.pictures

migration: ## Write a migration from the models: make migration MESSAGE="what changes"
	@tools/setup.sh dev && .venv/bin/flask --app wsgi db migrate -m "$(MESSAGE)"

help: ## One line a target
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 12
