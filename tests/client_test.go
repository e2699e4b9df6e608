package tests

import "testing"

// The project's own document needs no file: the application is asked for it.
func TestClientOfTheProject(t *testing.T) {
	s := copyOf(t, demo(t))
	s.meta("client", "--to", "users").ok("wrote ", "client_gen.go from demo-user")
	s.meta("client", "--to", "users", "--check").ok()
	s.meta("client", "--lang", "ts", "--to", "web/users.ts").ok("users.ts from demo-user")
	s.run("go", "vet", "./users").ok()
	s.run("rm", "users/client_gen.go").ok()
	s.meta("client", "--to", "users", "--check").refused(1, "users: is not what meta client writes")
}
