# make run    set everything up and start        make test   set everything up and pass all tests
# make quick  quick tests, no model, no browser  make check  lint and types
# make fix    format and mend what can be mended
# make web    build the page's bundle            make model  fetch the embedded model, or mend it
# make lock   pin anew what requirements*.txt need; with ARGS=--upgrade at the newest versions
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
MODEL := assets/model/base/manifest.json
# Tests run in two processes, a file at a time: each has one model, one browser and one program for
# all its files, and one thread for torch: threads of two processes that wait for one another are most of the time on two cores. What
# pytest makes of the test files is kept, whatever the environment says of bytecode: to make it takes six seconds in each process.
PYTEST := OMP_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n 2 --dist loadfile
WEB := assets/web
# Wheels only: a package that is built here would bring what no lock names.
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary :all:
# What is in a lock and nothing else, and only files with its hashes.
LOCKED := $(PIP) --no-deps --require-hashes

.PHONY: run test quick check fix web model lock chromium bundle
.DELETE_ON_ERROR:

run: $(VENV)/run.stamp $(VENV)/lock.stamp $(MODEL)
	$(BIN)/python app.py $(ARGS)

$(VENV)/run.stamp: requirements.lock requirements-torch.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Palimpsest needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12 run")'
	@# Debian's Python without python3-venv leaves a folder without pip behind: begin anew.
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV) || \
	  { echo "Python's venv does not work here; on Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@echo "installing requirements.lock into $(VENV) (minutes, the first time)"
	$(LOCKED) -r requirements.lock
	@# Last, so that it finds what it shares with others there; its own builds differ from machine to machine.
	$(PIP) torch -c requirements-torch.lock
	@touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp requirements-dev.lock
	$(LOCKED) -r requirements-dev.lock
	@touch $@

# Who edits requirements*.txt and forgets the locks is told.
$(VENV)/lock.stamp: $(VENV)/run.stamp $(wildcard requirements*.txt requirements*.lock)
	@$(BIN)/python -m tests.supply.lock --check
	@touch $@

# The licences are read from what is installed.
lock: $(VENV)/dev.stamp
	$(BIN)/python -m tests.supply.lock $(ARGS)
	@$(MAKE) --no-print-directory $(VENV)/dev.stamp
	$(BIN)/python -m tests.supply.licences

# Made once; the program checks it at every start.
$(MODEL): | $(VENV)/run.stamp
	$(BIN)/python -m engine.models.embedded.fetch

model: $(VENV)/run.stamp
	$(BIN)/python -m engine.models.embedded.fetch

# pytest comes last: its closing lines are the result. The browser's tests come first: the short files behind them fill the end evenly.
test: check bundle chromium $(MODEL)
	$(PYTEST) --no-loadscope-reorder tests/e2e tests

quick: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(PYTEST) --ignore=tests/e2e --hypothesis-profile=quick -m "not model and not browser and not slow"

check: $(VENV)/dev.stamp $(VENV)/lock.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	@$(MAKE) --no-print-directory page-check

fix: $(VENV)/dev.stamp
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	@$(MAKE) --no-print-directory page-format

# Debian's Chromium where apt may install it, Playwright's own elsewhere: its shell without windows, which takes a quarter less time.
# Who has a browser is not asked for a password.
chromium: $(VENV)/dev.stamp
	@command -v chromium-headless-shell >/dev/null && exit 0; \
	there=; command -v chromium >/dev/null || command -v google-chrome >/dev/null && there=yes; \
	if [ "$$(id -u)" = 0 ]; then SUDO=; else [ "$$there" ] && exit 0; SUDO=$$(command -v sudo || echo false); fi; \
	if command -v apt-get >/dev/null && $$SUDO apt-get update -q && \
	   $$SUDO apt-get install -y -q --no-install-recommends chromium-headless-shell fonts-dejavu; then exit 0; fi; \
	[ "$$there" ] || $(BIN)/python -m playwright install --only-shell chromium

# Installed anew when the lock is another.
$(WEB)/node_modules/.stamp: $(WEB)/package-lock.json
	cd $(WEB) && npm ci --no-audit --no-fund
	@touch $@

web: $(WEB)/node_modules/.stamp
	cd $(WEB) && npm test && npm run build

# The page's source, checked and mended where node is at hand.
page-%:
	@if ! command -v npm >/dev/null; then echo "node is not here: the page's source is left alone"; exit 0; fi; \
	$(MAKE) -s --no-print-directory $(WEB)/node_modules/.stamp && cd $(WEB) && npm run --silent $*

# The bundle in the repository must be what its source builds; checked where node is at hand.
bundle:
	@if ! command -v npm >/dev/null; then echo "node is not here: the page's bundle is not checked"; exit 0; fi; \
	kept=$$(mktemp -d) && cp -R assets/web/dist $$kept/ && $(MAKE) --no-print-directory web || exit 1; \
	diff -rq $$kept/dist assets/web/dist || \
	  { echo "assets/web/dist is not what assets/web/src builds; it is rebuilt now: commit it"; exit 1; }; \
	rm -rf $$kept
