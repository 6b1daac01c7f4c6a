# make run      the bot in a trial room: an IRC server, the bot, and a console to talk to it
# make test     every test, against real servers
# make check    style, types, and which way imports point;  make fix  repairs what a tool can
# make bench    what an answer costs, beside Limnoria's own
# make soak     the slow tests: what leaks, and every cycle there was
# make floors   the unit tests with the lowest versions that setup.cfg allows
#
# make run MATRIX=1  the same on Matrix: a Synapse of its own, a room, the bot in it
# make run NOW=2027-02-17T09:59:00Z [SPEED=60]  starts the bot's clock there: a rehearsal.

PYTHON ?= python3
BIN := .venv/bin
# At once; the tests wait for servers most of the time. What failed is tried once more, alone: what
# a busy machine does to a test on real servers is no fault of the bot's, and what fails twice is.
WORKERS ?= 3
INSTALL := -m pip --disable-pip-version-check --quiet install
PIP := $(BIN)/python $(INSTALL) --constraint constraints.txt
MADE_FROM := setup.cfg pyproject.toml constraints.txt
# What the tests of the floors need beside the package; those with servers run with the newest only.
TRIED := tests/domain tests/render tests/sources tests/cli \
	tests/service/outbox/test_outbox.py tests/service/storage/test_probe.py tests/frontends/page \
	tests/configuration/test_settings.py tests/test_packaging.py

.DEFAULT_GOAL := help
.PHONY: help run test check fix bench soak floors

help:
	@sed -n 's/^# \{0,1\}//p;/^$$/q' Makefile

# What the trial room learns stays for its next start; a rehearsal begins with nothing said.
ifdef NOW
run: export GLANCE_RELEASE_NOW = $(NOW)
run: export GLANCE_RELEASE_STATE ?= .run/trial/state
else
run: export GLANCE_RELEASE_STATE ?= .run/state
endif
ifdef SPEED
run: export GLANCE_RELEASE_SPEED = $(SPEED)
endif
ifdef MATRIX
run: .venv/synapse/ready
TRIAL_ROOM := matrix_room
endif
run: .venv/ready-to-run
	@exec $(BIN)/python -m GlanceRelease.frontends.trial_room.$(or $(TRIAL_ROOM),room)

test: .venv/ready-to-test .venv/synapse/ready
	$(BIN)/pytest -m 'not soak' --numprocesses $(WORKERS) --dist worksteal $(ARGS) || \
		{ [ $$? = 1 ] && $(BIN)/pytest --last-failed --last-failed-no-failures none $(ARGS); }

soak: .venv/ready-to-test .venv/synapse/ready
	$(BIN)/pytest -m soak $(ARGS)

floors: .venv/floors/ready
	.venv/floors/bin/python -m pytest -m 'not soak' -p no:cacheprovider \
		--numprocesses $(WORKERS) $(TRIED) $(ARGS)

bench: .venv/ready-to-test .venv/synapse/ready
	$(BIN)/python -m bench $(ARGS)

check: .venv/ready-to-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fix: .venv/ready-to-test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Once for each change of what is needed; with the stamps in place nothing asks the network.
.venv/ready-to-run: $(MADE_FROM) | .venv/bin/pip
	$(PIP) --editable '.[trial]'
	@touch $@

.venv/ready-to-test: $(MADE_FROM) | .venv/bin/pip
	$(PIP) --editable '.[dev]'
	@touch $@ .venv/ready-to-run

# A Matrix homeserver, for the tests and the trial room; nothing of it is the bot's.
.venv/synapse/ready: synapse.txt | .venv/bin/pip
	$(BIN)/python -m venv --clear .venv/synapse
	.venv/synapse/bin/python $(INSTALL) --constraint synapse.txt matrix-synapse
	@touch $@

.venv/floors/ready: setup.cfg pyproject.toml floors.txt | .venv/bin/pip
	$(BIN)/python -m venv --clear .venv/floors
	.venv/floors/bin/python $(INSTALL) --constraint floors.txt --editable '.[tests]'
	@touch $@

.venv/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo 'Python 3.11 or newer is needed; name it: make PYTHON=/path/to/python3'; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || $(GET_VENV)
	$(PYTHON) -m venv .venv

# Debian keeps a part of Python's venv in a package of its own.
GET_VENV = { test "$$(id -u)" = 0 && command -v apt-get >/dev/null && apt-get update && \
	apt-get install --yes --no-install-recommends python3-venv; } || \
	{ echo 'This Python cannot make virtual environments. On Debian: apt install python3-venv'; \
	exit 1; }
