# Waymark's few commands. `make` alone lists them; a machine needs only Python 3.11, 3.12 or 3.13 and make.

PYTHON := .venv/bin/python

.PHONY: help setup assets run test search check bench faults clean

help:  ## list these commands
	@awk -F ':.*## ' '/^[a-z%-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: .venv/installed  ## make .venv, install the pinned packages, build the islands
	@$(PYTHON) -m launcher.assets

assets: setup  ## build the portal's islands

run: setup  ## bring everything up; Ctrl-C ends it
	@exec $(PYTHON) run.py

test: setup  ## all tests; TESTS="tests/unit -k name" runs some
	@$(PYTHON) run.py test $(TESTS)

search: setup  ## the properties once more, with another number to draw from
	@$(PYTHON) run.py search $(TESTS)

check: setup  ## style, types, translations, the plan of the house
	@$(PYTHON) run.py check

bench: setup  ## every benchmark
	@$(PYTHON) run.py bench

bench-%: setup  ## one benchmark, for example make bench-advance
	@$(PYTHON) run.py bench $*

faults: setup  ## strike processes and servers while journeys run; count what is lost or done twice; FAULTS="--rows F1" does some
	@$(PYTHON) -m tests.faults $(FAULTS)

clean:  ## remove what was installed and built; databases and keys under var stay
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache app/islands/node_modules app/static/dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamp is newer than the lists of packages as long as nothing was added to them.
.venv/installed: requirements.txt requirements-dev.txt launcher/install.sh
	@sh launcher/install.sh
