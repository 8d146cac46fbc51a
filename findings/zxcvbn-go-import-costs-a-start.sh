#!/usr/bin/env bash
# github.com/nbutton23/zxcvbn-go of 2018-09-12, with Go 1.26: a program that only imports this password checker and never calls
# it allocates 18 MB before main, for word lists and matchers that nobody asked for. The Pulumi CLI 3.259.0 has two copies of
# it, this one and github.com/ccojocar/zxcvbn-go: together about half of the CPU time of `pulumi version`
# (GODEBUG=inittrace=1 pulumi version lists them first).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >go.mod <<'EOF'
module example

go 1.21

require github.com/nbutton23/zxcvbn-go v0.0.0-20180912185939-ae427f1e4c1d
EOF
cat >main.go <<'EOF'
package main

import _ "github.com/nbutton23/zxcvbn-go"

func main() {}
EOF
GOFLAGS=-mod=mod go build -o program . 2>/dev/null
GODEBUG=inittrace=1 ./program 2>&1 | awk '
  /^init github.com\/nbutton23\/zxcvbn-go\/(frequency|matching) / {
    for (field = 1; field <= NF; field++) if ($field == "bytes,") printf "%s: %d MB before main\n", $2, $(field - 1) / 1e6
  }' >seen
seen=$(cat seen)
expected='github.com/nbutton23/zxcvbn-go/frequency: 10 MB before main
github.com/nbutton23/zxcvbn-go/matching: 8 MB before main'
printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { printf 'changed; it was:\n%s\n' "$expected"; exit 1; }
