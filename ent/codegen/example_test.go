package codegen_test

import (
	"fmt"
	"os"

	"github.com/utilmeta/utilmeta-go/ent/codegen"
)

// A program that meta generate stands for.
func ExampleGenerate() {
	if err := codegen.Generate("app/ent"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
