package schema

import (
	"fmt"
	"unsafe"
)

func (w *Writer) noNumber(b []byte, f float64) []byte {
	w.fail(fmt.Errorf("a number is %v, which JSON cannot say", f))
	return append(b, "null"...)
}

func (n *node) appendFloat(b []byte, p unsafe.Pointer, w *Writer) []byte {
	f, size := 0.0, 64
	if n.size == 4 {
		f, size = float64(*(*float32)(p)), 32
	} else {
		f = *(*float64)(p)
	}
	b, ok := appendFloat(b, f, size)
	if !ok {
		return w.noNumber(b, f)
	}
	return b
}

func loadInt(p unsafe.Pointer, size uintptr) int64 {
	switch size {
	case 8:
		return *(*int64)(p)
	case 4:
		return int64(*(*int32)(p))
	case 2:
		return int64(*(*int16)(p))
	}
	return int64(*(*int8)(p))
}

func loadUint(p unsafe.Pointer, size uintptr) uint64 {
	switch size {
	case 8:
		return *(*uint64)(p)
	case 4:
		return uint64(*(*uint32)(p))
	case 2:
		return uint64(*(*uint16)(p))
	}
	return uint64(*(*uint8)(p))
}
