package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// terminal is somebody who can be asked.
type terminal struct {
	in  *bufio.Reader
	out io.Writer
}

// askable returns the terminal of this process, nil when it has none.
func askable() *terminal {
	if !term.IsTerminal(int(os.Stdin.Fd())) || !term.IsTerminal(int(os.Stderr.Fd())) {
		return nil
	}
	return &terminal{in: bufio.NewReader(os.Stdin), out: os.Stderr}
}

// ask returns the answer to a question, or what goes without one.
func (t *terminal) ask(question, otherwise string) (string, error) {
	if otherwise != "" {
		question += " [" + otherwise + "]"
	}
	fmt.Fprint(t.out, question+": ")
	line, err := t.in.ReadString('\n')
	if line = strings.TrimSpace(line); line != "" {
		return line, nil
	}
	if err != nil {
		fmt.Fprintln(t.out)
		return "", fmt.Errorf("no answer: %w", err)
	}
	return otherwise, nil
}

// yes asks until the answer is yes or no; none is no.
func (t *terminal) yes(question string) (bool, error) {
	for {
		answer, err := t.ask(question+" (y/n)", "n")
		if err != nil {
			return false, err
		}
		switch strings.ToLower(answer) {
		case "y", "yes":
			return true, nil
		case "n", "no":
			return false, nil
		}
	}
}
