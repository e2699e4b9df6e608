//go:build race

package api_test

// The race detector allocates by itself.
const raceEnabled = true
