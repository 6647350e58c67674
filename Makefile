# Two commands do everything on a machine with Python 3.11, pip and make: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test lint fast wheel clean

demo: $(VENV)/ready
	rm -rf runs/demo
	$(BIN)/gem-sim generate examples/articles --out runs/demo --seed 1
	$(BIN)/gem-sim replay runs/demo
	@echo "Open $(CURDIR)/runs/demo/report.html to read the episodes beside their texts."

test: lint fast wheel

lint: $(VENV)/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

fast: $(VENV)/ready
	$(BIN)/pytest -q -n 2

# The smoke tests again, against the built wheel, in a fresh environment and from another folder.
wheel: $(VENV)/ready
	rm -rf build/wheel && mkdir -p build/wheel
	$(BIN)/python -m build --wheel --no-isolation --outdir build/wheel . > build/wheel/build.log
	$(PYTHON) -m venv build/wheel/venv
	build/wheel/venv/bin/pip install --quiet --disable-pip-version-check -c constraints.txt build/wheel/*.whl pytest hypothesis
	cp -r tests build/wheel/tests && cp -r examples build/wheel/examples
	cd build/wheel && venv/bin/pytest -q -m smoke -c /dev/null -W error -o markers=smoke --rootdir . -p no:cacheprovider tests

$(VENV)/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"
	touch $@

clean:
	rm -rf $(VENV) build runs
