//go:build unix

package spill

import (
	"os"
	"syscall"
)

// lock takes the file for this process as long as it is open; an error means that another one has it.
func lock(f *os.File) error {
	return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
}
