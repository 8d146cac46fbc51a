#!/usr/bin/env bash
# Node 20.20.2 and 22.23.3: the flag of V8 that delays its optimizing compiler has a different name in each, and
# v8.setFlagsFromString neither throws for a name that V8 does not have nor ignores it: V8 prints an error, and the program
# goes on.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund node20@npm:node@20.20.2 node22@npm:node@22.23.3
ask() {
  "node_modules/$1/bin/node" -e 'require("node:v8").setFlagsFromString(process.argv[1]); console.log("went on")' -- "$2" 2>&1 | tr '\n' '|'
}
for version in node20 node22; do
  for flag in --interrupt-budget=675840 --invocation-count-for-turbofan=30000; do
    printf '%s %s: %s\n' "$version" "${flag%%=*}" "$(ask "$version" "$flag")"
  done
done >seen
seen=$(cat seen)
expected='node20 --interrupt-budget: went on|
node20 --invocation-count-for-turbofan: Error: unrecognized flag --invocation-count-for-turbofan=30000|Try --help for options|went on|
node22 --interrupt-budget: Error: unrecognized flag --interrupt-budget=675840|Try --help for options|went on|
node22 --invocation-count-for-turbofan: went on|'
printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { printf 'changed; it was:\n%s\n' "$expected"; exit 1; }
