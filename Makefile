# make run            set up, build and serve decisions on policies/ at localhost:8181
# make test           set up, build and run all tests
# make simulate       the service under faults from SEEDS=10000 seeds
# make instructions   count the instructions of a decision, and compare with those before
# make differential   compare COUNT=200000 generated cases of SEED=1 with ORACLE="command"
# make bench          time the benchmark scenarios
# make release        optimised build of everything
# make format         format Package.swift, Sources and Tests
# make setup          install the system libraries that are missing

SWIFT ?= swift
JOBS ?= $(shell nproc 2>/dev/null || sysctl -n hw.ncpu)
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
# Optimised programs have Swift's libraries in them where the toolchain allows it: they start in half the time.
STATIC = $(if $(wildcard $(shell $(SWIFT) -print-target-info | sed -n 's/.*"runtimeResourcePath": "\(.*\)".*/\1_static/p')),--static-swift-stdlib)
OPTIMISED = build -c release -j $(JOBS) $(STATIC)

.PHONY: run test simulate instructions differential bench release format setup

setup:
	@for package in libjansson-dev libre2-dev libsqlite3-dev zlib1g-dev; do \
	  if command -v dpkg >/dev/null && ! dpkg -s $$package >/dev/null 2>&1; then missing="$$missing $$package"; fi; \
	done; \
	if [ -n "$$missing" ]; then \
	  echo "setup: installing$$missing"; \
	  $(SUDO) apt-get update -qq && $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $$missing; \
	else echo "setup: all system libraries are there"; fi
	@command -v $(SWIFT) >/dev/null || { echo "setup: Swift 6.1 or newer is needed: https://www.swift.org/install"; exit 1; }

release: setup
	$(SWIFT) $(OPTIMISED)

run: setup
	$(SWIFT) $(OPTIMISED) --product verdict
	.build/release/verdict run --server policies

# Tests about time go wrong where hundreds of them share two processors, so only a few run at once.
test: setup
	@# What failed is said again at the end, where it is found.
	SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=3 $(SWIFT) test -j $(JOBS) --xunit-output .build/tests.xml \
	  || { grep -B 1 '<failure' .build/tests-swift-testing.xml; exit 1; }
	@# Simulations afterwards: they take all processors.
	VERDICT_SEEDS=10000 $(SWIFT) test --skip-build --filter SimulationTests/everyInvariantHolds
	$(MAKE) instructions

# What a decision costs in instructions, which repeat on any machine as times do not.
instructions: setup
	@command -v valgrind >/dev/null || $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq valgrind || echo "setup: valgrind cannot be installed"
	$(SWIFT) $(OPTIMISED) --product counted-decisions
	Tests/Benchmarks/instructions .build/release/counted-decisions $(ARGUMENTS)

simulate: setup
	VERDICT_SEEDS=$(or $(SEEDS),10000) $(SWIFT) test -j $(JOBS) --filter SimulationTests/everyInvariantHolds

differential: setup
	$(SWIFT) $(OPTIMISED) --product fuzz
	.build/release/fuzz differential --seed $(or $(SEED),1) --count $(or $(COUNT),200000) --oracle $(ORACLE)

bench: setup
	$(SWIFT) $(OPTIMISED) --product verdict
	Tests/Benchmarks/run .build/release/verdict $(ARGUMENTS)

format:
	$(SWIFT) format --in-place --recursive Package.swift Sources Tests
