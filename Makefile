# Every target makes the environment (.venv) when it is missing or when its requirements changed.
.DEFAULT_GOAL := help
EMULATOR_PORT ?= 4566
# Ansible wants a UTF-8 locale; a bare container has none.
LC_ALL ?= C.UTF-8
export EMULATOR_PORT LC_ALL

python := .venv/bin/python
requirements := requirements-dev.txt
newman := .build/newman/.made
environment := .venv/.made-from-$(firstword $(shell cksum < $(requirements)))

# Whoever names a Python wants that one, and not the one that .venv is of already.
ifdef PYTHON
ifneq ($(shell sh scripts/same_python $(python) "$$(PYTHON='$(PYTHON)' sh scripts/find_python 2>/dev/null)" && echo same),same)
.PHONY: $(environment)
endif
endif

help:
	@awk -F ':.*## ' '/^##@ / {printf "\n%s\n", substr($$0, 5)} /^[a-z -]+:.*## / {printf "  %s\n      %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(environment): $(requirements)
	@found=$$(PYTHON='$(PYTHON)' sh scripts/find_python) && \
	  { sh scripts/same_python $(python) "$$found" && $(python) -m pip --version >/dev/null 2>&1 || \
	  "$$found" -m venv --clear .venv; }
	@echo "Installing $(requirements) into .venv; this takes two to four minutes"
	@$(python) -m pip install --quiet --disable-pip-version-check --require-hashes --requirement $(requirements)
	@rm -f .venv/.made-from-*
	@touch $@

$(newman): tests/postman/package-lock.json
	@echo "Installing newman into .build"
	@mkdir -p $(@D)
	@cp tests/postman/package.json tests/postman/package-lock.json $(@D)
	@npm ci --prefix $(@D) --no-audit --no-fund --silent
	@touch $@

##@ Use
demo: $(environment) ## emulator, platform, team1, sign-in and Studio, from nothing
	@$(python) -m scripts.demo

env: $(environment) ## make .venv; PYTHON=... names the Python that it is made of

emulator: $(environment) ## run the AWS emulator in the foreground
	@$(python) -m emulator --port $(EMULATOR_PORT) $(ARGS)

emulator-start: $(environment) ## run the AWS emulator in the background
	@$(python) -m scripts.emulator_process start --port $(EMULATOR_PORT) $(ARGS)

emulator-stop: $(environment) ## stop the AWS emulator that emulator-start started
	@$(python) -m scripts.emulator_process stop --port $(EMULATOR_PORT)

newman: $(newman) ## install newman, which tries the Postman collection out; needs npm
test-all integration: $(newman)

##@ Develop
test: $(environment) ## everything that is checked before a change is merged
	@$(python) -m scripts.check

lint sanity unit emulator-tests integration browser: $(environment) ## one part of test; ARGS goes to pytest
	@$(python) -m scripts.check $@ $(ARGS)

scaffold: $(environment) ## write the files of a new module, with ARGS="NAME --service SERVICE --resource 'WORDS'"
	@$(python) -m scripts.scaffold $(ARGS)

docs: $(environment) ## build the documentation site into .build/site/html
	@$(python) -m scripts.site

coverage: $(environment) ## run the unit tests, and tell which changed lines none of them reaches; BASE=main
	@$(python) -m scripts.coverage $(or $(BASE),main)

# Without it the browser tests fail, and say so; the others run all the same.
chromium: $(environment) ## find Chromium for the browser tests, or install Debian's where this user may
	@$(python) -m scripts.chromium || true
test test-all browser screenshots acceptance: chromium

screenshots: $(environment) ## take the pictures in docs/screenshots and docs/terminal anew
	@$(python) -m tests.browser.screenshots
	@$(python) -m tests.support.terminal_pictures

bench: $(environment) ## measure time and memory, and write them into benchmarks/README.md
	@$(python) -m benchmarks.run
	@$(python) -m benchmarks.emulator
	@$(python) -m benchmarks.profiles
	@$(python) -m benchmarks.sign_in
	@$(python) -m benchmarks.teardown
	@$(python) -m benchmarks.fleets

##@ Release
test-all: $(environment) ## test, and what takes too long for it
	@$(python) -m scripts.check --all

molecule build-check version-matrix audit prowler: $(environment) ## one part of test-all; ARGS goes to molecule in place of --all
	@$(python) -m scripts.check $@ $(ARGS)

chaos: $(environment) ## kill runs after each of their writes, and see that the next one finishes; takes hours
	@$(python) -m scripts.check $@ $(ARGS)

acceptance: $(environment) ## try the whole project on a real account, with PROFILE=... REGION=...; says first what it costs
	@$(python) -m acceptance $(if $(PROFILE),--profile $(PROFILE)) $(if $(REGION),--region $(REGION)) $(ARGS)

build: $(environment) ## build the collection into dist/, the same bytes for the same commit
	@$(python) -m scripts.build

sbom: $(environment) ## write what a release is made of into dist/, as CycloneDX
	@$(python) -m scripts.sbom

release: $(environment) ## check, write version, changelog and notes, build and compare, with VERSION=1.2.3
	@$(python) -m scripts.release $(VERSION)

.PHONY: help env newman chromium demo test test-all lint sanity unit emulator-tests integration browser molecule build-check \
  version-matrix audit prowler chaos acceptance build sbom screenshots bench emulator emulator-start emulator-stop \
  scaffold docs coverage release
