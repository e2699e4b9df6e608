//go:build unix

package connect

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// listening is what a Server has while it listens.
type listening struct {
	path string // of the socket
	lock *os.File
	http *http.Server
}

// Listen answers at the socket in folder, which it makes, for the user of this process alone. A socket that a dead
// process has left is replaced.
func (s *Server) Listen(folder string) error {
	if err := private(folder); err != nil {
		return err
	}
	lock, err := hold(filepath.Join(folder, lockName))
	if err != nil {
		return err
	}
	path := filepath.Join(folder, SocketName)
	l, err := listen(path)
	if err != nil {
		return errors.Join(err, lock.Close())
	}
	s.path, s.lock = path, lock
	s.http = &http.Server{Handler: s, ReadTimeout: 5 * time.Second, WriteTimeout: 5 * time.Second, IdleTimeout: 5 * time.Second}
	go func() { _ = s.http.Serve(l) }() // it ends with Close
	return nil
}

// Close ends Listen and removes the socket.
func (s *Server) Close() error {
	if s.http == nil {
		return nil
	}
	return errors.Join(s.http.Close(), os.Remove(s.path), s.lock.Close())
}

// private makes a folder that is this user's alone.
func private(folder string) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	info, err := os.Lstat(folder)
	switch {
	case err != nil:
		return err
	case !info.IsDir():
		return fmt.Errorf("%s is no folder: remove it", folder)
	case info.Mode().Perm()&0o077 != 0:
		return os.Chmod(folder, 0o700)
	}
	return nil
}

// hold takes the lock file for as long as the process lives.
func hold(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, err
	}
	switch err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); {
	case errors.Is(err, syscall.EWOULDBLOCK):
		owner, _ := io.ReadAll(io.LimitReader(f, 20)) // it only helps people
		return nil, errors.Join(&TakenError{path, strings.TrimSpace(string(owner))}, f.Close())
	case err != nil:
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), f.Close())
	}
	err = f.Truncate(0)
	if err == nil {
		_, err = fmt.Fprintln(f, os.Getpid())
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// listen opens the socket; whoever holds the lock is alone.
func listen(path string) (*net.UnixListener, error) {
	switch info, err := os.Lstat(path); {
	case err == nil && info.Mode()&os.ModeSocket == 0:
		return nil, fmt.Errorf("%s is no socket: remove it", path)
	case err == nil:
		if err := os.Remove(path); err != nil {
			return nil, err
		}
	}
	if short := near(path); len(short) > maxPath {
		return nil, fmt.Errorf("%s: the path of a socket has at most %d bytes: move the project to a shorter one", short, maxPath)
	}
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: near(path), Net: "unix"})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	l.SetUnlinkOnClose(false) // the process may be in another folder by then
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

// maxPath is what every system takes.
const maxPath = 103

// near is a path as short as it can be: those of sockets have about a hundred bytes.
func near(path string) string {
	wd, err := os.Getwd()
	if err != nil {
		return path
	}
	if rel, err := filepath.Rel(wd, path); err == nil && len(rel) < len(path) {
		return rel
	}
	return path
}
