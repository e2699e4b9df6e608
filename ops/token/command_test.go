package token_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/utilmeta/utilmeta-go/framework"
	"github.com/utilmeta/utilmeta-go/framework/config"
	"github.com/utilmeta/utilmeta-go/framework/db"
	"github.com/utilmeta/utilmeta-go/internal/testdb"
	"github.com/utilmeta/utilmeta-go/ops/store"
	"github.com/utilmeta/utilmeta-go/ops/token"
)

// part gives a service the commands.
type part struct{ store *store.Store }

func (p part) Commands() []framework.Command { return token.Commands(p.store) }

// run does what the arguments say, and returns what was printed.
func run(t *testing.T, s *store.Store, args ...string) (stdout string, err error) {
	t.Helper()
	service := framework.New(framework.Config{Name: "test", Logger: slog.New(slog.NewTextHandler(io.Discard, nil))})
	service.Use(part{s})
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	before := os.Stdout
	os.Stdout = w
	done := make(chan string)
	go func() {
		var b bytes.Buffer
		_, _ = io.Copy(&b, r)
		done <- b.String()
	}()
	err = service.Execute(context.Background(), args...)
	os.Stdout = before
	if e := w.Close(); e != nil {
		t.Fatal(e)
	}
	return <-done, err
}

func TestRow38_TokensAreManagedByCommands(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		f := open(t, d, nil)
		must := func(args ...string) string {
			t.Helper()
			out, err := run(t, f.store, args...)
			if err != nil {
				t.Fatalf("%q: %v", args, err)
			}
			if err := f.store.Start(t.Context()); err != nil { // the command has stopped it
				t.Fatal(err)
			}
			return out
		}
		secret := strings.TrimSpace(must("ops", "token", "create", "--name", "ci", "--scope", "log.view", "--scope", "data.query:user,data.view", "--ttl", "90d"))
		f.want("the token", f.call("GET", "/api/ops/logs/service", nil, "Authorization: Bearer "+secret), 200, "1")
		if out := must("ops", "token", "list"); !strings.Contains(out, "log.view data.query:user data.view") || !strings.Contains(out, "valid") || strings.Contains(out, secret) {
			t.Errorf("list: %s", out)
		}
		must("ops", "token", "revoke", "ci")
		f.want("revoked", f.call("GET", "/api/ops/logs/service", nil, "Authorization: Bearer "+secret), 401, "token_expired")
		if out := must("ops", "token", "list"); !strings.Contains(out, "revoked") {
			t.Errorf("list: %s", out)
		}
		if out := must("ops"); !strings.Contains(out, "ops token create --name NAME") {
			t.Errorf("help: %s", out)
		}
		if n := f.count(`SELECT COUNT(*) FROM ops_audit WHERE outcome = 'done' AND action IN ('token.create', 'token.revoke') AND detail = 'by the command line'`); n != 2 {
			t.Errorf("%d rows of the audit", n)
		}
	})
}

func TestSupervisorsAreManagedByCommands(t *testing.T) {
	dir := filepath.Dir(folder(t))
	t.Chdir(dir)
	write(t, config.FileName, "[utilmeta]\nname = test\n")
	write(t, "key.json", public(t, "rsa"))
	f := open(t, testdb.SQLite(t), nil)
	must := func(args ...string) string {
		t.Helper()
		out, err := run(t, f.store, args...)
		if err != nil {
			t.Fatalf("%q: %v", args, err)
		}
		if err := f.store.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		return out
	}
	add := []string{"ops", "supervisor", "add", "--url", base, "--key-file", "key.json", "--node", "node-rsa"}
	must(add...)
	f.want("it calls", f.scope(sign(t, "rsa", rs256, f.claimsOf(nil))), 200, "1")
	if _, err := run(t, f.store, add...); err == nil || !strings.Contains(err.Error(), "remove it first") {
		t.Errorf("twice: %v", err)
	}
	if p, err := config.Read(config.FileName); err != nil || p.Node != "node-rsa" {
		t.Errorf("meta.ini: %+v %v", p, err)
	}
	if out := must("ops", "supervisor", "list"); !strings.Contains(out, base) || !strings.Contains(out, "connected") {
		t.Errorf("list: %s", out)
	}
	must("ops", "supervisor", "remove", "node-rsa")
	f.want("it calls no more", f.scope(sign(t, "rsa", rs256, f.claimsOf(nil))), 400, "supervisor_not_found")
	if p, err := config.Read(config.FileName); err != nil || p.Node != "" {
		t.Errorf("meta.ini: %+v %v", p, err)
	}
}

func TestCommandsThatCannotBe(t *testing.T) {
	dir := filepath.Dir(folder(t))
	t.Chdir(dir)
	write(t, "bad.json", `{"kty":"oct","k":"c2hvcnQ"}`)
	f := open(t, testdb.SQLite(t), nil)
	for words, want := range map[string]string{
		"ops tokens":                           "2 ops tokens: no such command: see ops help",
		"ops token":                            "2 ops token: no such command",
		"ops token create":                     "1 ops token create: token",
		"ops token create --name x --scope y":  "2 ",
		"ops token create --name x --ttl soon": "2 ",
		"ops token create --name x --ttl 91d":  "1 ",
		"ops token create extra":               "2 ",
		"ops token list extra":                 `2 ops token list: "extra" is too much`,
		"ops token revoke":                     "2 ops token revoke: say which",
		"ops token revoke x":                   "1 ops token revoke: no token x is there",
		"ops supervisor add":                   "2 ops supervisor add: --url",
		"ops supervisor add --url https://x":   "2 ops supervisor add: --key-file and --node are needed",
		"ops supervisor add --url https://x --key-file none.json --node n": "1 ops supervisor add: open none.json",
		"ops supervisor add --url https://x --key-file bad.json --node n":  "1 ops supervisor add: bad.json: key: take a public RSA key",
		"ops supervisor remove x":    "1 ops supervisor remove: no supervisor x is there",
		"connect --print":            "1 connect: ",
		"connect --scope everything": "2 connect: ",
		"connect --ttl -5m":          "2 connect: ",
	} {
		_, err := run(t, f.store, strings.Fields(words)...)
		if err == nil {
			t.Errorf("%s: no error", words)
			continue
		}
		code, text, _ := strings.Cut(want, " ")
		if got := string(rune('0' + framework.ExitCode(err))); got != code || !strings.HasPrefix(err.Error(), text) {
			t.Errorf("%s: exit %s: %v, want %s", words, got, err, want)
		}
	}
	if err := f.store.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestHelpIsNoError(t *testing.T) {
	f := open(t, testdb.SQLite(t), nil)
	for _, words := range []string{"connect", "ops", "ops token create", "ops supervisor add"} {
		out, err := run(t, f.store, append(strings.Fields(words), "--help")...)
		if framework.ExitCode(err) != 0 || err != nil && err.Error() != "" || out == "" {
			t.Errorf("%s: %q, %v", words, out, err)
		}
	}
}

func TestRow36_ConnectPrintsTheAddressOfTheConsole(t *testing.T) {
	dir := filepath.Dir(folder(t))
	t.Chdir(dir)
	f := open(t, testdb.SQLite(t), func(c *token.Config) { c.Folder = "" })
	out, err := run(t, f.store, "connect", "--print", "--scope", "*", "--ttl", "1h")
	if err != nil || !strings.HasPrefix(out, f.ops()+"/console#code=") {
		t.Fatalf("%q %v", out, err)
	}
	_, code, _ := strings.Cut(strings.TrimSpace(out), "code=")
	a := f.call("POST", "/api/ops/ext/exchange", map[string]string{"code": code})
	if a.status != 200 || !strings.Contains(a.text, `"scopes":["*"]`) {
		t.Errorf("%d %s", a.status, a.text)
	}
	t.Setenv("DISPLAY", "")
	t.Setenv("WAYLAND_DISPLAY", "")
	if out, err := run(t, f.store, "connect"); err != nil || !strings.Contains(out, "#code=") {
		t.Errorf("without a display: %q %v", out, err)
	}
	t.Setenv("DISPLAY", ":0")
	t.Setenv("PATH", dir)
	write(t, "xdg-open", "#!/bin/sh\nexec /bin/cp \"$1\" shown.html\n")
	if err := os.Chmod("xdg-open", 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := run(t, f.store, "connect"); err != nil {
		t.Error(err)
	}
	page := filepath.Join(dir, ".meta", "connect.html")
	if info, err := os.Stat(page); err != nil || info.Mode() != 0o600 {
		t.Errorf("the page that leads there: %v %v", info, err)
	}
}
