# Everything starts from a bare Python 3.11+, make and a JDK (>= 21). `make help` lists the targets.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps
.DEFAULT_GOAL := help
.PHONY: help setup setup-train setup-ray demo test test-slow test-browser test-ner test-ray test-wheel lint types format bench bench-ray bench-ner bench-names bench-pages eval-ambiguity bench-morphology eval-entities train-ner train-careful eval-claims eval-search fit-links fit-links-encoded kibana lock clean

help:  ## Show this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Musnad needs Python 3.11 or newer; name one with: make PYTHON=python3.12 ..." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

# One environment for users and developers: the development lock holds the run-time lock and more.
$(VENV)/.installed: requirements/dev.txt pyproject.toml | $(BIN)/python
	@echo "Installing the locked packages (about 40 s) ..."
	$(PIP_INSTALL) --require-hashes -r requirements/dev.txt
	$(PIP_INSTALL) --no-build-isolation --editable .
	@touch $@

setup: $(VENV)/.installed  ## Make .venv with everything, so that .venv/bin/musnad works

# Several gigabytes (torch): only for training, and for camel-tools' neural tagger.
$(VENV)/.installed-train: requirements/train.txt $(VENV)/.installed
	@echo "Installing torch and what training needs (several gigabytes) ..."
	$(PIP_INSTALL) --require-hashes -r requirements/train.txt
	@touch $@

setup-train: $(VENV)/.installed-train  ## Make .venv with torch too, for training and camel-tools' neural tagger

# Ray with pyarrow: only for `--engine ray` and its tests.
$(VENV)/.installed-ray: requirements/ray.txt $(VENV)/.installed
	@echo "Installing Ray ..."
	$(PIP_INSTALL) --require-hashes -r requirements/ray.txt
	@touch $@

setup-ray: $(VENV)/.installed-ray  ## Make .venv with Ray too, for `--engine ray`

demo: setup  ## Ingest the sample archive into a private Elasticsearch and search it
	$(BIN)/python scripts/demo.py

# Each process has a private Elasticsearch of its own (half a gigabyte of heap).
TEST_PROCESSES ?= 2
test: setup  ## Run the tests (with a private Elasticsearch of their own)
	$(BIN)/python -m pytest -m "not slow and not browser and not ray" -n $(TEST_PROCESSES) --dist worksteal

test-slow: setup  ## Run the tests that take longest (kills, interruptions, every command of the docs)
	$(BIN)/python -m pytest -m "slow and not browser and not ray"

test-browser: setup  ## Read the sample archive in Chromium, as readers do (needs `chromium` on the PATH)
	$(BIN)/python -m pytest -m browser

test-ray: setup-ray  ## Run the tests of `--engine ray` (installs Ray)
	$(BIN)/python -m pytest -m ray

test-wheel: setup  ## Build the wheel, install it in a fresh environment, use it from there
	$(BIN)/python scripts/check_wheel.py

# Where `musnad camel install` puts the database for these tests; CAMELTOOLS_DATA names another place.
CAMELTOOLS_DATA ?= $(CURDIR)/$(VENV)/camel-tools

test-ner: setup-train  ## Run the tests that need camel-tools' data and torch (installs both; the data is GPL-2)
	CAMELTOOLS_DATA="$(CAMELTOOLS_DATA)" $(BIN)/musnad camel install --yes
	CAMELTOOLS_DATA="$(CAMELTOOLS_DATA)" MUSNAD_TEST_CAMEL=required $(BIN)/python -m pytest -m camel

lint: setup  ## Check style and formatting
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: setup  ## Check types, strictly
	$(BIN)/mypy

format: setup  ## Put the code in order
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: setup  ## Measure speed (DATA=path of articles; default: made; ARGS=--memory: peak memory instead)
	$(BIN)/python benchmarks/bench.py $(if $(DATA),--data $(DATA)) $(ARGS)

bench-ray: setup-ray  ## Measure `--engine ray` with one and two workers (DATA=path of articles; default: made)
	$(BIN)/python benchmarks/bench_ray.py $(if $(DATA),--data $(DATA)) $(ARGS)

bench-names: setup  ## Measure name matching at 100,000 records (DATA=path of articles; default: made)
	$(BIN)/python benchmarks/bench_names.py $(if $(DATA),--data $(DATA)) $(ARGS)

bench-pages: setup  ## Measure the pages of `musnad serve` over the archive of the settings (ARGS='--config FILE --words …')
	@$(BIN)/python benchmarks/bench_pages.py $(ARGS)

eval-ambiguity: setup  ## Score names that several bear, with the curve of thresholds (ARGS='--half tune --json')
	@$(BIN)/python benchmarks/eval_ambiguity.py $(ARGS)

eval-entities: setup  ## Score the tagging of names (DATA=file of tokens and tags; ARGS=--tuning, --json, --errors)
	@test -n "$(DATA)" || { echo "usage: make eval-entities DATA=PATH [ARGS='--tuning --json']" >&2; exit 1; }
	@$(BIN)/python benchmarks/eval_entities.py $(DATA) $(ARGS)

bench-ner: setup-train  ## Measure camel-tools' neural tagger beside ours (needs torch; DATA=path of articles)
	$(BIN)/python benchmarks/bench_ner.py $(if $(DATA),--data $(DATA)) $(ARGS)

bench-morphology: setup  ## Measure morphology (needs `musnad camel install`; DATA=path of articles)
	$(BIN)/python benchmarks/bench_morphology.py $(if $(DATA),--data $(DATA))

CAREFUL := .train-careful
TRAIN_CAREFUL = PYTHONPATH=scripts $(BIN)/python -m train_careful
# Twice four epochs: the second four go on from the first with smaller batches and rising rates.
train-careful: setup-train  ## Train the careful tagger of names anew (DATA=ANERcorp, train; ARGS=--bf16 where the CPU has it)
	@test -n "$(DATA)" || { echo "usage: make train-careful DATA=PATH [ARGS=--bf16]" >&2; exit 1; }
	$(TRAIN_CAREFUL) $(DATA) --out $(CAREFUL)/first $(ARGS)
	$(TRAIN_CAREFUL) $(DATA) --out $(CAREFUL)/second --start $(CAREFUL)/first/last.pt \
	  --rate 1e-4 --batch 600 --seed 2 $(ARGS)
	PYTHONPATH=scripts $(BIN)/python -m train_careful.export $(CAREFUL)/second/last.pt

train-ner: setup  ## Train the fast tagger of names anew (DATA=ANERcorp, train; about two minutes)
	@test -n "$(DATA)" || { echo "usage: make train-ner DATA=PATH" >&2; exit 1; }
	$(BIN)/python -m musnad_names.train $(DATA) $(ARGS)

eval-claims: setup  ## Score claims (STATEMENTS=, CLAIMS=, PAIRS= paths, any of them; ARGS=--json)
	@$(BIN)/python benchmarks/eval_claims.py $(if $(STATEMENTS),--statements $(STATEMENTS)) \
	  $(if $(CLAIMS),--claims $(CLAIMS)) $(if $(PAIRS),--pairs $(PAIRS)) $(ARGS)

eval-search: setup  ## Score searching on the golden queries, with size and speed (ARGS='--articles 30000 --fresh --misses --json')
	@$(BIN)/python benchmarks/eval_search.py $(ARGS)

fit-links: setup  ## Fit the weights that link articles to claims (DATA=folder of development data)
	@test -n "$(DATA)" || { echo "usage: make fit-links DATA=FOLDER" >&2; exit 1; }
	$(BIN)/python scripts/fit_links.py $(DATA)

fit-links-encoded: setup  ## Fit them with vectors beside the words, after `fit-links` (DATA=the same folder)
	@test -n "$(DATA)" || { echo "usage: make fit-links-encoded DATA=FOLDER [ARGS=--check]" >&2; exit 1; }
	$(BIN)/python scripts/fit_links_encoded.py $(DATA) $(ARGS)

kibana: setup  ## Write anew the pack that compose.yaml puts into Kibana
	MUSNAD_PREFIX=musnad $(BIN)/musnad kibana export --out mappings/kibana/musnad.ndjson

lock:  ## Resolve the locks anew (needs uv)
	uv pip compile pyproject.toml --universal --generate-hashes --python-version 3.11 --no-annotate \
	  --no-header --no-emit-index-url -q -o requirements/runtime.txt
	uv pip compile pyproject.toml --group dev --universal --generate-hashes --python-version 3.11 --no-annotate \
	  --no-header --no-emit-index-url -q -c requirements/runtime.txt -o requirements/dev.txt
	uv pip compile pyproject.toml --group train --universal --generate-hashes --python-version 3.11 --no-annotate \
	  --no-header --no-emit-index-url -q -c requirements/dev.txt -o requirements/train.txt
	uv pip compile pyproject.toml --group ray --universal --generate-hashes --python-version 3.11 --no-annotate \
	  --no-header --no-emit-index-url -q -c requirements/dev.txt -o requirements/ray.txt

clean:  ## Remove what this Makefile made (the private node's data too)
	-[ -x $(BIN)/musnad ] && $(BIN)/musnad node destroy --yes
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
