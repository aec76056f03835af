# What the README names. Each target does all the set-up it needs.
PYTHON ?= python3
BIN := .venv/bin
# The tests start many processes of Python: what one has compiled, the next need not.
COMPILED := PYTHONDONTWRITEBYTECODE=

.PHONY: run test test-slow coverage mutants check bench bench-peers lock

run: .venv/ready  ## set up and start Mixroom (web and worker)
	@$(BIN)/mixroom serve

test: .venv/ready  ## set up what the tests need and run them, but for what is slow
	@scripts/test-tools
	@$(COMPILED) $(BIN)/pytest -m "not timed" --numprocesses 3 --dist loadfile --no-loadscope-reorder
	@node --test tests/js/*.test.js tests/interop/*.test.js

test-slow: .venv/ready  ## run what measures time or memory, or plays minutes
	@scripts/test-tools
	@$(COMPILED) $(BIN)/pytest -m plays --numprocesses 2 --dist load
	@$(COMPILED) $(BIN)/pytest -m "timed and not plays"

coverage: .venv/ready  ## print the branches that the tests in this process take (no server's)
	@$(BIN)/pip install -q --no-deps --require-hashes -r requirements-coverage.lock
	@$(BIN)/coverage run -m pytest -q -k "unit or sqlite" tests/unit tests/integration
	@$(BIN)/coverage report

mutants: .venv/ready  ## change the rules a little, and print which changes no test notices
	@$(BIN)/python scripts/mutants.py

check: .venv/ready  ## format, lint, types, architecture
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy --cache-dir=.venv/mypy
	@$(BIN)/lint-imports --config pyproject.toml --no-cache

bench: .venv/ready  ## measure the loop from submission to wall
	@$(BIN)/python bench/loop.py

bench-peers: .venv/ready  ## measure beside Node, sharp, libvips and ImageMagick; write docs/performance.md
	@scripts/test-tools
	@scripts/peer-tools
	@$(BIN)/python -m bench.peers

.venv/ready: requirements.lock pyproject.toml scripts/venv
	@scripts/venv $(PYTHON)
	@touch .venv/ready

lock:  ## pin the dependencies anew (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-header --all-extras pyproject.toml -o requirements.lock
