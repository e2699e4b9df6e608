package tests

import (
	"strings"
	"testing"
)

// Codecs are printed on demand, change nothing of what the application does, and are left alone once their types change.
func TestCodecs(t *testing.T) {
	s := copyOf(t, demo(t))
	s.meta("generate", "--codecs").ok("generated code is up to date", "create user/codecs_gen.go")
	printed := s.read("user/codecs_gen.go")
	s.meta("generate", "--codecs").ok("codecs are up to date")
	s.meta("check").ok("nothing wrong")
	s.run("go", "vet", "./...").ok()
	s.run("go", "build", "-o", "release", ".").ok()
	account(t, s.serve(s.dir+"/release"))
	s.run("go", "test", "./...").ok()

	t.Run("ofChosenTypes", func(t *testing.T) {
		s := s
		s.t = t
		s.meta("generate", "--codecs", "--types", "user.UserSchema").ok("update user/codecs_gen.go")
		if text := s.read("user/codecs_gen.go"); strings.Contains(text, "SignupSchema") || !strings.Contains(text, "user.UserSchema") {
			t.Errorf("not what was chosen:\n%s", text)
		}
		s.meta("check").ok("nothing wrong")
		s.meta("generate", "--codecs", "--types", "user.UserShema").refused(1, "user.UserShema", "did you mean user.UserSchema?")
		s.meta("generate", "--types", "user.UserSchema").refused(2, "--types", "needs --codecs")
		s.meta("generate", "--codecs").ok("update user/codecs_gen.go")
	})
	if again := s.read("user/codecs_gen.go"); again != printed {
		t.Error("the same types give another text")
	}

	// A field that goes would break code that names it.
	s.edit("user/schema.go", "\tSignupTime time.Time `json:\"signup_time\"`\n", "")
	s.edit("user/schema.go", "\t\"time\"\n\n", "")
	s.run("go", "build", "-o", "release", ".").ok()
	if r := s.meta("check"); r.code != 1 {
		t.Errorf("check: exit code %d", r.code)
	} else {
		r.says("user/codecs_gen.go: stale", "run meta generate --codecs")
	}
	s.meta("generate", "--codecs=false").ok("remove user/codecs_gen.go")
	s.meta("generate", "--codecs=false").ok("codecs are up to date")

	s.write("user/codecs_gen.go", "package user\n")
	s.meta("generate", "--codecs").refused(1, "user/codecs_gen.go", "is not written by meta generate")
}

// The developer's own build tags stay.
func TestCodecsAreLeftOutWhileDeveloping(t *testing.T) {
	s := copyOf(t, demo(t)).with("GOFLAGS=-tags=own")
	s.write("user/tagged.go", "//go:build !own || !nocodecs\n\npackage user\n\nvar _ int = \"not what meta builds\"\n")
	s.meta("routes").ok("/user/signup")
}
