package tests

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// output gathers what a process says while it runs.
type output struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(b)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}

// devServer is a running "meta run".
type devServer struct {
	shell
	cmd  *exec.Cmd
	out  output
	port string
}

func startRun(t testing.TB, s shell) *devServer {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	l.Close()
	path, err := metaBinary()
	if err != nil {
		t.Fatal(err)
	}
	d := &devServer{shell: s, cmd: s.command(path, "run", "--port", port), port: port}
	d.cmd.Stdout, d.cmd.Stderr = &d.out, &d.out
	if err := d.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = d.cmd.Process.Kill() // it may have ended
		_ = d.cmd.Wait()
		if t.Failed() {
			t.Logf("meta run said:\n%s", &d.out)
		}
	})
	return d
}

// signup is what a name of some length is answered.
func (d *devServer) signup(length int) string {
	return d.answer("POST", "/api/user/signup", `{"username":"`+strings.Repeat("x", length)+`","password":""}`)
}

// answer is what a request is answered, "" when nobody listens.
func (d *devServer) answer(method, path, body string) string {
	req, err := http.NewRequest(method, "http://127.0.0.1:"+d.port+path, strings.NewReader(body))
	if err != nil {
		d.t.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return ""
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return ""
	}
	return fmt.Sprint(res.StatusCode, " ", string(text))
}

func (d *devServer) answers(want string) {
	d.t.Helper()
	eventually(d.t, "the answer "+want, func() bool { return strings.Contains(d.answer("POST", "/api/user/logout", ""), want) })
}

func (d *devServer) prints(want string) {
	d.t.Helper()
	eventually(d.t, "the text "+want, func() bool { return strings.Contains(d.out.String(), want) })
}

const logoutBody = "return nil, s.Flush(ctx)"

func TestRun(t *testing.T) {
	s := copyOf(t, demo(t))
	d := startRun(t, s)
	d.prints("Starting development server at http://127.0.0.1:" + d.port + "/")
	d.answers("200 ")

	s.edit("user/handler.go", logoutBody, `return nil, api.BadRequest("one", "first edit")`)
	d.answers("first edit")
	d.prints("user/handler.go changed: restarted after")

	// neither a mistake of syntax nor one of types stops the old version
	s.edit("user/handler.go", `"first edit")`, `"second edit"`)
	d.prints("user/handler.go:")
	d.prints("the version before goes on")
	d.answers("first edit")
	s.edit("user/handler.go", `"second edit"`, `5)`)
	d.prints("cannot use 5")
	d.answers("first edit")
	s.edit("user/handler.go", `5)`, `"third edit")`)
	d.answers("third edit")

	// a change of the models, and of the contract, is generated
	s.edit("ent/schema/user.go", "MaxLen(20)", "MaxLen(33)")
	d.prints("update ent: ")
	eventually(t, "the new rule", func() bool { return strings.Contains(d.signup(34), "33 or fewer") })

	// it ends by itself, and comes back when its environment is right
	env := s.read(".env")
	s.write(".env", strings.Replace(env, "sqlite:", "mysql:", 1))
	d.prints("demo-user ended: exit status 2: waiting for a change")
	d.prints("MySQL is not supported")
	s.write(".env", env)
	d.answers("third edit")

	if err := d.cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if err := d.cmd.Wait(); err != nil {
		t.Errorf("after Ctrl-C: %v", err)
	}
	if answer := d.answer("GET", "/healthz", ""); answer != "" {
		t.Errorf("somebody still answers: %s", answer)
	}
}

func TestRunIsKilled(t *testing.T) {
	s := copyOf(t, demo(t))
	d := startRun(t, s)
	d.answers("200 ")
	if err := d.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the end of the application", func() bool { return d.answer("GET", "/healthz", "") == "" })
}

// Broken sources at the start are no end: the first version that compiles is served.
func TestRunStartsBroken(t *testing.T) {
	s := copyOf(t, demo(t))
	s.edit("user/handler.go", logoutBody, "return nil, 5")
	d := startRun(t, s)
	d.prints("cannot use 5")
	d.prints("waiting for a change")
	s.edit("user/handler.go", "return nil, 5", logoutBody)
	d.answers("200 ")
}

// BenchmarkSaveToServing is the time from saving a file to the first answer of the new version.
func BenchmarkSaveToServing(b *testing.B) {
	s := copyOf(b, demo(b))
	d := startRun(b, s)
	d.answers("200 ")
	b.Run("handler", func(b *testing.B) {
		last := logoutBody
		for n := 0; b.Loop(); n++ {
			text := fmt.Sprintf("handler %d", n)
			next := fmt.Sprintf("return nil, api.BadRequest(%q, %q)", "edit", text)
			s.edit("user/handler.go", last, next)
			d.answers(text)
			last = next
		}
		s.edit("user/handler.go", last, logoutBody)
		d.answers("200 ")
	})
	b.Run("schema", func(b *testing.B) {
		last := 20
		for n := 21; b.Loop(); n++ {
			s.edit("ent/schema/user.go", fmt.Sprintf("MaxLen(%d)", last), fmt.Sprintf("MaxLen(%d)", n))
			eventually(b, "the new rule", func() bool { return strings.Contains(d.signup(300), fmt.Sprint(n, " or fewer")) })
			last = n
		}
	})
}
