package tests

import (
	"strings"
	"testing"
)

func TestEvolveOnSQLite(t *testing.T) {
	s := copyOf(t, demo(t))
	evolve(t, s, "sqlite:demo-user.db")
}

// evolve changes the application's models while there are rows.
func evolve(t *testing.T, s shell, url string) {
	d := s.database(url)
	if value(t, d, "SELECT count(*) FROM users") == "0" {
		if _, err := d.ExecContext(t.Context(), "INSERT INTO users (username, password, signup_time) VALUES ('ada', 'x', CURRENT_TIMESTAMP)"); err != nil {
			t.Fatal(err)
		}
	}
	name := value(t, d, "SELECT username FROM users")
	entity := "ent/schema/user.go"

	// a field that may be absent
	s.edit(entity, "field.Time(\"signup_time\")", "field.String(\"bio\").Optional(),\n\t\tfield.Time(\"signup_time\")")
	if r := s.meta("check"); r.code != 1 {
		t.Errorf("check: exit code %d for a schema without code and migration", r.code)
	} else {
		r.says("stale: run meta generate", "run meta makemigrations")
	}
	s.meta("generate").ok("update ent: ")
	s.meta("makemigrations", "--check").refused(1, "run meta makemigrations")
	s.meta("makemigrations").ok("_user_add_bio.sql")
	s.meta("migrate").ok("_user_add_bio... OK")
	if _, err := d.ExecContext(t.Context(), "UPDATE users SET bio = 'writes programs'"); err != nil {
		t.Fatal(err)
	}

	// another name for it, which nobody can be asked about
	s.edit(entity, `"bio"`, `"about"`)
	s.meta("generate").ok()
	s.meta("makemigrations").refused(3, "--rename users.bio=about", "--rename users.bio=")
	s.meta("makemigrations", "--rename", "user.bio=about").ok()
	s.meta("migrate").ok()

	// one that must be there
	s.edit(entity, "field.Time(\"signup_time\")", "field.Int(\"level\"),\n\t\tfield.Time(\"signup_time\")")
	s.meta("generate").ok()
	s.meta("makemigrations").refused(3, "--default users.level=VALUE")
	s.meta("makemigrations", "--default=users.level=high").refused(1, "users.level")
	s.meta("makemigrations", "--default", "users.level=3").ok()

	// another model
	s.meta("add", "blog_post").ok("create ent/schema/blog_post.go", "+ BlogPost: blogpost.New(database),")
	s.meta("makemigrations", "--name", "posts").ok("_posts.sql", "- Create table blog_posts")
	s.meta("migrate").ok("_posts... OK")
	s.meta("check").ok("nothing wrong")
	s.run("go", "test", "./blogpost").ok()

	d.Forget()
	got := value(t, d, "SELECT username || ', ' || about || ', ' || level FROM users")
	if want := name + ", writes programs, 3"; got != want {
		t.Errorf("the row is %q, want %q", got, want)
	}
	b := newBrowser(t, s.serve(s.binary())+"/api")
	if made := b.send("POST", "/blog-post", object{"name": "Hello"}, 201); made["name"] != "Hello" || made["id"] != 1.0 {
		t.Errorf("made %v", made)
	}
	b.send("GET", "/blog-post/2", nil, 404)
	b.send("GET", "/user", nil, 401)
}

// binary is what meta built last.
func (s shell) binary() string {
	for name := range listing(s.t, s.dir+"/.meta/bin") {
		if !strings.Contains(name, "/") {
			return s.dir + "/.meta/bin/" + name
		}
	}
	s.t.Fatal("nothing was built")
	return ""
}
