# The commands of the workbench; each sets up what it needs.
PORT ?= 8501
PYTHON ?= python3
BIN := .venv/bin

.PHONY: setup run loop check test bench browser constraints

setup: .venv/installed

.venv/installed: requirements.txt constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt -c constraints.txt
	@touch $@

.venv/installed-dev: .venv/installed requirements-dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt -c constraints.txt
	@touch $@

run: setup  ## serve the app on 127.0.0.1:$(PORT), with a demo project where there is none
	@$(BIN)/python -m workbench demo
	@$(BIN)/python -m workbench serve --port $(PORT)

loop: setup  ## the whole loop in the terminal, judged by simulated reviewers
	@$(BIN)/python -m workbench loop

check: .venv/installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

test: .venv/installed-dev browser
	node --test tests/js/
	$(BIN)/python -m pytest

browser:  ## Chromium from the system's packages, where it is missing and may be had
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || \
	  { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-color-emoji >/dev/null; } || \
	  echo "Chromium is missing: the browser tests will be skipped. Get it with: apt-get install chromium"

bench: .venv/installed-dev browser
	$(BIN)/python -m benchmarks.run

constraints: .venv/installed-dev  ## pin everything that is installed now
	@{ echo "# Everything that requirements*.txt pull in, pinned; made by 'make constraints'."; \
	   $(BIN)/pip list --format=freeze | grep -viE '^(pip|setuptools|torch|nvidia|triton)' | sed 's/+[a-z0-9.]*$$//' | sort -f; } > constraints.txt
