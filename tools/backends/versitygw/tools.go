//go:build tools

// Package tools pins versitygw: this import keeps its module and dependencies in go.mod and go.sum.
package tools

import _ "github.com/versity/versitygw/cmd/versitygw"
