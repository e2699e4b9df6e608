// Command operations measures what it costs to record requests: in process, over a socket, and in the store.
//
//	go run ./operations -to OPERATIONS.md
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

func main() {
	to := flag.String("to", "", "`file` for the results; standard output if not given")
	rounds := flag.Int("rounds", 5, "how often each is measured")
	each := flag.Duration("d", 300*time.Millisecond, "how long each time")
	child := flag.String("serve", "", "serve with or without operations, for the measure over a socket")
	flag.Parse()
	if *child != "" {
		fmt.Fprintln(os.Stderr, "operations:", serve(*child))
		os.Exit(1)
	}
	file, err := filepath.Abs(*to) // the measure goes to a folder of its own
	text := ""
	if err == nil {
		text, err = measure(*rounds, *each)
	}
	if err == nil && *to != "" {
		err = os.WriteFile(file, []byte(text), 0o644)
	} else if err == nil {
		fmt.Print(text)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "operations:", err)
		os.Exit(1)
	}
}

// measure takes all figures, in one run.
func measure(rounds int, each time.Duration) (string, error) {
	dir, err := os.MkdirTemp("", "bench-operations-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	if err := os.Chdir(dir); err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString("# What recording requests costs\n\nWritten by `go -C bench run ./operations -to OPERATIONS.md`. Production, answers below the level at which headers and bodies are stored. Medians of interleaved rounds on one machine: compare rows, not machines.\n\n")
	for _, part := range []func(*strings.Builder, int, time.Duration) error{inProcess, stored, paced, overSocket} {
		if err := part(&b, rounds, each); err != nil {
			return "", err
		}
	}
	return b.String(), nil
}

// folder is a new one.
func folder(name string) (string, error) {
	dir, err := os.MkdirTemp("", "bench-"+name+"-")
	if err != nil {
		return "", err
	}
	return filepath.Abs(dir)
}

var background = context.Background()
