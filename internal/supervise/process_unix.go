//go:build unix

package supervise

import (
	"os/exec"
	"syscall"
)

// A group of its own keeps Ctrl-C from the program: its parent decides when it ends.

func terminate(cmd *exec.Cmd) { signalGroup(cmd, syscall.SIGTERM) }

func kill(cmd *exec.Cmd) { signalGroup(cmd, syscall.SIGKILL) }

func signalGroup(cmd *exec.Cmd, s syscall.Signal) {
	_ = syscall.Kill(-cmd.Process.Pid, s) // it may be gone
}
