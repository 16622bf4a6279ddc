# One name for each daily job. `make demo` and `make test` need Python 3.11 or newer and nothing else.
.PHONY: demo test lint bench shots assets messages docs env env-dev lock clean
.NOTPARALLEL:

PY = .venv/bin/python

demo: env
	@$(PY) -m dengta demo

test: env-dev
	@$(MAKE) --no-print-directory lint
	@$(PY) -m pytest -n $(or $(TEST_PROCESSES),2) -q

lint: env-dev
	@$(PY) -m ruff check .
	@$(PY) -m importlinter.cli lint
	@$(PY) -m mypy
	@$(PY) -m dengta messages --check

bench: env-dev
	@$(PY) -m dengta bench

shots: env-dev
	@$(PY) -m dengta shots

assets: env-dev
	@$(PY) -m dengta assets

messages: env-dev
	@$(PY) -m dengta messages

docs: env-dev
	@$(PY) -m dengta keys --write
	@$(PY) -m dengta reference

env:
	@bin/environment run

env-dev:
	@bin/environment dev

lock: env-dev
	@uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements/run.txt
	@uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml --group dev -o requirements/dev.txt

clean:
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
