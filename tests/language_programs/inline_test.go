package main

import (
	"context"
	"os"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"
)

// Brings up the stack "dev" of the project in this folder, by the Automation API: the program runs in here, so that the
// engine needs no host of Go programs. Variables: the project's name, and whether changes are expected.
func TestUp(t *testing.T) {
	ctx := context.Background()
	stack, err := auto.SelectStackInlineSource(ctx, "dev", os.Getenv("PROJECT"), program, auto.WorkDir("."))
	if err != nil {
		t.Fatal(err)
	}
	options := []optup.Option{optup.Color("never"), optup.ProgressStreams(os.Stdout)}
	if os.Getenv("CHANGES") == "none" {
		options = append(options, optup.ExpectNoChanges())
	}
	if _, err := stack.Up(ctx, options...); err != nil {
		t.Fatal(err)
	}
}
