# `make demo` and `make test` need Python 3.11 or newer and a package index, nothing else.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# Plugins of others change what flake8 says and costs, so the bench has an environment of its own.
BENCH := $(VENV)-bench
# As the lab has, and each library that pip cannot put beside the others.
LAB := $(VENV)-lab
APART := aioboto3 aiobotocore niquests
# aioboto3 -> HTTPLEAK_LAB_PYTHON_AIOBOTO3=.venv-lab-aioboto3/bin/python, as `tests/lab/run.py` reads it
INTERPRETERS = $(foreach one,$(APART),HTTPLEAK_LAB_PYTHON_$(shell echo $(one) | tr a-z A-Z)=$(LAB)-$(one)/bin/python)
RECENT = $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12")'

# An error of ours must show in every run here.
export HTTPLEAK_STRICT := 1
# No look-up of newer versions: the package index is the only host a run needs.
export PYRIGHT_PYTHON_IGNORE_WARNINGS := 1

.PHONY: demo test lint format types layers unit coverage lab proved plots fuzz package dist docs bench sweep audit mutants changes clean

demo: $(VENV)/.demo  ## an uploader runs out of file descriptors; flake8 names the line, the fix mends it
	@$(BIN)/python -m fixtures.too_many_open_files.demo

test: lint types layers unit

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(VENV)/.test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(VENV)/.test
	$(BIN)/mypy
	$(BIN)/pyright --pythonpath $(BIN)/python

layers: $(VENV)/.test
	$(BIN)/lint-imports

unit: $(VENV)/.test
	$(BIN)/coverage erase
	$(BIN)/pytest -n logical --dist loadfile -m "not alone and not lab" --cov --cov-report=
	$(BIN)/pytest -m "alone and not lab" --cov --cov-append --cov-report=term

coverage: $(VENV)/.test  ## the tests again, with what the servers and commands that they start cover
	$(BIN)/coverage erase
	COVERAGE_PATCH=subprocess $(BIN)/pytest -n logical --dist loadfile -m "not lab" --cov --cov-report=term

lab: $(LAB)/.lab $(APART:%=$(LAB)-%/.lab)  ## the whole leak lab: every row of every table, run against its library; ten minutes
	$(INTERPRETERS) $(LAB)/bin/pytest -n logical --dist loadfile $(ONLY:%=-k %) tests/lab

proved: $(LAB)/.lab $(APART:%=$(LAB)-%/.lab)  ## every row again, and keep how many of them were proved, for `httpleak clients`
	HTTPLEAK_LAB_RECORD=1 $(INTERPRETERS) $(LAB)/bin/pytest $(ONLY:%=-k %) tests/lab/test_tables.py

fuzz: $(VENV)/.fuzz  ## ten minutes of strange programs; HTTPLEAK_FUZZ_SECONDS=3600 makes it an hour
	$(BIN)/python -m tests.fuzz.soak

package: $(VENV)/.test  ## build wheel and sdist, install each into a clean environment, use it
	$(BIN)/pytest tests/release/package.py

dist: $(VENV)/.test  ## build wheel and sdist into dist/
	rm -rf dist
	$(BIN)/python -m build
	$(BIN)/twine check --strict dist/*

docs: $(VENV)/.docs  ## build the documentation into docs/_build; a warning is an error
	$(BIN)/sphinx-build -W --keep-going -q -j 2 -b html docs docs/_build

plots: $(LAB)/.lab  ## measure the sockets that the rules' examples hold, for the plots on their pages
	$(LAB)/bin/python -m tests.lab.plots --write

bench: $(BENCH)/.bench  ## what it costs beside other linters, and every file there is: half an hour; writes docs/performance.md
	$(BENCH)/bin/python -m bench.speed

sweep: $(BENCH)/.bench  ## every file there is, with all rules: no crash, no hang
	$(BENCH)/bin/python -m bench.everything

audit: $(VENV)/.test  ## the reports on published packages against what readers judged; downloads them
	$(BIN)/python -m bench.audit

mutants: $(VENV)/.test  ## would the tests notice a mistake in the analysis? a quarter of an hour
	$(BIN)/python -m bench.mutants

changes: $(VENV)/.test  ## what the changelog will say of the next version
	$(BIN)/towncrier build --draft

clean:
	rm -rf $(VENV) $(BENCH) $(LAB) $(APART:%=$(LAB)-%) dist docs/_build docs/generated .coverage .coverage.* .mypy_cache .pytest_cache .ruff_cache

$(BIN)/python:
	@$(RECENT)
	$(PYTHON) -m venv $(VENV)

$(VENV)/.demo: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/.test: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable '.[test,docs]'
	@touch $@ $(VENV)/.demo

$(VENV)/.fuzz: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable '.[test,fuzz]'
	@touch $@ $(VENV)/.demo

$(LAB)/.lab: pyproject.toml
	@$(RECENT)
	$(PYTHON) -m venv $(LAB)
	$(LAB)/bin/python -m pip install --quiet --editable '.[lab]'
	@touch $@

$(LAB)-%/.lab: pyproject.toml
	@$(RECENT)
	$(PYTHON) -m venv $(LAB)-$*
	$(LAB)-$*/bin/python -m pip install --quiet $* psutil
	@touch $@

$(VENV)/.docs: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable '.[docs]'
	@touch $@

$(BENCH)/.bench: pyproject.toml bench/linters.txt
	@$(RECENT)
	$(PYTHON) -m venv $(BENCH)
	$(BENCH)/bin/python -m pip install --quiet --constraint bench/linters.txt --editable . flake8-async flake8-bugbear pylint ruff
	@touch $@
