# Everything a person types. Each target starts with `setup`, which does nothing when up to date.
PYTHON ?= python3.11
HOST ?= 127.0.0.1
PORT ?= 8000
DATA ?= var/demo
PEOPLE ?= 1200
VENV := .venv
PY := $(VENV)/bin/python

.PHONY: setup demo test bench soak lint

setup: $(VENV)/.installed ## make .venv from the lock

$(VENV)/.installed: requirements.lock
	$(PYTHON) -m venv --clear $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

demo: setup ## migrate, publish, draw a synthetic sample, field 2024 and 2025, serve
	$(PY) -m app --data $(DATA) demo --people $(PEOPLE) --host $(HOST) --port $(PORT)

test: setup ## all tests; browser, PostgreSQL and R tests run where those are found
	$(PY) -m pytest

lint: setup ## formatting, lint and types
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy

bench: setup ## benchmarks as one JSON
	$(PY) -m tests.benchmarks

soak: setup ## long kill runs, whole studies, coverage of weights
	$(PY) -m pytest -m soak --override-ini=addopts= tests
