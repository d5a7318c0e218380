# make run    set everything up and start        make test   set everything up and pass all tests
# make check  lint and types                     make fix    format and mend what can be mended
# make web    build the page's bundle            make model  fetch the embedded model
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test check fix web model unit chromium
.DELETE_ON_ERROR:

run: $(VENV)/run.stamp model
	$(BIN)/python app.py $(ARGS)

$(VENV)/run.stamp: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Palimpsest needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12 run")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@

model: $(VENV)/run.stamp
	$(BIN)/python -m engine.models.fetch

test: check model chromium bundle
	$(BIN)/python -m pytest

check: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

fix: $(VENV)/dev.stamp
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Debian's Chromium where there is apt, Playwright's own elsewhere.
chromium: $(VENV)/dev.stamp
	@if command -v chromium >/dev/null || command -v google-chrome >/dev/null; then :; \
	elif command -v apt-get >/dev/null; then \
	  SUDO=$$(test "$$(id -u)" = 0 || echo sudo); \
	  $$SUDO apt-get update -q && $$SUDO apt-get install -y -q --no-install-recommends chromium fonts-dejavu; \
	else $(BIN)/python -m playwright install chromium; fi

web:
	cd assets/web && npm ci --no-audit --no-fund && npm test && npm run build

# The committed bundle must be what its source builds; checked where node is at hand.
.PHONY: bundle
bundle:
	@if command -v npm >/dev/null; then \
	  $(MAKE) --no-print-directory web && git diff --exit-code --stat -- assets/web/dist || \
	  { echo "assets/web/dist is not what assets/web/src builds: run make web and commit it"; exit 1; }; \
	else echo "npm is not here: the page's bundle is not rebuilt"; fi
