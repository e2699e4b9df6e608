// Command generate writes the ent package of ormtest.
package main

import (
	"fmt"
	"os"

	"github.com/utilmeta/utilmeta-go/ent/codegen"
)

func main() {
	// Upsert is there to show that its setters cannot store a plain password.
	if err := codegen.Generate("ent", "sql/upsert"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
