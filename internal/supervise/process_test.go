//go:build linux

package supervise

import (
	"bytes"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestMain lets the test binary be the parent that is killed.
func TestMain(m *testing.M) {
	if dir := os.Getenv("SUPERVISE_PARENT"); dir != "" {
		p, err := Start(dir, "/bin/sh", []string{"-c", "echo $$; exec sleep 60"}, os.Stdout, os.Stderr)
		if err != nil {
			os.Exit(1)
		}
		<-p.Done()
		return
	}
	os.Exit(m.Run())
}

func wait(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for range 500 {
		if ok() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("%s did not happen", what)
}

func alive(pid int) bool { return syscall.Kill(pid, 0) == nil }

func TestExitCode(t *testing.T) {
	var out bytes.Buffer
	p, err := Start(t.TempDir(), "/bin/sh", []string{"-c", "echo hello; exit 7"}, &out, &out)
	if err != nil {
		t.Fatal(err)
	}
	<-p.Done()
	if p.ExitCode() != 7 || p.State() != "exit status 7" || out.String() != "hello\n" {
		t.Errorf("exit code %d, %q, output %q", p.ExitCode(), p.State(), &out)
	}
	p.Stop(t.Context(), time.Second) // of what is gone
}

func TestStartFails(t *testing.T) {
	if _, err := Start(t.TempDir(), "/no/such/program", nil, nil, nil); err == nil {
		t.Error("a program that is not there was started")
	}
}

func TestStopKillsWhoDoesNotListen(t *testing.T) {
	dir := t.TempDir()
	script := `trap "" TERM; sh -c 'trap "" TERM; echo $$ > child; while :; do sleep 0.1; done' & while :; do sleep 0.1; done`
	p, err := Start(dir, "/bin/sh", []string{"-c", script}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	var child int
	wait(t, "the start of the child", func() bool {
		text, _ := os.ReadFile(dir + "/child")
		child, _ = strconv.Atoi(strings.TrimSpace(string(text)))
		return child > 0
	})
	p.Stop(t.Context(), 100*time.Millisecond)
	if p.ExitCode() != -1 {
		t.Errorf("exit code %d", p.ExitCode())
	}
	wait(t, "the end of the child", func() bool { return !alive(child) })
}

func TestChildDiesWithItsParent(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	parent := exec.Command(self)
	parent.Env = append(os.Environ(), "SUPERVISE_PARENT="+t.TempDir())
	out, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	text := make([]byte, 20)
	n, err := out.Read(text)
	if err != nil {
		t.Fatal(err)
	}
	child, err := strconv.Atoi(strings.TrimSpace(string(text[:n])))
	if err != nil || !alive(child) {
		t.Fatalf("child %d, %v", child, err)
	}
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = parent.Wait()
	wait(t, "the end of the child", func() bool { return !alive(child) || zombie(child) })
}

// zombie tells a process that is dead but not waited for, as in a container without an init.
func zombie(pid int) bool {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	return err == nil && strings.Contains(string(stat), ") Z ")
}
