package tests

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestRow55_NamesOfProjects(t *testing.T) {
	s := shell{t: t, dir: t.TempDir()}
	s.write("there", "")
	for name, text := range map[string]string{
		"../evil": "write a letter", "a/b": "write a letter", `a\b`: "write a letter", "Demo": "write a letter", "1st": "write a letter",
		"demo user": "write a letter", "dém": "write a letter", "demo-": "ends in -", "func": "a keyword of Go", "string": "means something in Go",
		"net": "a package of Go's library", "main": "a package of Go's library", "there": "there already",
		strings.Repeat("a", 41): "longer than 40 characters", "": "empty",
	} {
		s.meta("setup", name).refused(2, text)
	}
	s.meta("setup").refused(2, "no name")
	s.meta("setup", "a", "b").refused(2, `"b" is too much`)
	s.meta("setup", "--", "-x").refused(2, "write a letter")
	s.meta("setup", "demo", "--module", "a b").refused(2, "--module")
	s.meta("setup", "demo", "--module", "net/http").refused(2, "Go's library")
	s.meta("setup", "demo", "--framework", s.dir).refused(2, "not the checkout")
	if left := listing(t, s.dir); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
}

func TestRow55_NamesOfApps(t *testing.T) {
	s := demo(t)
	before := listing(t, s.dir)
	for name, text := range map[string]string{
		"../../x": "write a letter", "User": "write a letter", "a-b": "write a letter", "x/y": "write a letter", "func": "a keyword of Go",
		"error": "means something in Go", "ent": "a folder of the project", "migrations": "a folder of the project",
		"context": "Go's library", "client": "would clash with what ent generates", "my_test": "Go's tests",
	} {
		s.meta("add", name).refused(2, text)
	}
	s.meta("add", "user").refused(1, "there is a User already")
	s.meta("add", "session").refused(1, "ent/schema/user.go:", "there is a Session already")
	s.meta("add", "member", "--auth").refused(1, "there is a Session already")
	s.meta("add", "debug_", "--auth").refused(2, "ends in _")
	s.meta("add").refused(2, "no name: write meta add NAME")
	s.meta("add", "service").refused(1, "server/server.go: line ", "service is a name there")
	s.meta("add", "db").refused(1, "server/server.go: db is the name of the import")
	if len(listing(t, s.dir)) != len(before) {
		t.Errorf("files came: %v", listing(t, s.dir))
	}
}

func TestDatabasesThatAreNot(t *testing.T) {
	s := shell{t: t, dir: t.TempDir()}
	s.meta("setup", "demo", "--db", "mysql").refused(2, "MySQL is not supported: use sqlite or postgres")
	s.meta("setup", "demo", "--db", "Oracle").refused(2, "Oracle is not supported: use sqlite or postgres")
	s.meta("setup", "demo", "--db", "dbase").refused(2, "unknown database: use sqlite or postgres")
	s = demo(t)
	for _, url := range []string{"mysql://root@localhost/x", "oracle://localhost/x"} {
		s.with("DATABASE_URL="+url).meta("makemigrations").refused(2, "is not supported")
		s.with("DATABASE_URL="+url).meta("migrate").refused(2, "is not supported")
		s.with("DATABASE_URL="+url).run(s.binary(), "serve").refused(2, "is not supported")
	}
}

func TestOutsideOfAProject(t *testing.T) {
	s := shell{t: t, dir: t.TempDir()}
	for _, line := range []string{"add user", "generate", "makemigrations", "migrate", "showmigrations", "run", "check", "routes"} {
		s.meta(strings.Fields(line)...).refused(2, "meta.ini: not in "+s.dir+" or above", "meta setup")
	}
}

func TestInsideOfAProject(t *testing.T) {
	demo(t).in("user").meta("setup", "other").refused(2, "inside a project")
}

func TestCommandLine(t *testing.T) {
	s := shell{t: t, dir: t.TempDir()}
	s.meta("version").ok("meta 0.")
	s.meta().ok("COMMANDS")
	s.meta("mirgate").refused(2, "did you mean migrate?")
	s.meta("dance").refused(2, "no such command")
	s.meta("setup", "demo", "--colour", "red").refused(2, "-colour")
	s.meta("run", "--port", "many").refused(2, "many")
	s.meta("check", "all").refused(2, `"all" is too much`)
	demo(t).meta("migrate", "--fast").refused(2, "-fast")
}

func TestRow61_BrokenINI(t *testing.T) {
	s := demo(t)
	good := s.read("meta.ini")
	t.Cleanup(func() { s.write("meta.ini", good) })
	for text, want := range map[string]string{
		"[utilmeta]\nnme = demo\n":       `meta.ini:2: unknown key "nme"`,
		"name = demo\n":                  "meta.ini:1: ",
		"[utilmeta]\nname = a\nname=b\n": "meta.ini:3: ",
		"[utilmeta\n":                    "meta.ini:1: ",
		"[utilmeta]\nmain = .\n":         "meta.ini:1: no name",
		"\xff\xfe":                       "meta.ini:1: ",
		"":                               "meta.ini:1: ",
	} {
		s.write("meta.ini", text)
		for _, command := range []string{"check", "migrate", "run", "add user2"} {
			s.meta(strings.Fields(command)...).refused(2, want)
		}
	}
}

func TestRow61_BrokenEnvironment(t *testing.T) {
	s := demo(t)
	good := s.read(".env")
	t.Cleanup(func() { s.write(".env", good) })
	s.write(".env", good+"this is no line\n")
	s.meta("makemigrations").refused(2, ".env:")
	s.run(s.binary(), "serve").refused(2, ".env:")
	s.write(".env", good+"PORT=http\n")
	s.run(s.binary(), "serve").refused(2, "PORT (in .env)")
}

func TestRow58_SecretOfProduction(t *testing.T) {
	s := demo(t).with("PRODUCTION=true", "BASE_URL=https://example.com")
	for _, secret := range []string{"YOUR_SECRET_KEY", "short", strings.Repeat("ab", 32)} {
		r := s.with("SECRET_KEY="+secret).run(s.binary(), "serve").refused(2, "secret")
		if strings.Contains(r.stderr, secret) {
			t.Errorf("the secret is shown: %s", r.stderr)
		}
	}
	s.run(s.binary(), "check").ok() // the generated one is good enough
	if s.read(".env") == copyOfSetup(t).read(".env") {
		t.Error("two projects have the same secret")
	}
	if !strings.Contains(s.read(".gitignore"), "/.env\n") {
		t.Error(".env is not ignored by git")
	}
}

// copyOfSetup is a project of the same name.
func copyOfSetup(t *testing.T) shell {
	s := shell{t: t, dir: t.TempDir()}
	s.meta("setup", "demo-user", "--no-build").ok()
	return s.in("demo-user")
}

func TestEditedMigration(t *testing.T) {
	s := copyOf(t, demo(t))
	files, err := filepath.Glob(filepath.Join(s.dir, "migrations", "sqlite", "*_initial.sql"))
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	name := filepath.Join("migrations", "sqlite", filepath.Base(files[0]))
	s.edit(name, "CREATE TABLE", "CREATE  TABLE")
	for _, command := range []string{"migrate", "makemigrations", "showmigrations"} {
		s.meta(command).refused(1, filepath.Base(name), "restore it")
	}
	s.meta("makemigrations", "--sum").ok()
	s.meta("migrate").refused(1, filepath.Base(name), "edited after it was applied")
}

func TestDatabaseIsDown(t *testing.T) {
	s := demo(t).with("DATABASE_URL=postgres://postgres:hidden@127.0.0.1:1/demo")
	for _, command := range []string{"migrate", "makemigrations", "showmigrations"} {
		if r := s.meta(command).refused(1, "127.0.0.1:1"); strings.Contains(r.stderr, "hidden") {
			t.Errorf("the password is shown: %s", r.stderr)
		}
	}
	s.run(s.binary(), "serve", "--port", "-1").refused(1, "127.0.0.1:1")
}

func TestPortIsTaken(t *testing.T) {
	s := demo(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	s.run(s.binary(), "serve", "--port", port).refused(1, "port "+port, "taken", "--port")
}

func TestNoCompiler(t *testing.T) {
	goRoot, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	path := "PATH=" + filepath.Join(strings.TrimSpace(string(goRoot)), "bin")
	s := shell{t: t, dir: t.TempDir()}
	s.with(path).meta("setup", "demo").refused(1, "no C compiler", "install gcc", "PostgreSQL")
	s.with("CGO_ENABLED=0").meta("setup", "demo").refused(1, "no C compiler")
	s.with("PATH=").meta("setup", "demo", "--db", "postgres").refused(1, "go: not in PATH")
	if left := listing(t, s.dir); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
	d := demo(t)
	d.with(path).meta("migrate").refused(1, "no C compiler")
}

func TestStaleCode(t *testing.T) {
	s := copyOf(t, demo(t))
	s.edit("user/api.go", "\tDB *ent.Client", "\t// Bye removes the account.\n\tBye api.Post[api.Empty, api.Empty]\n\n\tDB *ent.Client")
	r := s.meta("check")
	if r.code != 1 {
		t.Errorf("check: exit code %d", r.code)
	}
	r.says("user/api.go:", "API.Bye has no handler")

	s.edit("user/handler.go", "func (a *API) get(", "func (a *API) bye(ctx context.Context, in *api.Empty) (*api.Empty, error) { return nil, nil }\n\nfunc (a *API) get(")
	s.meta("check").says("user/api_gen.go: stale: run meta generate")
	s.meta("generate").ok("update user/api_gen.go")
	s.meta("check").ok("nothing wrong")

	s.edit("user/handler.go", "return nil, nil }", "return nil, 5 }")
	if r := s.meta("check"); r.code != 1 || strings.Contains(r.stderr, "# demo-user") {
		t.Errorf("check: exit code %d\n%s", r.code, r.stderr)
	} else {
		r.says("user/handler.go:")
	}
	s.edit("user/handler.go", "return nil, 5 }", "return nil, nil }")
	s.edit("user/api.go", "Bye api.Post", "Bye api.Get")
	s.edit("user/api.go", "[api.Empty, api.Empty]\n", "[api.Empty, api.Empty] `rout:\"/bye\"`\n")
	s.meta("generate").ok()
	if r := s.meta("check"); r.code != 1 {
		t.Errorf("check: exit code %d", r.code)
	} else {
		r.says("user/api.go:", "user.API.Bye", "rout")
	}
}

// What is not as meta expects is said, with what to do by hand.
func TestAddByHand(t *testing.T) {
	s := copyOf(t, demo(t))
	s.edit("server/server.go", "\tdatabase, err :=", "\tconn, err :=")
	s.edit("server/server.go", "Use(database, &framework.Migrations{DB: database,", "Use(conn, &framework.Migrations{DB: conn,")
	s.edit("server/server.go", "user.New(database)", "user.New(conn)")
	before := s.read("server/server.go")
	r := s.meta("add", "blog_post")
	if r.code != 1 {
		t.Errorf("exit code %d", r.code)
	}
	r.says("server/server.go: ", "no variable database", "add these by hand", `"demo-user/blogpost"`, "BlogPost *blogpost.API", "BlogPost: blogpost.New(database),")
	if s.read("server/server.go") != before {
		t.Error("server.go was changed")
	}
	if _, err := os.Stat(filepath.Join(s.dir, "blogpost", "api_gen.go")); err != nil {
		t.Error(err)
	}
	s.run("go", "build", "./...").ok()
}
