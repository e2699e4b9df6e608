package spill

import (
	"os"
	"syscall"
)

// mapped is a file of that size as memory, with its place on the disk reserved: a disk that is full is known here and not
// by a fault. It is nil where the file system cannot do that; lines are written one by one then.
func mapped(f *os.File, size int64) []byte {
	if err := syscall.Fallocate(int(f.Fd()), 0, 0, size); err != nil {
		_ = f.Truncate(0) // as much of it as was reserved
		return nil
	}
	memory, err := syscall.Mmap(int(f.Fd()), 0, int(size), syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
	if err != nil {
		_ = f.Truncate(0)
		return nil
	}
	return memory
}

func unmap(memory []byte) error { return syscall.Munmap(memory) }
