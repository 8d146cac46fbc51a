#!/usr/bin/env bash
# What: every entry point of zod that a program can load with require, including zod/v4/core and zod/mini, loads all of zod's
# translations of error messages: at least two thirds of the loaded files are locales.
# Where: zod 4.6.7, Node 20, CommonJS. A bundler drops them; Node alone cannot.
# Who is affected: a command line tool that starts often. Loading zod can take longer than starting Node itself.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund zod@4.6.7 >/dev/null
for entry in zod zod/mini zod/v4/core; do
  ENTRY=$entry node -e '
    require(process.env.ENTRY);
    const files = Object.keys(require.cache);
    const locales = files.filter((file) => /[\\/]locales[\\/]/.test(file)).length;
    console.log(`${process.env.ENTRY}: ${files.length} files, ${locales} of them locales`);
  '
done >seen
cat seen
cat >expected <<'TEXT'
zod: 95 files, 64 of them locales
zod/mini: 92 files, 64 of them locales
zod/v4/core: 82 files, 64 of them locales
TEXT
diff expected seen
