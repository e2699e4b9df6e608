// Package supervise runs a program that must not outlive its parent.
package supervise

import (
	"context"
	"errors"
	"io"
	"os/exec"
	"runtime"
	"time"
)

// A Process is a program that runs, with all that it starts.
type Process struct {
	cmd  *exec.Cmd
	done chan struct{}
	err  error
}

// Start runs a program in dir. It ends when this process does, on Linux even if that is killed.
func Start(dir, path string, args []string, stdout, stderr io.Writer) (*Process, error) {
	p := &Process{cmd: exec.Command(path, args...), done: make(chan struct{})}
	p.cmd.Dir, p.cmd.Stdout, p.cmd.Stderr = dir, stdout, stderr
	p.cmd.WaitDelay = time.Second // grandchildren may hold the pipes open
	attach(p.cmd)
	started := make(chan error, 1)
	go func() {
		// Linux tells the child of the death of the thread that started it, so that thread has to stay.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := p.cmd.Start()
		started <- err
		if err == nil {
			p.err = p.cmd.Wait()
			close(p.done)
		}
	}()
	return p, <-started
}

// Done is closed when the program has ended.
func (p *Process) Done() <-chan struct{} { return p.done }

// ExitCode is that of a program that is done, -1 if a signal ended it.
func (p *Process) ExitCode() int { return p.cmd.ProcessState.ExitCode() }

// State says how a program ended: "exit status 1".
func (p *Process) State() string {
	if exit := (*exec.ExitError)(nil); p.err != nil && !errors.As(p.err, &exit) {
		return p.err.Error()
	}
	return p.cmd.ProcessState.String()
}

// Stop asks the program to end, and kills it with all that it started when it has not after patience or when ctx ends.
// It returns when the program is gone.
func (p *Process) Stop(ctx context.Context, patience time.Duration) {
	select {
	case <-p.done:
		return
	default:
	}
	terminate(p.cmd)
	t := time.NewTimer(patience)
	defer t.Stop()
	select {
	case <-p.done:
		kill(p.cmd) // what it started and left
		return
	case <-t.C:
	case <-ctx.Done():
	}
	kill(p.cmd)
	<-p.done
}
