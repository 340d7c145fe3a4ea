# `make` lists the targets; `make check` is what has to pass before a commit.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# The race detector needs a C compiler; Pavilion does not. It looks at our code and at
# everything that synchronises; what only computes, such as the SQLite engine, is left
# out, for it takes half of the time and shares no memory with us but through locks
# that are looked at (docs/benchmarks.md).
COMPUTES := modernc.org compress image golang.org/x/image golang.org/x/crypto
RACE := $(shell command -v gcc >/dev/null && echo -race $(foreach p,$(COMPUTES),-gcflags=$(p)/...=-race=false))
TOOL := go tool -modfile=tools/go.mod

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: check
check: fmt vet static catalogue generate vuln race ## everything that has to hold (a quarter of an hour on two cores)

.PHONY: ci
ci: ## what the build server runs, on a Debian machine
	./.ci/run

.PHONY: fmt
fmt: ## every Go file is formatted
	@files=$$(git ls-files -co --exclude-standard '*.go' | xargs -r gofmt -l); \
	if [ -n "$$files" ]; then echo "gofmt -w $$files"; exit 1; fi

.PHONY: vet
vet: ## go vet, for the tools too
	go vet ./...
	if $(MAKE) -s tools-reachable; then go -C tools vet ./...; fi

.PHONY: static
static: ## staticcheck, at the version in tools/go.mod
	if $(MAKE) -s tools-reachable; then $(TOOL) staticcheck ./...; else echo "staticcheck cannot be fetched: left out"; fi

.PHONY: catalogue
catalogue: ## the town's rules as data: procedures, forms, calendars, texts
	go run ./cmd/pavilion catalogue check

.PHONY: generate
generate: ## generated files are what their sources make
	@if ! $(MAKE) -s tools-reachable; then echo "the tools cannot be fetched: go generate left out"; exit 0; fi; \
	sums() { find web -type f -print0 | sort -z | xargs -0 sha256sum; }; \
	before=$$(sums); go generate ./...; \
	diff <(echo "$$before") <(sums) || { echo "go generate changed these files: commit them"; exit 1; }

.PHONY: vuln
vuln: ## known vulnerabilities; VULNDB=file:///folder of an unpacked database
	@if [ -z "$(VULNDB)" ]; then echo "VULNDB is not given: govulncheck left out"; exit 0; fi; \
	$(TOOL) govulncheck -db "$(VULNDB)" ./...

.PHONY: test
test: ## all tests, as in the README
	go test ./...

.PHONY: race
race: ## all tests on both engines under the race detector, counted
	.ci/postgres go test $(RACE) -timeout 30m -json ./... | awk -f .ci/count.awk

.PHONY: fuzz
fuzz: ## each fuzz target for a short while; FUZZTIME=1m for longer
	@go list -f '{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}}{{end}}' ./... | while read -r package; do \
		for target in $$(go test -list '^Fuzz' "$$package" | grep '^Fuzz' || true); do \
			echo "$$package $$target"; \
			go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(or $(FUZZTIME),10s) "$$package"; \
		done; \
	done

.PHONY: demo
demo: ## a town to look at, on http://127.0.0.1:8080
	go run ./cmd/pavilion demo

.PHONY: bench
bench: ## reports per second over HTTP, and the benchmarks
	go run ./cmd/pavilion bench report
	go test -run '^$$' -bench . -benchtime 1s ./...

.PHONY: screens
screens: ## pictures of the pages at 390 and 1440 pixels into docs/screens
	PAVILION_TEST_REQUIRE=chromium PAVILION_PICTURES=$(CURDIR)/docs/screens go test -count=1 -run 'Screens$$' ./internal/app

.PHONY: tools-reachable
tools-reachable:
	go -C tools mod download >/dev/null 2>&1
