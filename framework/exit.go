package framework

import (
	"errors"
	"fmt"
	"os"
)

// Codes that the process ends with.
const (
	ExitFailure = 1 // what was asked for could not be done, or a check found something
	ExitUsage   = 2 // the command line or the configuration is wrong
	ExitAnswer  = 3 // a question is open that nobody could be asked
)

// An ExitError is an error that ends the process with a code of its own.
type ExitError struct {
	Code int
	Err  error
}

func (e *ExitError) Error() string { return e.Err.Error() }
func (e *ExitError) Unwrap() error { return e.Err }

// usage is an error of the command line or the configuration.
func usage(format string, a ...any) error {
	return &ExitError{Code: ExitUsage, Err: fmt.Errorf(format, a...)}
}

// ExitCode is the code that err ends the process with: 0 for nil.
func ExitCode(err error) int {
	var e *ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &e):
		return e.Code
	}
	return ExitFailure
}

// Exit ends the process: quietly when err is nil, else with the error on standard error and its code.
func Exit(err error) {
	if err != nil && err.Error() != "" {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(ExitCode(err))
}
