//go:build unix

package spill

import (
	"errors"
	"os"
	"syscall"
)

// lock takes the file for this process as long as it is open; errLocked means that another one has it.
func lock(f *os.File) error {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return errLocked
	}
	return err
}
