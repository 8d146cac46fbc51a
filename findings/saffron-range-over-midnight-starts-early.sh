#!/usr/bin/env bash
# What: a range that wraps around begins one value too early in saffron: "0 22-2 * * *" also runs at 21:00, and "FRI-SUN" on
# Thursday. Its own description of both is right, and a comment in its source has the second as an example, without Thursday.
# A range that does not wrap, "9-11", is right.
# Where: saffron 0.1.0, the parser that its documentation calls the one behind Cron Triggers on Cloudflare Workers.
# Who is affected: whoever computes or checks the runs of a job over night or over a weekend with this crate.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir src
cat >Cargo.toml <<'TOML'
[package]
name = "wraps"
version = "0.1.0"
edition = "2021"

[dependencies]
chrono = "=0.4.45"
saffron = "=0.1.0"
TOML
cat >src/main.rs <<'RUST'
use chrono::{TimeZone, Utc};
use saffron::parse::{CronExpr, English};
use saffron::Cron;

fn main() {
    let from = Utc.with_ymd_and_hms(2027, 1, 4, 12, 0, 0).unwrap();
    for (text, format) in [("0 9-11 * * *", "%H"), ("0 22-2 * * *", "%H"), ("0 9 * * FRI-SUN", "%a")] {
        let expression: CronExpr = text.parse().unwrap();
        let cron: Cron = text.parse().unwrap();
        let runs: Vec<String> = cron.iter_from(from).take(7).map(|run| run.format(format).to_string()).collect();
        println!("{text}: {}: {}", expression.describe(English::default()), runs.join(" "));
    }
}
RUST
CARGO_TARGET_DIR="$folder/target" cargo run --quiet >seen
cat >expected <<'TEXT'
0 9-11 * * *: At 0 minutes past the hour, between 9:00 AM and 11:59 AM: 09 10 11 09 10 11 09
0 22-2 * * *: At 0 minutes past the hour, between 10:00 PM and 2:59 AM: 21 22 23 00 01 02 21
0 9 * * FRI-SUN: At 9:00 AM on Friday through Sunday: Thu Fri Sat Sun Thu Fri Sat
TEXT
cat seen
diff expected seen
