# Tacit's chores. `make` alone lists them. Works with GNU make 3.81 (macOS) and newer.

VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
FOLDERS := app core exports store widgets
# The folders as they are imported; compileall itself follows no links. Where Python keeps no byte code, every one
# of the thousand commands that the tests start would compile the program anew.
IMPORTED := src/tacit $(addprefix src/tacit/,$(FOLDERS))
COMPILE = $(PY) -m compileall -q -j 0 $(IMPORTED)
CHECKED := $(FOLDERS) src/tacit tests benchmarks screenshots
# The first Python that is new enough; `make run PYTHON=/path/to/python` overrides it.
PYTHON := $(shell for each in python3 python3.13 python3.12 python3.11; do \
	$$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$each; break; }; done)
# Twice as many as there are processors: a test that waits for another process leaves its own free.
WORKERS := $(shell expr $$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2) \* 2)
PIP := $(PY) -m pip --quiet --disable-pip-version-check
RUN_STAMP := $(VENV)/.installed
DEV_STAMP := $(VENV)/.installed-dev

.DEFAULT_GOAL := help
.PHONY: help run test coverage check format audit bench torture screenshots golden dist clean

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(RUN_STAMP) ## import the transcripts found here (or take the demo store), build a model, open the inspector
	@$(COMPILE)
	@code=0; $(BIN)/memory import || code=$$?; \
	if [ $$code -gt 1 ]; then exit $$code; fi; \
	$(BIN)/memory models build --if-none || echo "Searches go by words alone for now."; \
	demo=; \
	if [ -z "$$($(BIN)/memory sessions --limit 1 --format jsonl 2>/dev/null)" ]; then \
		echo "No sessions of yours yet: this is the demo store."; demo=--demo; \
	fi; \
	if [ -t 0 ] && [ -t 1 ]; then exec $(BIN)/memory $$demo; else exec $(BIN)/memory $$demo stats; fi

test: $(DEV_STAMP) ## run every test, on all processors
	@$(COMPILE)
	@$(PY) -m pytest --numprocesses=$(WORKERS) --dist=loadfile $(ARGS)

coverage: $(DEV_STAMP) ## run every test and print what of the code none of them reaches; takes twice as long
	@$(PY) -m pytest --numprocesses=$(WORKERS) --dist=loadfile --cov --cov-report=term $(ARGS)

check: $(DEV_STAMP) ## format, lint, strict types, import contracts, dependency audit
	@echo "format";    $(BIN)/ruff format --quiet --check $(wildcard $(CHECKED))
	@echo "lint";      $(BIN)/ruff check --quiet $(wildcard $(CHECKED))
	@echo "types";     $(BIN)/mypy --no-error-summary && $(BIN)/mypy --no-error-summary benchmarks
	@echo "contracts"; $(BIN)/lint-imports --no-logo >/dev/null || { $(BIN)/lint-imports --no-logo; exit 1; }
	@$(MAKE) --no-print-directory audit

format: $(DEV_STAMP) ## put the code into its one format
	@$(BIN)/ruff check --quiet --fix $(wildcard $(CHECKED)) || true
	@$(BIN)/ruff format $(wildcard $(CHECKED))

audit: $(DEV_STAMP) ## known weaknesses of the pinned dependencies, where the network allows
	@echo "audit"; \
	report=$$($(BIN)/pip-audit --disable-pip --no-deps --progress-spinner off -r constraints.txt 2>&1) || \
	case "$$report" in \
		*requests.exceptions.*|*ConnectionError*) echo "note: no audit, the advisory service cannot be reached" ;; \
		*) echo "$$report"; exit 1 ;; \
	esac

bench: $(DEV_STAMP) ## measure against baselines taken in the same run (see docs/benchmarks.md)
	@$(COMPILE)
	@$(PY) -m benchmarks.run $(ARGS)

torture: $(DEV_STAMP) ## many processes on one store, killed and stopped at random (SECONDS=60 SEED=N)
	@$(COMPILE)
	@$(PY) tests/torture/run.py --seconds $(or $(SECONDS),60) $(if $(SEED),--seed $(SEED))
	@$(PY) tests/torture/doors.py --seconds $(or $(SECONDS),60) $(if $(SEED),--seed $(SEED))

screenshots: $(DEV_STAMP) ## draw the pictures anew from the demo store
	@$(PY) -m screenshots.draw

golden: $(DEV_STAMP) ## write the snapshots and the golden export anew; read the diff before committing
	@$(PY) tests/exports/make_golden.py
	@$(PY) -m pytest -q --snapshot-update tests/app $(ARGS)

dist: $(DEV_STAMP) ## build the source distribution and, from it, the wheel
	@$(PY) -m build --no-isolation --outdir dist

clean: ## remove the environment and everything else that can be made again
	rm -rf $(VENV) .bench dist build .coverage .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find $(FOLDERS) src tests benchmarks screenshots -name __pycache__ -type d -prune -exec rm -rf {} +

$(PY):
	@if [ -z "$(PYTHON)" ]; then \
		echo "Tacit needs Python 3.11 or newer; python3 here is $$(python3 -V 2>&1 || echo missing)." >&2; \
		echo "Install one, or name it: make run PYTHON=/path/to/python3.12" >&2; exit 1; \
	fi
	@echo "Making $(VENV) with $$($(PYTHON) -V)"
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "Could not make $(VENV); on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }

# The build backend comes first, pinned, so that nothing is fetched behind pip's own isolation.
$(RUN_STAMP): pyproject.toml constraints.txt | $(PY)
	@echo "Installing Tacit, versions pinned by constraints.txt"
	@$(PIP) install -c constraints.txt hatchling editables
	@$(PIP) install -c constraints.txt --no-build-isolation --editable '.[models]'
	@touch $@

$(DEV_STAMP): $(RUN_STAMP)
	@echo "Installing what the checks and tests need"
	@$(PIP) install -c constraints.txt --no-build-isolation --editable '.[models,dev]'
	@touch $@
