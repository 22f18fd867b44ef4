# The two verbs a stranger needs are `make run` and `make test`; a fresh clone needs Python 3.11+
# and make. Everything lives in .venv; delete it (`make clean`) and nothing is left behind.
#
# One install does it all: `uv pip install -e .` builds the UI through the build hook of
# pyproject.toml, which brings its own Node. Stamps in .venv say what is done; a change of the UI's
# sources or of pyproject.toml installs again.

PYTHON  ?= python3
BROWSER ?= yes
OF      ?= fanout latency idle log history neighbour storm page list imports following

VENV := $(CURDIR)/.venv
UV   := $(VENV)/bin/uv pip install --quiet --python $(VENV)/bin/python
UI   := $(wildcard labextension/*.json labextension/*.mjs labextension/src/* labextension/src/*/* \
                   labextension/schema/* labextension/style/* labextension/style/*/*)

export PATH := $(VENV)/bin:$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# $(call step,number,what): one line that says how far we are. Each verb sets `of`.
step = @echo "[$(1)/$(of)] $(2) …"
# $(call quietly,command): what it prints is shown only when it fails.
quietly = @said=$$($(1) 2>&1) || { echo "$$said"; exit 1; }

.PHONY: help run test test-xss bench format clean

help:
	@echo "make run       open JupyterLab on the tour notebook (BROWSER=no: only print the addresses)"
	@echo "make test      run every check and every test (ARGS='-k socket' goes to pytest)"
	@echo "make test-xss  every hostile text in every door, which takes longer"
	@echo "make bench     run the benchmarks, which takes long (OF=fanout: only that one)"
	@echo "make format    bring Python and TypeScript into shape"
	@echo "make clean     remove everything that make made"

run: of := 3
run: $(VENV)/.installed
	$(call step,3,starting JupyterLab)
	@python tools/run.py --browser=$(BROWSER)

test: of := 9
test: $(VENV)/.testable
	$(call step,4,looking for Chromium and what else the tests start)
	@python tools/system_packages.py
	$(call step,5,checking Python: ruff)
	@ruff check --quiet
	@ruff format --quiet --check
	$(call step,6,checking Python: types)
	$(call quietly,basedpyright)
	$(call step,7,checking that what is generated from the protocol is current)
	@python tools/generate_protocol.py --check
	$(call step,8,checking the UI: biome and tsc and vitest)
	$(call quietly,npm --prefix labextension run --silent check)
	$(call step,9,running the tests)
	@python -m pytest --numprocesses=2 --dist=loadfile --no-loadscope-reorder $(ARGS)

test-xss: of := 3
test-xss: $(VENV)/.testable
	$(call step,3,running the tests of hostile texts)
	@EVERY_VECTOR=1 python -m pytest -s --timeout=900 tests/test_xss.py

bench: of := 4
bench: $(VENV)/.testable
	$(call step,4,running the benchmarks)
	@for one in $(OF); do python benchmarks/$$one.py || exit 1; done

format: of := 3
format: $(VENV)/.testable
	@ruff check --quiet --fix
	@ruff format --quiet
	@npm --prefix labextension run --silent format

clean:
	rm -rf .venv .peers dist labextension/node_modules labextension/lib
	rm -rf jupyter_tornchat/labextension jupyter_tornchat/static
	rm -rf .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.made:
	$(call step,1,making .venv)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; this is " + sys.version.split()[0] + ". Say where it is: make PYTHON=/path/to/python3.11 …")'
	$(call quietly,$(PYTHON) -m venv $(VENV))
	$(call quietly,$(VENV)/bin/python -m pip install --quiet uv)
	@touch $@

$(VENV)/.installed: $(VENV)/.made pyproject.toml install.json $(UI)
	$(call step,2,building the UI and installing JupyterLab with the chat)
	$(call quietly,$(UV) --editable '.[lab]')
	@touch $@

$(VENV)/.testable: $(VENV)/.installed
	$(call step,3,installing what the tests need)
	$(call quietly,$(UV) --requirements pyproject.toml --extra test)
	@touch $@
