# The commands of this project; `make help` lists them. Everything but `make system` runs without root.
SHELL := /bin/bash

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check --require-hashes
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup run test check system fonts scenarios requirements bench fuzz fuzz-centre incidents golden screens forms diagram test-keys lock clean

help:  ## list these commands
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

setup: $(VENV)/run.stamp $(VENV)/dev.stamp pcsc  ## make the virtual environment for run, test and check

run: $(VENV)/run.stamp pcsc  ## open the touch panel with its workbench (ARGS="--fullscreen" …)
	@$(BIN)/python -m kiosk --at 2026-04-06T10:00 $(ARGS)

test: setup  ## pass the tests (REQUIRE_SYSTEM=1: a missing system part is a failure, not a skip)
	@$(BIN)/python -m pytest -q -n 2 $(ARGS)

check: setup  ## formatting, lint, import contracts, types
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@said=$$($(BIN)/lint-imports --no-logo 2>&1) || { echo "$$said"; exit 1; }
	@$(BIN)/mypy --no-error-summary
	@echo "check: clean"

system:  ## install the system parts with apt (needs root)
	@command -v apt-get >/dev/null || { echo "make system needs apt-get (Debian, Ubuntu); the list is docs/system-packages.txt"; exit 2; }
	@[ "$$(id -u)" = 0 ] || { echo "make system needs root: sudo make system"; exit 2; }
	apt-get update -q
	DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $$(grep -v '^#' docs/system-packages.txt)

fonts: $(VENV)/run.stamp  ## fetch IPAmj Mincho for the certificates (no root; needs apt-get download)
	@$(BIN)/python -m printer fonts

scenarios: $(VENV)/run.stamp  ## replay every scenario
	@$(BIN)/python -m kiosk replay scenarios $(ARGS)

requirements: setup  ## every requirement with its proofs, and whether they pass (ARGS=I-08: one row)
	@$(BIN)/python -m tests.requirements $(ARGS)

bench: setup  ## measure: every figure beside its floor of the same run
	@$(BIN)/python -m tests.benchmarks $(ARGS)

fuzz: setup  ## fuzz both sides of the card for two minutes (ARGS="--seconds 600")
	@$(BIN)/python -m tests.card.fuzz $(or $(ARGS),--seconds 120)

fuzz-centre: setup  ## hold the centre against its description, 500 requests an operation
	@EXAMPLES=500 $(BIN)/python -m pytest -q tests/municipality_client/test_description.py $(ARGS)

incidents: setup  ## play the incidents of 2021 to 2024 on two servers and one PostgreSQL (ARGS="--pairs 100 F-03")
	@$(BIN)/python -m tests.incidents $(ARGS)

golden: setup  ## make the golden pages anew; a person reads the difference
	@$(BIN)/python -m tests.printer.regolden

panel-fonts: $(VENV)/run.stamp  ## cut the panel's faces for languages other than Japanese anew (needs fonts-noto-cjk)
	@$(BIN)/python -m kiosk.panel.faces

voices: $(VENV)/run.stamp  ## make the sounds of changed texts anew (brings pyopenjtalk-plus into a venv of its own)
	@$(PYTHON) -m venv --system-site-packages .venv-voice
	@.venv-voice/bin/pip install --quiet --disable-pip-version-check --require-hashes -r locks/voice.lock
	@PYTHONPATH=.:$$($(BIN)/python -c 'import site; print(site.getsitepackages()[0])') .venv-voice/bin/python -m kiosk.panel.voices

screens: setup  ## draw the pictures in docs/images anew
	@$(BIN)/python -m kiosk screens docs/images --docs
	@command -v chromedriver >/dev/null && $(BIN)/python -m tests.report_picture >/dev/null || echo "docs/images/report.png left as it is: Chromium is missing"

forms: setup  ## draw every certificate of both towns anew, for docs/images/forms
	@$(BIN)/python -m tests.municipality_client.pictures docs/images/forms

diagram: setup  ## draw docs/flow.svg from the table of transitions
	@$(BIN)/python -m kiosk.session.diagram

test-keys: setup  ## make missing test keys (cards, seals, terminals)
	@$(BIN)/python -m card test-keys
	@$(BIN)/python -m municipality_client.centre test-keys

readings: setup  ## make the dictionary of names anew: IPADIC=FOLDER UNIHAN=FILE (Debian: mecab-ipadic, unicode-data)
	@$(BIN)/python -m assets.readings.build $(IPADIC) $(UNIHAN)

lock:  ## resolve the lock files anew (needs uv)
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet -o locks/run.lock
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet -c locks/run.lock -o locks/dev.lock
	uv pip compile --group voice --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet -o locks/voice.lock

clean:  ## remove the virtual environment and caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12 …"; exit 2; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Python's venv module is missing: apt-get install python3-venv"; exit 2; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: locks/run.lock | $(BIN)/pip
	@echo "setting up (about a minute, once) …"
	@$(PIP) -r locks/run.lock
	@touch $@

$(VENV)/dev.stamp: locks/dev.lock $(VENV)/run.stamp
	@$(PIP) -r locks/dev.lock
	@touch $@

# pyscard is compiled on the spot: only where compiler and headers are, and never in the way of `make run`.
.PHONY: pcsc
pcsc: $(VENV)/run.stamp
	@if [ -e $(VENV)/pcsc.stamp ]; then :; \
	elif [ -e /usr/include/PCSC/winscard.h ] && command -v cc >/dev/null; then $(PIP) -r locks/pcsc.lock && touch $(VENV)/pcsc.stamp; \
	else echo "PC/SC readers are left out (no compiler or PC/SC headers): sudo make system, then make setup"; fi
