# Everything that people and CI do with the project. `make help` lists it.

PYTHON ?= python3
SWIFT_BUILD = swift build -c release -Xswiftc -static-stdlib
BINARY = .build/release/python-memtools
PACKAGES = libelf-dev zlib1g-dev libzstd-dev liblzma-dev liblz4-dev libedit-dev elfutils zstd xz-utils lz4 pkg-config patchelf gdb binutils gcc \
  python3-venv
MUTATIONS ?= 100000
CAPTURES ?= 1000
SEED ?= 1
FUZZ_TIME ?= 600
# Swift traps where C is undefined: of the two only C needs the sanitizer, whose runtime is part of the other one's.
UNDEFINED = -Xcc -fsanitize=undefined -Xcc -fno-sanitize-recover=undefined
FUZZ_PRODUCT = FUZZ=1 swift build -c release --product fuzz -Xswiftc -sanitize=fuzzer -Xswiftc -enable-testing \
  -Xcc -fsanitize=fuzzer-no-link
FUZZ_BUILD = $(FUZZ_PRODUCT) --build-path .build-fuzz --sanitize=address $(UNDEFINED)
COUNTED = LLVM_PROFILE_FILE=$(CURDIR)/.build-coverage/goldens-%4m.profraw $(PYTHON) tests/run_tests.py \
  --binary .build-coverage/debug/python-memtools
# A module of the folder `tests`, run as a program.
TESTS = PYTHONPATH=$(CURDIR)/tests $(PYTHON) -m
# The interpreters that `make setup` gets from Debian: suite, version and folder. Those in `older` are another patch release.
PYTHONS = sid,3.15,3.15 forky,3.15,older/3.15 sid,3.14,3.14 forky,3.14,older/3.14
RUFF = .venv/bin/ruff
SUDO = $(shell [ "$$(id -u)" = 0 ] || echo sudo)

STATIC_LIBRARIES = bsd md tinfo z

# What CI runs, in this order.
STAGES = lint asan tsan-slice layouts tiers torture-slice fuzz-slice
# The unit tests of what runs on several threads.
CONCURRENT = ConcurrentMap|MemorySearch|DemandedBlocks|RuntimeSearch|HeapScanner|BlockJudge|Referen|StoredIndex
# The version that `make check` runs.
CHECKED ?= 312

.DEFAULT_GOAL := build
.PHONY: help setup build static test check unit tiers layouts captures torture torture-slice fuzz fuzz-slice asan tsan tsan-slice coverage demo bench growth \
  exactness programs goldens format lint ci clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "%-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## install what apt and pip have, get CPython 3.14 and 3.15, say which interpreters are used
	@missing=; for package in $(PACKAGES); do \
	  dpkg-query -W -f '$${Status}' $$package 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$package"; done; \
	if [ -n "$$missing" ]; then $(SUDO) apt-get -q update && $(SUDO) apt-get -q install -y $$missing; fi
	@for python in $(PYTHONS); do \
	  words=$$(echo $$python | tr , ' '); set -- $$words; \
	  scripts/fetch-python.sh $$1 $$2 .python/$$3 || \
	    echo "setup: CPython $$2 of $$1 could not be fetched; its tests will say so" >&2; done
	@$(PYTHON) tests/harness/virtual_environment.py >/dev/null || $(SUDO) apt-get -q install -y python3-pytest python3-pytest-xdist
	@$(PYTHON) tests/harness/interpreters.py

build: setup ## build the tool: .build/release/python-memtools
	$(SWIFT_BUILD) --product python-memtools

static: setup ## build the tool without any shared library, for containers: .build-static/release/python-memtools
	$(SWIFT_BUILD) --product python-memtools --scratch-path .build-static -Xswiftc -static-executable \
	  $(STATIC_LIBRARIES:%=-Xlinker -l%)
	$(TESTS) tiers.static_build .build-static/release/python-memtools

test: ci ## pass all tests

check: build ## all tiers of one version, CHECKED (3.12)
	$(PYTHON) tests/run_tests.py --tier all --version $(CHECKED) --jobs 2 --binary $(BINARY)

unit: setup ## unit tests of every layer
	swift test

tiers: build ## the five tiers, end to end, with real interpreters
	$(PYTHON) tests/run_tests.py --tier all --version all-installed --jobs 2 --binary $(BINARY)

layouts: setup ## compare the layout tables with the interpreters on this machine
	$(PYTHON) tests/layouts/generate.py --check

captures: build ## take CAPTURES (1,000) dumps of processes that check themselves, in every state a process can be in
	$(TESTS) capture.capture_states --captures $(CAPTURES) --seed $(SEED) --binary $(BINARY)

torture: build ## run the tool on MUTATIONS (100,000) damaged dumps, made from SEED, and on every fault in its turn
	$(TESTS) robustness.torture --mutations $(MUTATIONS) --in-turn --seed $(SEED) --binary $(BINARY)

torture-slice: build ## the same with 2,000 damaged dumps, and one fault of 149, as CI does
	$(TESTS) robustness.torture --mutations 2000 --in-turn --step 149 --seed $(SEED) --binary $(BINARY)

fuzz: setup ## give every fuzz target FUZZ_TIME seconds (600)
	$(FUZZ_BUILD)
	$(TESTS) fuzz.fuzz --seconds $(FUZZ_TIME)

fuzz-slice: setup ## give every fuzz target its corpus and 500 inputs more, as CI does
	$(FUZZ_BUILD)
	$(TESTS) fuzz.fuzz --runs 500

asan: setup ## unit tests with the sanitizers of addresses and of what is undefined
	ASAN_OPTIONS=detect_leaks=0 swift test --build-path .build-asan --sanitize=address $(UNDEFINED)

tsan: setup ## unit tests with the thread sanitizer
	swift test --build-path .build-tsan --sanitize=thread

tsan-slice: setup ## unit tests of what runs on several threads, with the thread sanitizer, as CI does
	swift test --build-path .build-tsan --sanitize=thread --filter '$(CONCURRENT)'

coverage: setup ## how many lines of what reads input unit tests, fuzz corpora, goldens and tier 4 run
	rm -f .build-coverage/*.prof*
	swift test --build-path .build-coverage --enable-code-coverage
	$(COUNTED) --tier 2 --version all-installed
	for version in 38 312; do $(COUNTED) --tier 4 --version $$version || exit 1; done
	$(FUZZ_PRODUCT) --build-path .build-coverage-fuzz -Xswiftc -profile-generate -Xswiftc -profile-coverage-mapping
	$(TESTS) harness.coverage

demo: build ## start a program that leaks, dump it, show what fills it
	@scripts/demo.sh $(BINARY)

bench: build ## measure against reading the same memory
	$(PYTHON) benchmarks/run.py --binary $(BINARY)

growth: build ## measure how time and memory grow with the dump, from 0.1 to 12 GB
	$(PYTHON) benchmarks/growth.py --binary $(BINARY)

exactness: build ## measure the exactness of every version and type, write docs/exactness.md
	$(PYTHON) tests/run_tests.py --tier 3 --version all-installed --record-exactness --binary $(BINARY)

programs: build ## compare with the words of Flask, aiohttp, pandas, Cython's users, numpy and the interpreter's own tests
	$(PYTHON) tests/run_tests.py --tier programs --version all-installed --binary $(BINARY)

goldens: build ## record the golden files anew
	MODE=record $(PYTHON) tests/run_tests.py --tier 2 --version all-installed --binary $(BINARY)

format: ## format the Swift sources, and correct what of the Python ones can be corrected
	swift format --in-place --recursive Sources Tests Package.swift
	$(RUFF) check --fix .

$(RUFF): tests/harness/requirements.txt
	@$(PYTHON) tests/harness/virtual_environment.py >/dev/null && touch -c $@

lint: $(RUFF) ## check the format of the Swift sources, and the style of the Python ones
	swift format lint --strict --recursive Sources Tests Package.swift
	$(RUFF) check .

ci: setup ## what CI runs, stage by stage; one that makes no progress for five minutes is ended, and its stacks shown
	@for stage in $(STAGES); do \
	  $(TESTS) harness.watchdog --tool $(BINARY) -- $(MAKE) --no-print-directory $$stage || exit; done

clean: ## remove what was built
	rm -rf .build .build-matrix .build-static .build-fuzz .build-asan .build-tsan .build-coverage .build-coverage-fuzz
