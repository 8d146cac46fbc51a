//go:build tools

// Package tools pins the provider that Terraform is measured with: this import keeps its module and dependencies in go.mod
// and go.sum.
package tools

import _ "github.com/Mastercard/terraform-provider-restapi"
