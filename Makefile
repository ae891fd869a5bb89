# Everyday commands. Each sets up what it needs; only Python 3.11 or newer (with venv) has to be there.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run demo test bench screenshots lint lock messages clean

VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
WORKERS ?= 2
MESSAGES ?= 20000
ARGS ?=
PIP_INSTALL := $(BIN)/pip install --quiet --disable-pip-version-check --require-hashes
NEW_ENOUGH := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for name in python3 python3.11 python3.12 python3.13 python3.14; do \
	"$$name" -c '$(NEW_ENOUGH)' >/dev/null 2>&1 && { echo "$$name"; break; }; done)

help: ## Show this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-20s %s\n", $$1, $$2 }'

run: $(VENV)/run.stamp ## Start the console, the API and the carrier simulator on one data directory
	$(PY) manage.py up $(ARGS)

demo: export SWITCHBOARD_DATA_DIR ?= $(CURDIR)/.data/demo
demo: $(VENV)/run.stamp ## The same, filled with a believable account (MESSAGES=20000)
	$(PY) manage.py seed_demo --messages $(MESSAGES)
	$(PY) manage.py up $(ARGS)

test: $(VENV)/dev.stamp ## Run the whole suite, browser tests included (ARGS="-k pools" narrows it)
	$(PY) -m tests.chromium --install
	$(PY) -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

bench: $(VENV)/dev.stamp ## Measure against floors in the same run and print the ratios (QUICK=1: fewer, shorter rounds)
	QUICK=$(QUICK) $(PY) -m tests.benchmarks $(ARGS)

screenshots: $(VENV)/dev.stamp ## Render the pictures of the README from the demo account
	$(PY) -m tests.chromium --install
	$(PY) -m tests.screenshots $(ARGS)

lint: $(VENV)/dev.stamp ## Check style, types and migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(PY) manage.py makemigrations --check --dry-run

# Hashes of every file of a release are locked, so one lock serves all platforms; addresses of indexes stay out.
COMPILE := CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile --quiet --allow-unsafe --generate-hashes --strip-extras \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links
lock: $(VENV)/dev.stamp ## Lock the newest versions that pyproject.toml allows (ARGS="--upgrade" to move them)
	$(COMPILE) $(ARGS) --output-file=requirements.txt pyproject.toml
	$(COMPILE) $(ARGS) --extra=dev --constraint=requirements.txt --output-file=.ci/requirements.txt pyproject.toml

messages: $(VENV)/dev.stamp ## Collect translatable strings and compile the catalogues (needs gettext)
	@command -v xgettext >/dev/null || { echo "gettext is missing. Debian and Ubuntu: apt-get install gettext" >&2; exit 1; }
	$(PY) manage.py makemessages -l id -l es --no-obsolete --add-location file --ignore '.venv/*' --ignore 'tests/*' --ignore '.data/*'
	$(PY) manage.py compilemessages --ignore '.venv/*'

clean: ## Remove what was built; the data directory stays
	rm -rf $(VENV) staticfiles test-results .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/pyvenv.cfg:
	@test -n "$(PYTHON)" || { \
		echo "Switchboard needs Python 3.11 or newer with its venv module, and found none." >&2; \
		echo "Here python3 is: $$(python3 --version 2>&1)" >&2; \
		echo "Debian and Ubuntu: apt-get install python3 python3-venv; or name one: make PYTHON=/path/to/python3.12 …" >&2; \
		exit 1; }
	@$(PYTHON) -c '$(NEW_ENOUGH)' || { \
		echo "$(PYTHON) is $$($(PYTHON) --version 2>&1): Switchboard needs Python 3.11 or newer with its venv module." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: requirements.txt | $(VENV)/pyvenv.cfg
	@echo "Installing what Switchboard runs on into $(VENV) (once) …"
	$(PIP_INSTALL) -r requirements.txt
	@touch $@

$(VENV)/dev.stamp: .ci/requirements.txt $(VENV)/run.stamp
	@echo "Installing what tests and checks need into $(VENV) (once) …"
	$(PIP_INSTALL) -r .ci/requirements.txt
	@touch $@
