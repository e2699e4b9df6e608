package spill

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"iter"
	"os"
	"path/filepath"
	"runtime/debug"
)

// A Segment is a file of records, in the order in which they were written.
type Segment struct {
	spill   *Spill
	file    *os.File
	memory  []byte // the file itself, where the system can map it; nil once it is sealed
	size    int64
	records int64
}

// Name tells the segment from every other one, also of other processes and machines.
func (g *Segment) Name() string { return filepath.Base(g.file.Name()) }

// Len is how many records there are, those that are damaged included.
func (g *Segment) Len() int64 { return g.records }

// write adds a line, which is there as a whole or, after an error, not at all.
func (g *Segment) write(line []byte) error {
	if g.memory != nil {
		if copied, err := g.copy(line); copied || err != nil {
			return err
		}
	}
	n, err := g.file.Write(line)
	if err != nil {
		if n > 0 {
			err = errors.Join(err, g.file.Truncate(g.size))
		}
		return fmt.Errorf("spill: %w", err)
	}
	g.size += int64(n)
	g.records++
	return nil
}

// copy writes a line into the mapped file: the pages are the system's, and outlive the process. When it does not fit, the
// file is sealed and nothing is written.
func (g *Segment) copy(line []byte) (copied bool, err error) {
	if int64(len(g.memory))-g.size < int64(len(line)) {
		return false, g.seal()
	}
	// Somebody may have cut the file short: the fault must not be the end of the process.
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if recover() != nil {
			copied, err = false, g.recount()
		}
	}()
	copy(g.memory[g.size:], line)
	g.size += int64(len(line))
	g.records++
	return true, nil
}

// recount seals a file that somebody has cut short, and counts the records that are gone as dropped.
func (g *Segment) recount() error {
	info, err := g.file.Stat()
	if err != nil {
		return errors.Join(fmt.Errorf("spill: %w", err), g.seal())
	}
	had := g.records
	g.size, g.records = min(g.size, info.Size()), 0
	if err := errors.Join(g.seal(), g.count()); err != nil {
		return err
	}
	g.spill.dropped += max(had-g.records, 0)
	return nil
}

// seal ends the mapping, and gives back what of the file was reserved for more.
func (g *Segment) seal() error {
	if g.memory == nil {
		return nil
	}
	err := unmap(g.memory)
	g.memory = nil
	if err = errors.Join(err, g.file.Truncate(g.size)); err != nil {
		return fmt.Errorf("spill: %w", err)
	}
	return nil
}

// trim leaves out what was reserved and not written, of a file whose process has died.
func (g *Segment) trim() error {
	buf := make([]byte, 64<<10)
	for g.size > 0 {
		n := min(g.size, int64(len(buf)))
		if _, err := g.file.ReadAt(buf[:n], g.size-n); err != nil {
			return fmt.Errorf("spill: %w", err)
		}
		if used := int64(len(bytes.TrimRight(buf[:n], "\x00"))); used > 0 {
			g.size -= n - used
			return nil
		}
		g.size -= n
	}
	return nil
}

// count finds how many lines the file has.
func (g *Segment) count() error {
	r := bufio.NewReaderSize(io.NewSectionReader(g.file, 0, g.size), 64<<10)
	for {
		part, err := r.ReadSlice('\n')
		switch {
		case err == nil, errors.Is(err, io.EOF) && len(part) > 0:
			g.records++
		case errors.Is(err, io.EOF):
			return nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return fmt.Errorf("spill: %w", err)
		}
	}
}

// ErrDamaged stands for a record that cannot be read: a line that was cut when a process died, or that has changed.
var ErrDamaged = errors.New("spill: a record is damaged")

// maxLine bounds a record with what stands before it.
const maxLine = 16 << 20

// Records goes through the records; one that is damaged is told by ErrDamaged, and those behind it follow. Any other
// error ends it. A record is valid until the next one.
func (g *Segment) Records() iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		r := bufio.NewScanner(io.NewSectionReader(g.file, 0, g.size))
		r.Buffer(nil, maxLine)
		r.Split(splitLines)
		for r.Scan() {
			record, err := decode(r.Bytes())
			if !yield(record, err) {
				return
			}
		}
		if err := r.Err(); err != nil {
			yield(nil, fmt.Errorf("spill: %s: %w", g.file.Name(), err))
		}
	}
}

// splitLines takes lines with their breaks, and what is left at the end without one.
func splitLines(data []byte, atEOF bool) (advance int, line []byte, err error) {
	if i := bytes.IndexByte(data, '\n'); i >= 0 {
		return i + 1, data[:i+1], nil
	}
	if atEOF && len(data) > 0 {
		return len(data), data, nil
	}
	return 0, nil, nil
}

// Done removes the file, when its records are stored.
func (g *Segment) Done() error {
	g.leave()
	return g.remove()
}

// Return gives the records back, to be taken again.
func (g *Segment) Return() {
	g.leave()
	s := g.spill
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		_ = g.file.Close() // the next process finds it
		return
	}
	s.waiting = append([]*Segment{g}, s.waiting...)
	s.makeRoom()
}

func (g *Segment) leave() {
	g.spill.mu.Lock()
	delete(g.spill.taken, g)
	g.spill.mu.Unlock()
}

// remove takes the name away before the lock goes: nobody finds a file that is stored already.
func (g *Segment) remove() error {
	return errors.Join(os.Remove(g.file.Name()), g.file.Close())
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// sumSize is how many bytes a line has before its record: the sum in hexadecimal, and a space.
const sumSize = 9

// encode appends a record as a line.
func encode(line, record []byte) ([]byte, error) {
	if bytes.IndexByte(record, '\n') >= 0 || len(record) > maxLine-sumSize-1 {
		return nil, errors.New("spill: a record has a line break, or is too long")
	}
	line = appendSum(line, record)
	return append(append(line, record...), '\n'), nil
}

func appendSum(b, record []byte) []byte {
	var sum [4]byte
	n := crc32.Checksum(record, castagnoli)
	sum[0], sum[1], sum[2], sum[3] = byte(n>>24), byte(n>>16), byte(n>>8), byte(n)
	return append(hex.AppendEncode(b, sum[:]), ' ')
}

// decode takes the record out of a line.
func decode(line []byte) ([]byte, error) {
	record, whole := bytes.CutSuffix(line, []byte("\n"))
	if !whole || len(record) < sumSize {
		return nil, ErrDamaged
	}
	record = record[sumSize:]
	var sum [sumSize]byte
	if !bytes.Equal(appendSum(sum[:0], record), line[:sumSize]) {
		return nil, ErrDamaged
	}
	return record, nil
}
