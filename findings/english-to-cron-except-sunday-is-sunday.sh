#!/usr/bin/env bash
# What: english-to-cron drops words that it does not know, and returns Ok. "every day except Sunday" is only Sunday, "every
# month on the 15th at 10am" is daily, and "the first Monday of every month at 9am" is every Monday. For some other texts,
# such as "every quarter", it does return the error InvalidInput.
# Where: english-to-cron 0.1.7.
# Who is affected: whoever lets people write schedules in words and takes Ok as a sign that the text was understood.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir src
cat >Cargo.toml <<'TOML'
[package]
name = "words"
version = "0.1.0"
edition = "2021"

[dependencies]
english-to-cron = "=0.1.7"
TOML
cat >src/main.rs <<'RUST'
fn main() {
    for text in [
        "on Sunday at 12:00",
        "every day except Sunday at 12:00",
        "every month on the 15th at 10am",
        "the first Monday of every month at 9am",
        "every quarter",
    ] {
        println!("{text}: {:?}", english_to_cron::str_cron_syntax(text));
    }
}
RUST
CARGO_TARGET_DIR="$folder/target" cargo run --quiet >seen
cat >expected <<'TEXT'
on Sunday at 12:00: Ok("0 0 12 ? * SUN *")
every day except Sunday at 12:00: Ok("0 0 12 ? * SUN *")
every month on the 15th at 10am: Ok("0 0 10 * * ? *")
the first Monday of every month at 9am: Ok("0 0 9 ? * MON *")
every quarter: Err(InvalidInput)
TEXT
cat seen
diff expected seen
