//go:build !linux

package spill

import "os"

// mapped is nil: lines are written one by one.
func mapped(*os.File, int64) []byte { return nil }

func unmap([]byte) error { return nil }
