package main

import (
	"bufio"
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/urfave/cli/v2"
)

func TestFlagsFirst(t *testing.T) {
	app := &cli.App{Commands: []*cli.Command{setupCommand(), passCommand("migrate", "")}}
	for line, want := range map[string]string{
		"meta":                          "meta",
		"meta setup demo --db postgres": "meta setup --db postgres demo",
		"meta setup demo --db=postgres --no-build": "meta setup --db=postgres --no-build demo",
		"meta setup --no-build demo -module x":     "meta setup --no-build -module x demo",
		"meta setup -- -x --db":                    "meta setup -- -x --db",
		"meta setup demo --db":                     "meta setup --db demo",
		"meta migrate x --plan":                    "meta migrate x --plan",
		"meta dance x --plan":                      "meta dance x --plan",
	} {
		got := flagsFirst(app, strings.Fields(line))
		if diff := cmp.Diff(strings.Fields(want), got); diff != "" {
			t.Errorf("%s: %s", line, diff)
		}
	}
}

func TestQuestions(t *testing.T) {
	var out bytes.Buffer
	on := &terminal{in: bufio.NewReader(strings.NewReader("\npostgres\nmaybe\nYES\n\n")), out: &out}
	for _, want := range []string{"sqlite", "postgres"} {
		if got, err := on.ask("Database", "sqlite"); got != want || err != nil {
			t.Errorf("ask = %q, %v", got, err)
		}
	}
	for _, want := range []bool{true, false} {
		if got, err := on.yes("Sure?"); got != want || err != nil {
			t.Errorf("yes = %t, %v", got, err)
		}
	}
	if _, err := on.ask("More", "x"); err == nil {
		t.Error("the end of the input is an answer")
	}
	if n := strings.Count(out.String(), "Sure? (y/n) [n]: "); n != 3 {
		t.Errorf("asked %d times:\n%s", n, &out)
	}
}
