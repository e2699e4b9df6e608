#!/usr/bin/env bash
# Lints the OpenAPI documents of the kitchen-sink contract, of one that others are merged into, and of
# examples/demo-user with Redocly and Spectral: no error, no warning. Needs node; without npm it says so and does nothing.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v npm >/dev/null; then
	echo "lint-openapi: skipped: npm is not installed"
	exit 0
fi
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cp framework/openapi/testdata/kitchen.json framework/openapi/testdata/kitchen.yaml framework/openapi/testdata/merged.json "$dir"
(cd examples/demo-user && go run . openapi --to "$dir/demo-user.json")

# An operation may only redirect; licence, contact and description of a service are its owner's to tell.
cat >"$dir/redocly.yaml" <<'YAML'
extends: [recommended]
rules:
  operation-2xx-response: off
YAML
cat >"$dir/redocly-demo.yaml" <<'YAML'
extends: [recommended]
rules:
  info-license: off
YAML
echo 'extends: ["spectral:oas"]' >"$dir/spectral.yaml"
cat >"$dir/spectral-demo.yaml" <<'YAML'
extends: ["spectral:oas"]
rules:
  info-contact: off
  info-description: off
YAML

cd "$dir"
npm install --loglevel=error --no-audit --no-fund --ignore-scripts --prefix "$dir" @redocly/cli@2 @stoplight/spectral-cli@6
export REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true
redocly() { # redocly CONFIG FILE: its own status is that of errors alone
	npx --loglevel=error redocly lint --max-problems 1000 --format json --config "$1" "$2" >redocly.json 2>redocly.log || true
	node -e '
		const { totals, problems } = JSON.parse(require("fs").readFileSync("redocly.json", "utf8"));
		for (const p of problems) console.log(`${process.argv[1]}: ${p.severity} ${p.ruleId}: ${p.message} ${p.location?.[0]?.pointer ?? ""}`);
		process.exit(totals.errors + totals.warnings > 0 ? 1 : 0);' "$2"
}
failed=0
redocly redocly.yaml kitchen.json || failed=1
redocly redocly.yaml kitchen.yaml || failed=1
redocly redocly.yaml merged.json || failed=1
redocly redocly-demo.yaml demo-user.json || failed=1
npx --loglevel=error spectral lint --fail-severity warn --ruleset spectral.yaml kitchen.json kitchen.yaml merged.json || failed=1
npx --loglevel=error spectral lint --fail-severity warn --ruleset spectral-demo.yaml demo-user.json || failed=1
[ "$failed" = 0 ] && echo "lint-openapi: 0 errors, 0 warnings"
exit "$failed"
