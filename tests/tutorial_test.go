package tests

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	_ "github.com/utilmeta/utilmeta-go/framework/db/postgres"
	_ "github.com/utilmeta/utilmeta-go/framework/db/sqlite"
	"github.com/utilmeta/utilmeta-go/internal/testdb"
)

// browser sends requests and keeps cookies.
type browser struct {
	t      *testing.T
	url    string
	client http.Client
}

func newBrowser(t *testing.T, url string) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{t: t, url: url, client: http.Client{Jar: jar}}
}

type object = map[string]any

// send expects a status and returns the answer's members.
func (b *browser) send(method, path string, data object, status int) object {
	b.t.Helper()
	var body io.Reader
	if data != nil {
		text, err := json.Marshal(data)
		if err != nil {
			b.t.Fatal(err)
		}
		body = bytes.NewReader(text)
	}
	req, err := http.NewRequest(method, b.url+path, body)
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := b.client.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	if res.StatusCode != status {
		b.t.Errorf("%s %s: status %d, want %d: %s", method, path, res.StatusCode, status, text)
	}
	answer := object{}
	if len(text) > 0 {
		if err := json.Unmarshal(text, &answer); err != nil {
			b.t.Errorf("%s %s: %v: %s", method, path, err, text)
		}
	}
	return answer
}

// account goes through the script of the tutorial.
func account(t *testing.T, url string) {
	t.Helper()
	if doc := newBrowser(t, url+"/docs").send("GET", "/openapi.json", nil, 200); doc["paths"].(object)["/api/user/signup"] == nil {
		t.Errorf("the docs page's document has no signup: %v", doc["paths"])
	}
	b := newBrowser(t, url+"/api")
	user := object{"username": "user1", "password": "123123"}
	is := func(got object, username string) {
		t.Helper()
		if got["username"] != username || got["id"] != 1.0 || got["signup_time"] == nil || len(got) != 3 {
			t.Errorf("answer %v, want user 1 as %s", got, username)
		}
	}
	is(b.send("POST", "/user/signup", user, 200), "user1")
	is(b.send("GET", "/user", nil, 200), "user1")
	b.send("POST", "/user/logout", nil, 200)
	b.send("GET", "/user", nil, 401)
	is(b.send("POST", "/user/login", user, 200), "user1")
	is(b.send("GET", "/user", nil, 200), "user1")
	is(b.send("PUT", "/user", object{"username": "user-updated", "password": "123456", "id": 9}, 200), "user-updated")
	is(b.send("GET", "/user", nil, 200), "user-updated")
	b.send("POST", "/user/signup", object{"username": "user-updated", "password": "123123"}, 400)
	b.send("POST", "/user/login", user, 403)
	b.send("POST", "/user/signup", object{"username": "x", "password": "1", "extra": 1}, 422)
}

func TestTutorialOnSQLite(t *testing.T) {
	s := demo(t)
	s.meta("showmigrations").ok("[X] ", "_initial")
	s.meta("routes").ok("/api/user/signup", "user_signup", "user/api.go:")
	s.meta("check").ok("nothing wrong")
	s.meta("makemigrations").ok("No changes detected.")
	s.meta("makemigrations", "--check").ok()
	s.meta("migrate", "--check").ok()
	s.run("go", "vet", "./...").ok()
	s.run("go", "test", "./...").ok("demo-user/user")
	s.run("go", "mod", "tidy", "-diff").ok()
	account(t, s.serve(filepath.Join(".meta", "bin", "demo-user")))
}

func TestTutorialOnPostgreSQL(t *testing.T) {
	url := testdb.PostgresURL(t)
	s := shell{t: t, dir: t.TempDir()}.with("DATABASE_URL="+url, "TEST_DATABASE_URL="+url)
	s.meta("setup", "shop", "--db", "postgresql", "--module", "example.com/team/shop").ok()
	s = s.in("shop")
	if text := s.read("server/server.go"); strings.Contains(text, "sqlite") {
		t.Errorf("PostgreSQL alone was asked for:\n%s", text)
	}
	s.meta("add", "user", "--auth").ok()
	s.meta("makemigrations").ok("migrations/postgres/", "- Create table users")
	s.meta("migrate").ok("_initial... OK")
	s.meta("check").ok("nothing wrong")
	s.run("go", "vet", "./...").ok()
	s.run("go", "test", "-v", "./user").ok("--- PASS: TestAccount")
	// without a C compiler, and without Go and meta where it runs
	s.with("CGO_ENABLED=0").run("go", "build", "-o", "shop", ".").ok()
	account(t, s.with("PATH=").serve("./shop"))
	evolve(t, s, url)
}

func TestSetupAndAddWriteTheDemo(t *testing.T) {
	s := demo(t)
	example := filepath.Join("..", "examples", "demo-user")
	made := listing(t, s.dir)
	for name := range listing(t, example) {
		switch {
		case name == "go.mod", strings.HasPrefix(name, "debug/"), strings.HasPrefix(name, "migrations/") && name != "migrations/migrations.go",
			strings.Contains(name, ".db"), strings.HasPrefix(name, ".meta/"), name == ".env":
			continue
		}
		if _, ok := made[name]; !ok {
			t.Errorf("%s is not made", name)
			continue
		}
		want, err := os.ReadFile(filepath.Join(example, name))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), s.read(name)); diff != "" {
			t.Errorf("%s is not that of examples/demo-user (-demo +made):\n%s", name, diff)
		}
	}
}

func TestRow60_FileModes(t *testing.T) {
	s := demo(t)
	for _, name := range []string{".env", "demo-user.db"} {
		if mode := listing(t, s.dir)[name]; mode != 0o600 {
			t.Errorf("%s has mode %o", name, mode)
		}
	}
	if mode := demoSetup["main.go"]; mode != 0o644 {
		t.Errorf("main.go has mode %o", mode)
	}
}
