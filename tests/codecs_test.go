package tests

import (
	"os"
	"strings"
	"testing"
)

// Codecs are printed on demand, change nothing of what the application does, and are left alone once their types change.
func TestCodecs(t *testing.T) {
	s := copyOf(t, demo(t))
	s.meta("generate", "--codecs").ok("create user/codecs_gen.go")
	printed := s.read("user/codecs_gen.go")
	s.meta("generate", "--codecs").ok("codecs are up to date")
	s.meta("check").ok("nothing wrong")
	s.run("go", "vet", "./...").ok()
	s.run("go", "build", "-o", "release", ".").ok()
	account(t, s.serve(s.dir+"/release"))
	s.run("go", "test", "./...").ok()

	if again := s.read("user/codecs_gen.go"); again != printed {
		t.Error("the same types give another text")
	}
	t.Run("ofChosenTypes", func(t *testing.T) {
		s := s
		s.t = t
		s.meta("generate", "--codecs", "--types", "user.UserSchema,demo-user/user.PutInput").ok("update user/codecs_gen.go")
		if text := s.read("user/codecs_gen.go"); strings.Contains(text, "SignupSchema") || !strings.Contains(text, "user.UserSchema") {
			t.Errorf("not what was chosen:\n%s", text)
		}
		s.meta("check").ok("nothing wrong")
		s.meta("generate", "--codecs", "--types", "user.UserShema").refused(2, "user.UserShema", "did you mean user.UserSchema?")
		s.meta("generate", "--codecs", "--types", "UserSchema").refused(2, "did you mean user.UserSchema?")
		s.meta("generate", "--codecs", "--types", "").refused(2, "--types has an empty name")
		s.meta("generate", "--types", "user.UserSchema").refused(2, "--types", "needs --codecs")
		s.edit("user/schema.go", "\tID         int       `json:\"id\"`\n", "")
		s.meta("check").says("user/codecs_gen.go: stale: UserSchema: run meta generate --codecs --types user.PutInput,user.UserSchema")
		s.edit("user/schema.go", "\tSignupTime time.Time `json:\"signup_time\"`\n", "\tSignupTime time.Time `json:\"signup_time\"`\n\tID         int       `json:\"id\"`\n")
		s.meta("generate", "--codecs").ok("update user/codecs_gen.go")
	})
}

// Whatever becomes of the types and of the file, the application compiles, and meta can mend it.
func TestStaleCodecs(t *testing.T) {
	s := copyOf(t, demo(t))
	s.write("user/names.go", "package user\n\nvar schema, strconv, codecUserSchema, readCodecPutInput = 1, 2, 3, 4\n")
	s.meta("generate", "--codecs").ok("create user/codecs_gen.go")
	s.run("go", "vet", "./...").ok()

	// A field that goes would break code that names it.
	s.edit("user/schema.go", "\tSignupTime time.Time `json:\"signup_time\"`\n", "")
	s.edit("user/schema.go", "\t\"time\"\n\n", "")
	s.run("go", "build", "-o", "release", ".").ok()
	if r := s.meta("check"); r.code != 1 {
		t.Errorf("check: exit code %d", r.code)
	} else {
		r.says("user/codecs_gen.go: stale: UserSchema: run meta generate --codecs\n")
	}
	s.meta("generate", "--codecs").ok("update user/codecs_gen.go")
	good := s.read("user/codecs_gen.go")

	s.write("user/names.go", "package user\n\nvar unsafe = 1\n")
	s.meta("check").says("user/codecs_gen.go:")
	s.meta("generate", "--codecs").ok("update user/codecs_gen.go")
	s.run("go", "vet", "./...").ok()
	if err := os.Remove(s.dir + "/user/names.go"); err != nil {
		t.Fatal(err)
	}

	for _, text := range []string{"", "<<<<<<< ours\n" + good, good[:len(good)/2], strings.ReplaceAll(good, "package user", "package other")} {
		s.write("user/codecs_gen.go", text)
		s.meta("routes").ok("/user/signup")
		s.meta("generate").ok()
		s.meta("generate", "--codecs").ok("update user/codecs_gen.go")
		s.meta("check").ok("nothing wrong")
	}
	s.write("user/codecs_gen.go", strings.ReplaceAll(s.read("user/codecs_gen.go"), "\n", "\r\n"))
	s.meta("check").ok("nothing wrong")
	s.meta("generate", "--codecs=false").ok("remove user/codecs_gen.go")
	s.meta("generate", "--codecs=false").ok("codecs are up to date")
	s.write("user/codecs_gen.go", "")
	s.meta("generate", "--codecs=false").ok("remove user/codecs_gen.go")

	s.write("user/codecs_gen.go", "package user\n\n// By hand.\n")
	s.meta("generate", "--codecs").refused(1, "user/codecs_gen.go", "was not written by meta generate")
	s.meta("generate", "--codecs=false").ok("codecs are up to date")
}
