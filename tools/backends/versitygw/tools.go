//go:build tools

// Package tools pins versitygw: this import keeps its module, and all it needs, in go.mod and go.sum.
package tools

import _ "github.com/versity/versitygw/cmd/versitygw"
