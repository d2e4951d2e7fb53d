# Everything that a person or CI does with this project. `make` alone lists the targets.
#
# PYTHON=python3.12   the Python that the virtualenv is made with (3.10 or later)
# VENV=.venv-3.12     another virtualenv than .venv, to work with several Pythons
# ARGS='-k starttls'  arguments for pytest (test), the demo or the benchmark
# WORKERS=2           how many tests run at once; 0: one after the other in pytest's own process, as --pdb needs it
#
# Works with GNU make 3.81, which macOS has, and without a terminal.

PYTHON = python3
VENV = .venv
ARGS =
# Some tests wait for servers, most for the processor: a few more of them run at once than there are cores.
WORKERS = $(shell echo $$(($$(getconf _NPROCESSORS_ONLN) + 2)))

BIN = $(VENV)/bin
READY = $(VENV)/.ready
# The version of uv that wrote the lock file.
UV = uv==0.13.9
# Where tests are bound to one worker, xdist_group says it of them, with the reason.
PYTEST = $(BIN)/pytest --numprocesses $(WORKERS) --dist loadgroup
# Folders of Python that are there; the modules of some find each other by the folder that they are run from.
TYPED = $(wildcard pulumi_smtp_collab tests/mailservers tests/fake_harness tests/pulumi_stack tests/diagnosis_cases)
SCRIPTS = $(wildcard engine demo tools bench)

# Nothing of Pulumi's is read from or written to the user's home folder.
export PULUMI_HOME := $(CURDIR)/.pulumi-home
export PULUMI_SKIP_UPDATE_CHECK := true
export PIP_DISABLE_PIP_VERSION_CHECK := 1

define CHECK_PYTHON
	@command -v $(PYTHON) >/dev/null || { \
	  echo "There is no $(PYTHON); name a Python 3.10 or later: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || { \
	  echo "$(PYTHON) is `$(PYTHON) -V 2>&1`, and 3.10 or later is needed: make PYTHON=python3.12" >&2; exit 1; }
endef

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help engine clean-engine demo demo-harness test test-without-engine check format generate docs bench bench-connectivity bench-life-cycle bench-front-ends sdks plugin wheel release install lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-21s %s\n", $$1, $$2 }' Makefile

engine: ## find a Pulumi engine, or get one (PATH, official installer, Go build), and say which
	$(CHECK_PYTHON)
	@$(PYTHON) engine/engine.py

clean-engine: ## remove the engine that was fetched or built into the user's cache folder
	$(CHECK_PYTHON)
	@$(PYTHON) engine/engine.py --clean

demo: install engine ## see it work: a mail server, `pulumi up`, a refused password, `pulumi destroy`
	@PYTHONPATH=tests $(BIN)/python demo/demo.py $(ARGS)

demo-harness: install engine ## the same in Harness, on a stand-in: no account is needed
	@PYTHONPATH=tests $(BIN)/python demo/harness.py $(ARGS)

test: install engine ## all tests, against the installed wheel
	$(PYTEST) $(ARGS)

test-without-engine: install ## the tests that run no Pulumi
	$(PYTEST) -m "not engine" $(ARGS)

check: $(READY) ## lint, format, types; schema and docs regenerated without difference
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy $(TYPED)
	@set -e; for folder in $(SCRIPTS); do \
	  echo "$(BIN)/mypy $$folder"; MYPYPATH=tests:$$folder $(BIN)/mypy $$folder; \
	done
	$(BIN)/python tools/generate.py --check
	PYTHONPATH=. $(BIN)/python tools/diagnosis_page.py --check

format: $(READY) ## rewrite the sources as the formatter and the linter want them
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

generate: $(READY) ## write what follows from the model: schema.json, arguments, tables of the docs
	$(BIN)/python tools/generate.py

docs: generate ## the same, and docs/diagnoses.md, whose examples are made by running the test against scripted servers
	PYTHONPATH=. $(BIN)/python tools/diagnosis_page.py

bench: bench-connectivity bench-life-cycle bench-front-ends ## measure, and print the tables of docs/performance.md

bench-connectivity: install ## the connectivity test beside other clients
	PYTHONPATH=tests $(BIN)/python bench/run.py $(ARGS)

bench-life-cycle: install engine ## providers in a stack beside resources that do nothing
	PYTHONPATH=tests $(BIN)/python bench/life_cycle.py $(ARGS)

bench-front-ends: install engine plugin ## the front ends beside each other, and beside pulumi-command with swaks if both are on PATH
	PYTHONPATH=tests $(BIN)/python bench/front_ends.py $(ARGS)

sdks: ## make the SDKs for TypeScript, Go, .NET and Python of schema.json into the folder sdks (needs Go)
	@command -v go >/dev/null || { echo "There is no go on PATH: https://go.dev/dl" >&2; exit 1; }
	@go version | awk '{ split(substr($$3, 3), part, "."); exit part[2] < 21 }' || { \
	  echo "`go version`: Go 1.21 or later is needed, it fetches what else it needs: https://go.dev/dl" >&2; exit 1; }
	@cd tools/sdks && GOWORK=off CGO_ENABLED=0 go run -buildvcs=false . ../../schema.json ../../sdks
	@echo "sdks/nodejs, sdks/go, sdks/dotnet, sdks/python"

plugin: $(READY) ## build the native plugin, a program that needs no Python, as an archive into dist
	@$(BIN)/python tools/plugin_archive.py dist

wheel: $(READY) ## build the wheel into dist
	@rm -f dist/*.whl
	@$(BIN)/python -m build --wheel --no-isolation --outdir dist . >.wheel.log 2>&1 || { cat .wheel.log >&2; rm -f .wheel.log; exit 1; }
	@rm -f .wheel.log
	@ls dist/*.whl

release: $(READY) ## build what a release holds into dist and sdks; refused while the package has no public home
	@$(BIN)/python tools/release_check.py
	@$(MAKE) wheel plugin sdks

install: wheel
	@$(BIN)/python -m pip install --quiet --no-deps --force-reinstall dist/*.whl

# The virtualenv: made once, and again filled when the lock file changes.
$(READY): requirements/dev.txt
	$(CHECK_PYTHON)
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "$(PYTHON) lacks its venv module; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@echo "Making $(VENV) with `$(PYTHON) -V 2>&1` from requirements/dev.txt"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements/dev.txt
	@touch $(READY)

lock: ## resolve requirements/dev.txt anew, for Python 3.10 to 3.13 and every platform
	@test -x .venv-lock/bin/uv || { $(PYTHON) -m venv .venv-lock && .venv-lock/bin/pip install --quiet $(UV); }
	.venv-lock/bin/uv pip compile --quiet --universal --upgrade --python-version 3.10 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock' \
	  --group dev --extra cli pyproject.toml --output-file requirements/dev.txt

clean: ## remove what was made in the project's folder, virtualenvs included (not the engine)
	rm -rf .venv .venv-* dist build sdks .pulumi-home .scratch .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
