# Caveat's commands: `make` alone lists them.

# Set on make's command line; the environment is not asked, because HOST means other things there.
HOST := 127.0.0.1
PORT := 8000
PYTHON :=
TESTS := tests
ARGS :=

UV_VERSION := 0.13.9
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
INSTALL := $(PIP) install --quiet --require-hashes

# Steps of .venv that are done. The first holds the folder it was made in, because an environment cannot be moved.
MADE_RUN := .venv/.made-run
MADE_PROJECT := .venv/.made-project
MADE_TEST := .venv/.made-test
MADE_RELOADED := .venv-reloaded/.made
# Stands while pip works; found later, it says that an installation was cut short.
UNFINISHED := .venv/.unfinished

# An environment that is half finished, was moved here or has lost its Python is made anew from nothing.
USABLE := $(shell [ ! -e $(UNFINISHED) ] && [ -x $(BIN)/python ] && [ "$$(cat $(MADE_RUN) 2>&1)" = "$(CURDIR)" ] && echo yes)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
# pip cannot install twice into one environment at a time.
.NOTPARALLEL:
.PHONY: help run test test-reloaded venv check crash bench bench-load clean lock ANEW

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo '  make run HOST=0.0.0.0 PORT=8080      another address'
	@echo '  make test TESTS=tests/kb ARGS=-x     some of the tests, and what pytest is told'
	@echo '  make run PYTHON=/opt/bin/python3.12  another Python'

run: venv ## set up everything, load the article, build the index, serve it in the browser
	@$(BIN)/kb init --demo
	@exec $(BIN)/kb serve --host $(HOST) --port $(PORT)

test: $(MADE_PROJECT) $(MADE_TEST) ## set up everything, run all tests that this machine can run
	@$(BIN)/python -m pytest $(TESTS) $(ARGS)

test-reloaded: $(MADE_PROJECT) $(MADE_TEST) $(MADE_RELOADED) ## run the tests of the search on whoosh-reloaded instead of whoosh3
	@.venv-reloaded/bin/python -c 'import sys, whoosh; print("Whoosh is", whoosh.__file__); sys.exit("reloaded" not in whoosh.__file__)'
	@.venv-reloaded/bin/python -m pytest tests/indexer tests/web/test_search_page.py $(ARGS)

venv: $(MADE_PROJECT) ## the environment in .venv, with the kb command in it
	@:

check: $(MADE_PROJECT) $(MADE_TEST) ## lint, types and the order of imports
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest --quiet tests/test_architecture.py

crash: $(MADE_PROJECT) ## kill its processes a hundred times at random moments, and see that nothing saved was lost
	@$(BIN)/python -m tests.crash $(ARGS)

bench: $(MADE_PROJECT) $(MADE_TEST) ## the search beside plain Whoosh, SQLite FTS5 and Tantivy, and how long pages take
	@$(BIN)/python tests/benchmarks/second_start.py
	@$(BIN)/python tests/benchmarks/answer_times.py
	@mkdir -p build
	@$(BIN)/python tests/benchmarks/engines.py --json build/engines.json --plot build/engines.svg $(ARGS)

bench-load: $(MADE_PROJECT) ## how many searches and edits two workers bear; takes a quarter of an hour
	@$(BIN)/python tests/benchmarks/searches_and_writes.py
	@$(BIN)/python tests/benchmarks/under_load.py $(ARGS)

clean: ## remove the environment and caches; your data in instance/ stays
	rm -rf .venv .venv-reloaded .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@if [ -d instance ]; then echo 'instance/ holds your data and was left alone; delete it yourself to start afresh.'; fi

# Keeps today's versions where they still fit; `make lock UPGRADE=1` takes the newest. uv resolves for every supported
# Python and system at once and stays out of .venv.
LOCK := build/uv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
	--no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock' $(if $(UPGRADE),--upgrade)

lock: $(MADE_PROJECT) ## write requirements/*.txt anew from pyproject.toml and requirements/*.in
	@[ -x build/uv/bin/uv ] || $(BIN)/python -m venv build/uv
	@build/uv/bin/python -m pip --disable-pip-version-check install --quiet uv==$(UV_VERSION)
	$(LOCK) pyproject.toml --output-file requirements/run.txt
	$(LOCK) requirements/build.in --constraints requirements/run.txt --output-file requirements/build.txt
	$(LOCK) requirements/reloaded.in --constraints requirements/run.txt --output-file requirements/reloaded.txt
	$(LOCK) requirements/test.in --constraints requirements/run.txt --constraints requirements/build.txt \
		--output-file requirements/test.txt

$(MADE_RUN): requirements/run.txt requirements/build.txt requirements/find-python.sh $(if $(USABLE),,ANEW)
	@python=$$(sh requirements/find-python.sh $(PYTHON)) && rm -rf .venv && \
		echo "Making .venv with $$python ..." && "$$python" -m venv .venv
	@touch $(UNFINISHED)
	@echo 'Installing what Caveat needs to run ...'
	@$(INSTALL) -r requirements/run.txt -r requirements/build.txt
	@rm $(UNFINISHED)
	@printf '%s' '$(CURDIR)' > $@

$(MADE_PROJECT): $(MADE_RUN) pyproject.toml
	@touch $(UNFINISHED)
	@$(PIP) install --quiet --no-deps --no-build-isolation --no-index --editable .
	@rm $(UNFINISHED)
	@touch $@

# An environment that holds the other Whoosh alone and sees everything else in .venv, behind it.
$(MADE_RELOADED): $(MADE_RUN) $(MADE_TEST) requirements/reloaded.txt
	@rm -rf .venv-reloaded && $(BIN)/python -m venv .venv-reloaded
	@.venv-reloaded/bin/python -m pip --disable-pip-version-check install --quiet --require-hashes -r requirements/reloaded.txt
	@$(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))' > \
		"$$(.venv-reloaded/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/behind.pth"
	@touch $@

$(MADE_TEST): $(MADE_RUN) requirements/test.txt
	@touch $(UNFINISHED)
	@echo 'Installing what the tests need ...'
	@$(INSTALL) -r requirements/test.txt
	@rm $(UNFINISHED)
	@touch $@
