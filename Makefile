# Every recipe creates what it needs: `make demo` or `make test` may be the first and only command.
PYTHON ?= python3
BIN := .venv/bin
APP := .venv/.app
DEV := .venv/.dev
PEERS := benchmarks/.peers/.installed
# Two a core: half of the time a test waits for a server, a disk or a process.
WORKERS := $(shell expr 2 '*' $$(getconf _NPROCESSORS_ONLN))

.DEFAULT_GOAL := help
.PHONY: help demo test portable coverage acceptance lint fmt types imports snap-accept screenshots keys compiled bench bench-ferry bench-peers wheel clean

help:
	@echo "make demo          a live simulated tree and a throw-away store: everything in ten seconds"
	@echo "make test          the test suite"
	@echo "make portable      contracts and acceptance stories without what only Linux has"
	@echo "make coverage      how much of core and storage their own tests reach, branches too"
	@echo "make acceptance    what takes minutes: repeatable archives at size, other S3 servers, SLURM"
	@echo "make lint          ruff, pyright strict, import-linter, the size of use cases"
	@echo "make fmt           format the code"
	@echo "make snap-accept   accept changed snapshots, after looking at snapshot_report.html"
	@echo "make screenshots   remake the pictures of the README from the real app, and docs/keys.md"
	@echo "make keys          remake docs/keys.md alone"
	@echo "make bench         ratios against peers, in the same run"
	@echo "make bench-peers   install what uploads are compared with, into benchmarks/.peers"
	@echo "make bench-ferry   compare uploads and write benchmarks/RESULTS.md; a quarter of an hour"
	@echo "make wheel         build dist/*.whl"

$(BIN)/python:
	$(PYTHON) -m venv .venv

$(APP): pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing RunFerry into .venv; once, about half a minute."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(DEV): pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing RunFerry and its tools into .venv; once, about a minute."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"
	@touch $@ $(APP)

demo: $(APP)
	@$(BIN)/runferry demo

# Where Python is told to keep no bytecode, each worker would make that of all tests anew.
test portable coverage acceptance: export PYTHONDONTWRITEBYTECODE :=

test: compiled
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

portable: compiled
	$(BIN)/python -m tests.portable

# By their own tests alone: what only the app or a child process reaches does not count.
coverage: $(DEV)
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal tests/contracts tests/core tests/storage --cov=core --cov=storage

# A server that cannot be installed here is left out: its tests say so.
.servers/%/.installed: tests/servers/requirements-%.txt | $(BIN)/python
	@echo "Installing $* into .servers; once, about half a minute."
	-@$(BIN)/python -m venv .servers/$*
	-@.servers/$*/bin/python -m pip install --quiet --disable-pip-version-check -r $< && touch $@

# Daemons of the system: only who is root here, as in a container, gets them unasked.
.servers/slurm/.installed:
	-@command -v slurmctld > /dev/null || { [ "$$(id -u)" = 0 ] && DEBIAN_FRONTEND=noninteractive \
		sh -c 'apt-get -qq update && apt-get -qq install --no-install-recommends slurm-wlm munge'; } \
		&& mkdir -p $(@D) && touch $@

.servers/chromium/.installed:
	-@command -v chromium > /dev/null || { [ "$$(id -u)" = 0 ] && DEBIAN_FRONTEND=noninteractive \
		sh -c 'apt-get -qq update && apt-get -qq install --no-install-recommends chromium'; } \
		&& mkdir -p $(@D) && touch $@

acceptance: $(DEV) .servers/slurm/.installed .servers/chromium/.installed .servers/swift/.installed .servers/localstack/.installed
	$(BIN)/python -m pytest -m acceptance -rs tests/heavy tests/acceptance
	$(BIN)/python -m tests.portable

lint: $(DEV)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/python -m tests.use_cases
	$(BIN)/pyright

fmt: $(DEV)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

snap-accept: $(DEV)
	$(BIN)/python -m pytest tests/tui/test_snapshots.py --snapshot-update

screenshots: $(DEV)
	$(BIN)/python -m screenshots

keys: $(DEV)
	$(BIN)/python -m screenshots keys

# An installed program is compiled, and so are its peers; tests begin it some hundred times.
compiled: $(DEV)
	@$(BIN)/python -m compileall -q core runferry_app storage tui

bench: compiled
	$(BIN)/python -m benchmarks

bench-ferry: compiled
	@mkdir -p benchmarks/.build
	$(BIN)/python -m benchmarks.ferry > benchmarks/.build/RESULTS.md
	@mv benchmarks/.build/RESULTS.md benchmarks/RESULTS.md

bench-peers: $(PEERS)

$(PEERS): benchmarks/peers.txt
	$(PYTHON) -m venv benchmarks/.peers
	benchmarks/.peers/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

wheel: $(DEV)
	$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

clean:
	rm -rf .venv .servers dist build
