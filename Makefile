# make demo   the whole server on a real night, from nothing (ONCE=1: then exit)
# make up     the server alone, until Ctrl-C;  make ground: its broker and store alone
# make test   every test;  make check   lint, types, boundaries, fast tests
# make faults a campaign of faults, with a ledger of what was acknowledged
# make bench  speed and accuracy beside peers (accuracy alone: make accuracy)
# make lock   renew requirements/

SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
UV := .tools/bin/uv
LOCK := $(UV) pip compile -q --universal --python-version 3.11 --generate-hashes --no-header
RABBITMQ := /usr/lib/rabbitmq/bin/rabbitmq-server
VENDORED := services/gateway/static/vendor/manifest.json
SERVICES := gateway ingest catalog imager calibrator alerts
COMPILED := $(wildcard services/*/domain/compiled)
SUMS := $(addsuffix /sums.so,$(COMPILED))
export PYTHONPATH := .
export OPENBLAS_NUM_THREADS := 1

.PHONY: demo up ground test check isolated bench faults fuzz accuracy lock docs clean
.DEFAULT_GOAL := demo

demo: $(VENV)/ready $(VENDORED) $(SUMS) broker
	exec $(BIN)/python -m stack.demo $(if $(ONCE),--once)

up: $(VENV)/ready $(VENDORED) $(SUMS) broker
	exec $(BIN)/python -m stack.up

ground: $(VENV)/ready broker
	exec $(BIN)/python -m stack.up --ground

check: $(VENV)/ready $(VENDORED) $(SUMS) node
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/hadolint Dockerfile
	$(BIN)/compose-lint --fail-on low docker-compose.yml
	$(BIN)/pytest -q -n 2 tests/unit tests/contract tests/scripts

test: $(VENV)/ready $(VENDORED) $(SUMS) broker browser curl node amqp
	$(BIN)/pytest -n 2 --no-loadscope-reorder

isolated: $(UV)
	stack/isolated.sh $(UV)

bench: $(VENV)/ready $(VENDORED) $(SUMS) broker browser accuracy
	$(BIN)/python -m bench.upload
	$(BIN)/python -m bench.trip
	.peers/bin/python -m bench.images
	$(BIN)/python -m bench.choice
	$(BIN)/python -m bench.network
	$(BIN)/python -m bench.pages
	$(BIN)/python -m bench.desk
	$(BIN)/python -m bench.alerts
	$(BIN)/python -m bench.catalog
	$(BIN)/python -m bench.recovery
	$(BIN)/python -m bench.load
	$(BIN)/python -m bench.start

# SEED=N STRIKES=N: another campaign; about a quarter of an hour
faults: $(VENV)/ready $(VENDORED) $(SUMS) broker
	$(BIN)/python -m faults --seed $(or $(SEED),1) --strikes $(or $(STRIKES),150)

# SECONDS=N: for each of the readers of strangers' bytes
fuzz: $(VENV)/ready
	$(BIN)/python -m faults.fuzz --seconds $(or $(SECONDS),60)

accuracy: .peers/ready $(SUMS)
	.peers/bin/python -m bench.accuracy

.peers/ready: $(UV) requirements/bench.txt
	$(UV) venv -q --clear --python python3 .peers
	$(UV) pip sync -q --compile-bytecode --python .peers/bin/python --require-hashes requirements/bench.txt
	touch $@

docs: $(VENV)/ready
	$(BIN)/python -m docs.generate

lock: $(UV)
	$(LOCK) --group dev pyproject.toml -o requirements/dev.txt
	$(LOCK) --group bench -c requirements/dev.txt pyproject.toml \
	  -o requirements/bench.txt
	for service in $(SERVICES) operate hats; do \
	  $(LOCK) --group $$service -c requirements/dev.txt pyproject.toml \
	    -o requirements/$$service.txt || exit 1; done
	cd requirements/static && npm install --package-lock-only --ignore-scripts \
	  --omit-lockfile-registry-resolved --loglevel=error

$(VENV)/ready: $(UV) requirements/dev.txt
	$(UV) venv -q --clear --python python3 $(VENV)
	$(UV) pip sync -q --compile-bytecode --python $(BIN)/python --require-hashes requirements/dev.txt
	touch $@

$(UV):
	python3 -m venv .tools > .tools.log 2>&1 || \
	  { stack/need.sh /usr/share/python-wheels python3-venv && \
	    python3 -m venv --clear .tools; }
	.tools/bin/pip install -q --disable-pip-version-check 'uv==0.12.24'
	rm -f .tools.log

$(VENDORED): requirements/static/package-lock.json stack/vendor.py
	@command -v npm > /dev/null || stack/need.sh /usr/bin/npm npm
	python3 -m stack.vendor

# A C compiler makes the fit and the search quicker: without one numpy does both.
$(SUMS) &: $(wildcard $(addsuffix /*.[ch],$(COMPILED) shared/compiled)) stack/compile.sh
	@command -v cc > /dev/null || { stack/need.sh /usr/bin/cc gcc && \
	  stack/need.sh /usr/include/math.h libc6-dev; } || true
	@if command -v cc > /dev/null; then stack/compile.sh $(COMPILED); \
	  else echo "No C compiler: numpy does the sums, a few times slower." >&2; fi

.PHONY: broker browser curl node amqp
broker:
	$(if $(CPCS_AMQP_URL),,@stack/need.sh $(RABBITMQ) rabbitmq-server "set CPCS_AMQP_URL")

browser:
	@stack/need.sh /usr/bin/chromium chromium

# One example of a subscriber needs it: without it a test is skipped.
amqp:
	@stack/need.sh /usr/bin/amqp-consume amqp-tools || true

node:
	@command -v node > /dev/null || stack/need.sh /usr/bin/node nodejs

curl:
	@stack/need.sh /usr/bin/curl curl

clean:
	rm -rf $(VENV) .tools .peers .npm services/gateway/static/vendor .mypy_cache .ruff_cache .pytest_cache .hypothesis
