# Vejviser. `make run` opens the app with the example municipality;
# `make test` passes everything. Both install what they need on Debian.
SHELL := /bin/bash -o pipefail

NAME    := $(shell sed -n 's/^Name = "\(.*\)"/\1/p' FyneApp.toml)
ID      := $(shell sed -n 's/^ID = "\(.*\)"/\1/p' FyneApp.toml)
VERSION := $(shell sed -n 's/^Version = "\(.*\)"/\1/p' FyneApp.toml)
META    := -X main.version=$(VERSION) -X main.appID=$(ID) -X main.appName=$(NAME)
LDFLAGS := -s -w $(META)
PACKAGES = ./assets/packaging/debian-packages.sh
OUT     ?= out

export LANG ?= da_DK.UTF-8

.PHONY: run build test test-unit test-window story race bench lint screens clean help judge bench-match bench-sync faults sim

help:
	@echo "make run | build | test | test-window | story | race | bench | judge | bench-match | faults | sim | lint | screens | clean"

# The desktop app needs cgo and X11; the command line is pure Go. Without
# animations a waiting window costs 1 % of a core instead of 30: the cursor's
# fade would paint the whole window again and again in software.
build:
	@$(PACKAGES) build
	@mkdir -p bin
	go build -tags "x11 no_animations" -trimpath -ldflags "$(LDFLAGS)" -o bin/vejviser ./cmd/vejviser
	CGO_ENABLED=0 go build -trimpath -ldflags "$(LDFLAGS)" -o bin/vejvis ./cmd/vejvis
	CGO_ENABLED=0 go build -trimpath -ldflags "$(LDFLAGS)" -o bin/vejviser-hub ./cmd/vejviser-hub

# With a display: the app on the example municipality. Without one: the same app
# on a virtual display, the counter's job done with real key presses, pictures
# and the handout left in out/run.
run: build
	@mkdir -p $(OUT)/run
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ]; then \
	  echo "Opening Vejviser with the example municipality (data in $(OUT)/run/data)"; \
	  bin/vejviser --data $(OUT)/run/data --example; \
	else \
	  echo "No display: doing the counter's job in the real window on a virtual one"; \
	  $(PACKAGES) window sheets; \
	  rm -rf $(OUT)/run; mkdir -p $(OUT)/run; \
	  go test -count=1 -trimpath -tags 'window x11' -run TestCounterJourney ./cmd/vejviser -v -args -app $(CURDIR)/bin/vejviser -vejvis $(CURDIR)/bin/vejvis -out $(CURDIR)/$(OUT)/run; \
	  echo "Pictures and the handout are in $(OUT)/run:"; ls $(OUT)/run; \
	fi

test: test-unit test-window

# Unit, property and screen tests: no display, no cgo. -tags ci gives the app
# the toolkit's test driver.
test-unit:
	@$(PACKAGES) sheets
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { echo "gofmt would change:"; gofmt -l $$(git ls-files '*.go'); exit 1; }
	CGO_ENABLED=0 go vet -tags ci ./...
	CGO_ENABLED=0 go test -count=1 -tags ci ./...

# Journeys in a real window under Xvfb, with real key presses.
test-window: build
	@$(PACKAGES) window sheets
	go test -count=1 -trimpath -tags 'window x11' -run 'Journey' ./cmd/vejviser -v -args -app $(CURDIR)/bin/vejviser -vejvis $(CURDIR)/bin/vejvis -hub $(CURDIR)/bin/vejviser-hub -out $(CURDIR)/$(OUT)/journey

# The story of one vejvisning at three PCs, and what may go otherwise in it, with
# programs whose clock can be moved: four weeks pass. Long where nothing is built
# yet: the standard library is compiled again with such a clock.
story: CLOCK = $(abspath $(OUT))/story/clock
story:
	@$(PACKAGES) build window sheets
	@mkdir -p $(CLOCK)
	assets/packaging/moved-clock.sh $(CLOCK)
	go build -overlay $(CLOCK)/overlay.json -tags "x11 no_animations" -trimpath -ldflags "$(LDFLAGS)" -o $(CLOCK)/vejviser ./cmd/vejviser
	for p in vejvis vejviser-hub; do CGO_ENABLED=0 go build -overlay $(CLOCK)/overlay.json -trimpath -o $(CLOCK)/$$p ./cmd/$$p || exit 1; done
	go test -count=1 -trimpath -tags 'window x11' -run 'Story' ./cmd/vejviser -v -args -clock -app $(CLOCK)/vejviser -vejvis $(CLOCK)/vejvis -hub $(CLOCK)/vejviser-hub -out $(abspath $(OUT))/story

race:
	@$(PACKAGES) build sheets
	CGO_ENABLED=1 go test -count=1 -race -tags ci ./...

bench: build
	@$(PACKAGES) window sheets
	CGO_ENABLED=0 go test -tags ci -run '^$$' -bench . -benchmem ./localdb/... ./ui/...
	go test -count=1 -trimpath -tags 'window x11' -run 'Measure' ./cmd/vejviser -v -args -app $(CURDIR)/bin/vejviser -vejvis $(CURDIR)/bin/vejvis -out $(CURDIR)/$(OUT)/measure

lint:
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -l $$(git ls-files '*.go'); exit 1; }
	CGO_ENABLED=0 go vet -tags ci ./...
	CGO_ENABLED=0 go run honnef.co/go/tools/cmd/staticcheck@v0.8.2 -tags ci ./...

# Every screen and sheet as a picture, in out/screens.
screens:
	@$(PACKAGES) sheets
	@mkdir -p $(OUT)/screens
	VEJVISER_SCREENS=$(CURDIR)/$(OUT)/screens CGO_ENABLED=0 go test -count=1 -tags ci -run 'TestScreens|TestSheets' ./ui/... ./cmd/...
	@echo "Pictures are in $(OUT)/screens"; ls $(OUT)/screens

clean:
	rm -rf $(OUT) bin

# How good the search is, class by class. FILE: a judged set; DIRECTORY: its
# communities; AGAINST: a run saved with JSON=; MISSES: list so many.
judge:
	@CGO_ENABLED=0 go run ./localdb/match/judge/cmd $(if $(FILE),-file '$(FILE)') $(if $(DIRECTORY),-directory '$(DIRECTORY)') $(if $(AGAINST),-against '$(AGAINST)') $(if $(JSON),-json '$(JSON)') $(if $(MISSES),-misses '$(MISSES)')

# Matching beside bleve and SQLite FTS5 in one run: quality, time, disk, memory.
# Its own module, so that no peer becomes a dependency. LARGE=1: also 100,000.
bench-match:
	cd localdb/match/bench && CGO_ENABLED=0 go vet ./... && CGO_ENABLED=0 go test ./... && CGO_ENABLED=0 go run . $(if $(LARGE),-large)

# Every harm a thousand times, on the real store: kills, power cuts (as root on
# Linux), damaged files, full disks, every call of the disk refused once; and the
# nodes of a cluster killed under load. About half an hour. KILLS=10000: so many;
# SEED=…: the same harm again.
faults:
	@mkdir -p $(OUT)
	CGO_ENABLED=0 go test -count=1 -timeout 1h -v -run 'Refuses|EveryStep|AnyStep|ReplayedOnce|Both|LeavesTheTimes' ./localdb -faults.refusals | tee $(OUT)/faults-store.txt | sed -n '/^ *--- /p;/refuse_test/p;/^ok/p;/^FAIL/p'
	CGO_ENABLED=0 go test -count=1 -timeout 6h -v ./localdb/faults -faults.kills=$(or $(KILLS),1000) -faults.cuts=$(or $(CUTS),1000) -faults.unsynced=300 -faults.damages=400 -faults.ends=200 -faults.fills=20 -faults.copies=40 -faults.seed=$(or $(SEED),0) | tee $(OUT)/faults.txt | sed -n '/^--- /p;/^faults.seed/,$$p'
	CGO_ENABLED=0 go test -count=1 -tags faults -timeout 30m -v ./sync/log/embedded | tee $(OUT)/faults-log.txt | sed -n '/^ *--- /p;/_test.go/p;/^ok/p;/^FAIL/p'
	CGO_ENABLED=0 go test -count=1 -tags faults -timeout 20m -v -run Kill ./sync/log/jetstream | tee $(OUT)/faults-cluster-log.txt | sed -n '/^--- /p;/ | /p;/^ok/p;/^FAIL/p'
	CGO_ENABLED=0 go test -count=1 -tags faults -timeout 20m -v ./sync/hub/cluster | tee $(OUT)/faults-cluster.txt | sed -n '/^--- /p;/ | /p;/^ok/p;/^FAIL/p'

# Synchronising beside PouchDB and PocketBase in one interleaved run: time on
# both sides, bytes, memory. Its own module; PouchDB comes from npm. LARGE=1:
# also 100,000 records; ONLY=vejviser: without the peers.
bench-sync:
	cd sync/bench && CGO_ENABLED=0 go vet ./... && CGO_ENABLED=0 go run . $(if $(LARGE),-large) $(if $(ONLY),-only '$(ONLY)') $(if $(ROUNDS),-rounds '$(ROUNDS)')

# Thirty days of a hub and fifty PCs, for 200 seeds: lines that lose, double and
# bend, kills, copies, restores, wrong clocks; and then whether anything was lost
# or is known differently anywhere. About ten minutes on two cores. SEEDS=: so
# many; SEED=: one of them again, with its last steps.
sim:
	@mkdir -p $(OUT)
	CGO_ENABLED=0 go test -count=1 -timeout 3h -v -run 'Simulation' ./sync/sim $(if $(SEED),-seed=$(SEED),-seeds=$(or $(SEEDS),200)) | tee $(OUT)/sim.txt | sed -n '/^ *--- /p;/sim_test/,$$p'
