# What a newcomer needs: make demo, make test. The rest is for those who work on the project.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c

MODULES := . examples/demo-user
RACE ?=
BIN := $(CURDIR)/.meta/bin
PORT ?= 8000
export PORT

.PHONY: demo test generate web browser lint bench bench-gates soak clean

## demo: build, migrate and serve examples/demo-user on SQLite
demo:
	@cd examples/demo-user && go build -o $(BIN)/demo-user . && $(BIN)/demo-user migrate
	@echo
	@echo "Try it in another terminal:"
	@echo "  curl -c jar -b jar http://127.0.0.1:$(PORT)/api/user/signup -H 'Content-Type: application/json' -d '{\"username\":\"user1\",\"password\":\"123123\"}'"
	@echo "  curl -c jar -b jar http://127.0.0.1:$(PORT)/api/user"
	@echo "  curl -c jar -b jar -X POST http://127.0.0.1:$(PORT)/api/user/logout -i"
	@echo
	@cd examples/demo-user && exec $(BIN)/demo-user serve

## test: every test; what needs a service that is not there is skipped with a line
test:
	@for m in $(MODULES); do (cd $$m && echo "== $$m" && go vet ./... && go test $(RACE) -timeout 20m ./...) || exit 1; done

## generate: write all generated code anew
generate:
	go generate ./...
	go run ./cmd/meta generate --dir examples/demo-user

## web: check the sources of the docs page and build it into framework/docs/dist; needs Node 20.19 or later
web: web/node_modules
	cd web && npm run check && npm test && npm run build

## browser: the docs page in a real browser, against real services; needs Node and Chromium
browser: web/node_modules
	cd web && npm run browser

web/node_modules: web/package-lock.json
	cd web && npm ci --ignore-scripts && touch node_modules

## lint: gofmt, vet, staticcheck, go mod tidy
lint:
	@out=$$(git ls-files '*.go' | xargs gofmt -l); [ -z "$$out" ] || { echo "not gofmt-clean:"; echo "$$out"; exit 1; }
	@go -C tools build -o $(BIN)/staticcheck honnef.co/go/tools/cmd/staticcheck
	@for m in $(MODULES); do (cd $$m && echo "== lint $$m" && go vet ./... && $(BIN)/staticcheck ./... && go mod tidy -diff && go mod verify >/dev/null) || exit 1; done

## bench: the request path beside other frameworks, in process, over sockets and to compile, written to bench/RESULTS.md, what operations cost, to bench/OPERATIONS.md, and benchmarks of the hot paths
bench:
	go -C bench run . -to RESULTS.md
	go -C bench run ./operations -to OPERATIONS.md
	go test -run '^$$' -bench . -benchmem ./framework/... ./ent/... ./tests/...

## bench-gates: what the request path falls short of, in under a minute
bench-gates:
	go -C bench run . -gates -d 40ms

## soak: long runs, by hand
soak:
	META_TEST_SOAK=1 go test -timeout 60m -run 'Soak' ./...

clean:
	rm -rf .meta examples/demo-user/.meta
