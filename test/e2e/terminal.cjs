// Preloaded into a command whose stdin is a pipe: it asks questions as on a terminal.
process.stdin.isTTY = true;
