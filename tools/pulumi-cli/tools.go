//go:build tools

// Package tools pins the Pulumi command line: this import keeps its module and dependencies in go.mod and go.sum.
package tools

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
