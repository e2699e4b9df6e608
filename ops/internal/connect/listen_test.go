//go:build unix

package connect_test

import (
	"context"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/utilmeta/utilmeta-go/ops/internal/connect"
	"github.com/utilmeta/utilmeta-go/ops/internal/grant"
)

// folder has a path that is short enough for a socket.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "ops")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return filepath.Join(dir, ".meta")
}

func server() *connect.Server {
	return &connect.Server{
		Desk: &connect.Desk{Default: grant.Scopes{"log.view"}, Now: time.Now}, URL: func() string { return "http://127.0.0.1:8000/api/ops" },
	}
}

// child is set in a process that listens until it is killed.
const child = "OPS_TEST_FOLDER"

func TestMain(m *testing.M) {
	if dir := os.Getenv(child); dir != "" {
		if err := server().Listen(dir); err != nil {
			println(err.Error())
			os.Exit(1)
		}
		println("listening")
		select {}
	}
	os.Exit(m.Run())
}

func TestRow60_TheSocketIsThisUsersAlone(t *testing.T) {
	dir := folder(t)
	if err := os.MkdirAll(dir, 0o755); err != nil { // as a build leaves it
		t.Fatal(err)
	}
	s := server()
	if err := s.Listen(dir); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]fs.FileMode{dir: 0o700 | fs.ModeDir, filepath.Join(dir, connect.SocketName): 0o600 | fs.ModeSocket, filepath.Join(dir, "ops.lock"): 0o600} {
		if info, err := os.Lstat(path); err != nil || info.Mode() != want {
			t.Errorf("%s: %v %v, want %v", path, info.Mode(), err, want)
		}
	}
	address, err := connect.Ask(t.Context(), dir, grant.Scopes{"data.view"}, time.Hour)
	if err != nil || !strings.HasPrefix(address, "http://127.0.0.1:8000/api/ops/console#code=") {
		t.Fatalf("%q %v", address, err)
	}
	if _, got, ok := s.Desk.Exchange(strings.SplitN(address, "code=", 2)[1]); !ok || got.Scopes[0] != "data.view" {
		t.Errorf("the code is good for %+v", got)
	}
	if _, err := connect.Ask(t.Context(), dir, grant.Scopes{"x"}, 0); err == nil || !strings.Contains(err.Error(), "is none") {
		t.Errorf("a scope that is none: %v", err)
	}
	err = server().Listen(dir)
	if err == nil || !strings.Contains(err.Error(), "process "+strconv.Itoa(os.Getpid())+" answers there already") {
		t.Errorf("a second one: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Lstat(filepath.Join(dir, connect.SocketName)); err == nil {
		t.Error("the socket is left behind")
	}
	if _, err := connect.Ask(t.Context(), dir, nil, 0); err == nil || !strings.Contains(err.Error(), "no service answers: start it with meta run") {
		t.Errorf("nobody listens: %v", err)
	}
}

func TestRow36_TheSocketOfAKilledProcessIsReplaced(t *testing.T) {
	dir := folder(t)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), child+"="+dir)
	out, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line := make([]byte, 100)
	if n, err := out.Read(line); err != nil || !strings.HasPrefix(string(line[:n]), "listening") {
		t.Fatalf("the child: %s %v", line[:n], err)
	}
	if err := server().Listen(dir); err == nil || !strings.Contains(err.Error(), "process "+strconv.Itoa(cmd.Process.Pid)) {
		t.Errorf("it lives, and: %v", err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
	if _, err := os.Lstat(filepath.Join(dir, connect.SocketName)); err != nil {
		t.Fatalf("it left no socket: %v", err)
	}
	if _, err := connect.Ask(t.Context(), dir, nil, 0); err == nil || !strings.Contains(err.Error(), "no service answers") {
		t.Errorf("a dead one answers: %v", err)
	}
	s := server()
	if err := s.Listen(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := connect.Ask(t.Context(), dir, nil, 0); err != nil {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func TestPlacesThatAreTaken(t *testing.T) {
	dir := folder(t)
	if err := os.WriteFile(dir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := server().Listen(dir); err == nil {
		t.Error("a file is taken for the folder")
	}
	dir = folder(t)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	socket := filepath.Join(dir, connect.SocketName)
	if err := os.WriteFile(socket, []byte("keep"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := server().Listen(dir); err == nil || !strings.Contains(err.Error(), "is no socket: remove it") {
		t.Errorf("a file in the place of the socket: %v", err)
	}
	if err := os.Remove(socket); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "ops.lock")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(dir, "elsewhere"), filepath.Join(dir, "ops.lock")); err != nil {
		t.Fatal(err)
	}
	if err := server().Listen(dir); err == nil {
		t.Error("a link is followed")
	}
	deep := filepath.Join(folder(t), strings.Repeat("deep/", 30))
	if err := server().Listen(deep); err == nil || !strings.Contains(err.Error(), "at most 103 bytes") {
		t.Errorf("a long path: %v", err)
	}
}

func TestOthersAtTheSocket(t *testing.T) {
	dir := folder(t)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "unix", filepath.Join(dir, connect.SocketName))
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = c.Write([]byte("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"))
			_ = c.Close()
		}
	}()
	defer l.Close()
	if _, err := connect.Ask(t.Context(), dir, nil, 0); err == nil || !strings.Contains(err.Error(), connect.SocketName) {
		t.Errorf("something else answers: %v", err)
	}
}
