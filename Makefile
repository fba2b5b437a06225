# Everything a person or CI runs. `make` alone lists it. Needs Python >= 3.11 with venv, git and make; nothing else by hand.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1

BIN := .venv/bin
STEP := tools/step.sh
PORT ?= 8000
# two workers on two cores; PYTEST_WORKERS=0 runs in one process, for debuggers
PYTEST_WORKERS ?= 2
FAST := not browser and not soak

.PHONY: help
help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-13s %s\n", $$1, $$2 }'

# --- environment ----------------------------------------------------------------------------------------------------

.PHONY: tools-present
tools-present:
	@command -v git >/dev/null || { echo "Thiếu git · git is missing: apt-get install git" >&2; exit 1; }
	@tools/python.sh >/dev/null

.venv/pyvenv.cfg:
	@$(STEP) "Môi trường Python · Python environment" "$$(tools/python.sh)" -m venv .venv

# the editable install comes last: what it needs is in the lock, so it fetches nothing
.venv/.base: requirements/base.txt pyproject.toml .venv/pyvenv.cfg
	@$(STEP) "Thư viện · libraries" $(BIN)/pip install -q --require-hashes -r requirements/base.txt
	@$(STEP) "Gói tamdao · the package" $(BIN)/pip install -q --no-build-isolation --no-deps --no-index -e .
	@touch $@

.venv/.dev: requirements/dev.txt .venv/.base
	@$(STEP) "Thư viện kiểm thử · test libraries" $(BIN)/pip install -q --require-hashes -r requirements/dev.txt
	@touch $@

.PHONY: frontend
frontend: .venv/.base
	@$(STEP) "Giao diện · front end" $(BIN)/python tools/assets.py

.PHONY: words
words: .venv/.base
	@$(STEP) "Bản dịch · translations" $(BIN)/python -c "from tamdao.config.commands.assets import compile_words as c; c()"

.PHONY: setup
setup: tools-present .venv/.base frontend words ## build .venv (tamdao at .venv/bin/tamdao) and the assets
	@echo "Xong · done: $(BIN)/tamdao --help"

.PHONY: setup-dev
setup-dev: tools-present .venv/.dev frontend words

# --- run ------------------------------------------------------------------------------------------------------------

.PHONY: demo
demo: tools-present .venv/.base frontend ## prepare the demo instance in $TAMDAO_HOME (./var) and serve it
	@$(BIN)/tamdao demo --port $(PORT)

.PHONY: run
run: setup ## serve the instance in $TAMDAO_HOME (./var)
	@$(BIN)/tamdao migrate
	@$(BIN)/tamdao assets
	@$(BIN)/tamdao serve --port $(PORT)

# --- check ----------------------------------------------------------------------------------------------------------

.PHONY: fix
fix: .venv/.dev ## format and mend what can be mended
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

.PHONY: check
check: setup-dev ## format, lint, types, import contracts
	@$(STEP) "ruff format" $(BIN)/ruff format --check .
	@$(STEP) "ruff check" $(BIN)/ruff check .
	@$(STEP) "mypy" $(BIN)/mypy
	@$(STEP) "import-linter" $(BIN)/lint-imports

.PHONY: check-security
check-security: setup-dev ## unsafe calls in our code, known faults of the locked libraries
	@$(BIN)/python tools/check_security.py

.PHONY: test
test: check check-security test-python test-postgres test-frontend test-browser ## everything CI runs

.PHONY: test-python
test-python: setup-dev ## unit, integration, property and meta tests on SQLite, with the coverage ratchet
	@rm -f .coverage .coverage.*
	@$(BIN)/coverage run -m pytest -q -n $(PYTEST_WORKERS) --dist loadfile --no-loadscope-reorder -m "$(FAST)" tests
	@$(BIN)/coverage combine -q
	@$(BIN)/python tools/ratchet.py

.PHONY: test-postgres
test-postgres: setup-dev ## the database tests on a PostgreSQL that the tests start themselves
	@TAMDAO_TEST_DATABASE=postgres $(BIN)/pytest -q -n $(PYTEST_WORKERS) --dist loadfile --no-loadscope-reorder -m "$(FAST)" tests/integration tests/meta/test_migrations.py

.PHONY: test-frontend
test-frontend: setup-dev ## types and unit tests of the front end
	@$(BIN)/python tools/assets.py test

.PHONY: test-browser
test-browser: setup-dev ## stories in a real browser against a real instance
	@tools/chromium.sh >/dev/null
	@$(BIN)/pytest -q -m browser tests/browser

.PHONY: test-soak
test-soak: setup-dev ## full counts of the property tests; result goes to docs/measured
	@tools/soak.sh

.PHONY: bench
bench: setup-dev ## measure the pages of a fresh demo instance (bench/)
	@tools/bench.sh

# --- what is generated and committed --------------------------------------------------------------------------------

.PHONY: docs
docs: .venv/.base ## write what is generated: OpenAPI document, permissions, schemas of packs
	@$(BIN)/python tools/openapi.py
	@$(BIN)/python tools/permissions.py
	@$(BIN)/tamdao pack schema --write
	@$(BIN)/python tools/asvs.py

.PHONY: lock
lock: ## pin and hash requirements/*.in anew, in a throw-away environment
	@tools/lock.sh

.PHONY: clean
clean: ## remove what was built; the instance in ./var stays
	rm -rf .venv .make .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage .coverage.*
	rm -rf frontend/node_modules src/tamdao/kit/static/kit/build
	find src -name '*.mo' -delete
