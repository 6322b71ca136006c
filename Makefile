# Two commands are all that most people need: `make serve` and `make test`.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PORT ?= 8000

.PHONY: help serve test test-full lint types unit wheel browser chromium lock bench clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

serve: $(VENV)/.run ## create the environment, build the bundled data, serve on http://127.0.0.1:8000
	$(BIN)/hubgraph serve --port $(PORT)

test: $(VENV)/.dev chromium lint types unit wheel ## lint, types, tests, browser tests and the wheel check

test-full: $(VENV)/.dev chromium lint types wheel ## everything in `test`, and the slow tests on England-wide data
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "slow or not slow" --timeout 1800

$(VENV)/.run: requirements/run.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e ".[fast,match]"
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

chromium: ## install Debian's Chromium for the browser tests where apt-get may be used
	@sh scripts/install_chromium.sh

lint: $(VENV)/.dev
	$(BIN)/validate-pyproject pyproject.toml
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/turtlefmt --check ontology shapes
	$(BIN)/lint-imports

types: $(VENV)/.dev
	$(BIN)/mypy

unit: $(VENV)/.dev
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not slow"

wheel: $(VENV)/.dev ## build the wheel, install it in a clean environment and run it from an empty folder
	$(BIN)/python scripts/check_wheel.py

lock: $(VENV)/.dev ## write the lock files again (hashes, no index addresses)
	sh scripts/lock.sh

bench: $(VENV)/.dev ## the benchmarks that need ../shared/data/england; results land in benchmarks/results
	$(BIN)/python benchmarks/load_england.py
	$(BIN)/python benchmarks/serve_england.py
	$(BIN)/python benchmarks/questions.py
	$(BIN)/python benchmarks/map_governance.py

clean:
	rm -rf $(VENV) build dist
