package password

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/utilmeta/utilmeta-go/framework/schema"
)

// cheap lowers the cost of hashing for one test.
func cheap(t testing.TB, p Params) {
	t.Helper()
	old := Default()
	if err := SetDefault(p); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { current.Store(&old) })
}

func hashed(t testing.TB, p Plain) Hash {
	t.Helper()
	h, err := New(p).Hashed(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func verifies(t testing.TB, h Hash, p Plain) bool {
	t.Helper()
	ok, err := h.Verify(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	return ok
}

func TestRow01_PasswordFormat(t *testing.T) {
	if got, want := Default(), (Params{Algorithm: PBKDF2, Rounds: 600_000}); got != want {
		t.Errorf("default is %+v, want %+v", got, want)
	}
	if got, want := (Params{Algorithm: Argon2id}).complete(), (Params{Argon2id, 2, 19456, 1}); got != want {
		t.Errorf("argon2id is %+v, want %+v", got, want)
	}
	for _, c := range []struct {
		params Params
		prefix string
	}{
		{Params{Rounds: 7}, "pbkdf2_sha256$7$"},
		{Params{Algorithm: Argon2id, Memory: 64, Rounds: 3}, "argon2$argon2id$v=19$m=64,t=3,p=1$"},
	} {
		h, err := c.params.Hash(t.Context(), "secret")
		if err != nil {
			t.Fatal(err)
		}
		v, err := h.Value()
		if err != nil {
			t.Fatal(err)
		}
		enc := v.(string)
		if !strings.HasPrefix(enc, c.prefix) || len(enc) > 128 {
			t.Errorf("hash is %q (%d bytes), want the prefix %q and at most 128", enc, len(enc), c.prefix)
		}
		e, err := decode(enc)
		if err != nil || e.Params != c.params.complete() || len(e.key) != 32 || len(e.salt) < 22 {
			t.Errorf("decode(%q) = %+v, %v", enc, e, err)
		}
		if again, _ := c.params.Hash(t.Context(), "secret"); again == h {
			t.Error("two hashes of one password are equal: no salt")
		}
		if !verifies(t, h, "secret") || verifies(t, h, "Secret") {
			t.Errorf("%q does not tell the password from another", enc)
		}
	}
}

// The first was made with Python's hashlib as Django does it, the others are test vectors of Argon2's authors.
func TestParseForeign(t *testing.T) {
	for _, c := range []struct{ enc, plain string }{
		{"pbkdf2_sha256$1000$seasalt$JgZryXe2Ga8ysg6XbzkLpTdyPQrHqsinbL9BnnhgX4A=", "lètmein"},
		{"$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4", "password"},
		{"argon2$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4", "password"},
	} {
		h, err := Parse(c.enc)
		if err != nil {
			t.Errorf("Parse(%q): %v", c.enc, err)
			continue
		}
		if !verifies(t, h, Plain(c.plain)) || verifies(t, h, Plain(c.plain+"x")) {
			t.Errorf("%q does not verify %q", c.enc, c.plain)
		}
	}
}

func TestParse(t *testing.T) {
	key := strings.Repeat("A", 43)
	for _, c := range []struct {
		enc string
		ok  bool
	}{
		{"pbkdf2_sha256$1000$salt$" + key + "=", true},
		{"argon2$argon2id$v=19$m=64,t=1,p=1$c2FsdA$" + key, true},
		{"$argon2id$v=19$m=64,t=1,p=1$c2FsdA$" + key, true},
		{"!", true},
		{"!unusable", true},
		{"", false},
		{"secret", false},
		{"pbkdf2_sha256$0$salt$" + key + "=", false},
		{"pbkdf2_sha256$-1$salt$" + key + "=", false},
		{"pbkdf2_sha256$999999999$salt$" + key + "=", false},
		{"pbkdf2_sha256$1000$$" + key + "=", false},
		{"pbkdf2_sha256$1000$salt$", false},
		{"pbkdf2_sha256$1000$salt$YWJj", false},
		{"pbkdf2_sha256$1000$salt$" + key, false},
		{"pbkdf2_sha256$1000$salt$more$" + key + "=", false},
		{"pbkdf2_sha1$1000$salt$" + key + "=", false},
		{"argon2$argon2i$v=19$m=64,t=1,p=1$c2FsdA$" + key, false},
		{"argon2$argon2id$v=16$m=64,t=1,p=1$c2FsdA$" + key, false},
		{"$argon2id$v=19$m=4,t=1,p=1$c2FsdA$" + key, false},
		{"$argon2id$v=19$m=99999999,t=1,p=1$c2FsdA$" + key, false},
		{"$argon2id$v=19$m=64,t=1,p=1,x=2$c2FsdA$" + key, false},
		{"$argon2id$v=19$m=64,t=1$c2FsdA$" + key, false},
		{"$2b$12$" + key, false},
	} {
		h, err := Parse(c.enc)
		if (err == nil) != c.ok {
			t.Errorf("Parse(%q): %v, want ok %v", c.enc, err, c.ok)
			continue
		}
		if err != nil {
			if h != (Hash{}) {
				t.Errorf("Parse(%q) gives a hash beside its error", c.enc)
			}
			continue
		}
		if v, err := h.Value(); err != nil || v != c.enc {
			t.Errorf("Parse(%q).Value() = %v, %v", c.enc, v, err)
		}
	}
}

func TestRow03_NoDoubleHashing(t *testing.T) {
	cheap(t, Params{Rounds: 2})
	h := hashed(t, "secret")
	again, err := h.Hashed(t.Context())
	if err != nil || again != h {
		t.Errorf("hashing a hash changes it: %v", err)
	}
	enc, _ := h.Value()
	for _, literal := range []Plain{Plain(enc.(string)), "$argon2id$v=19$m=64,t=1,p=1$c2FsdA$AAAAAAAAAAAAAAAAAAAAAA", "!", "******"} {
		h := hashed(t, literal)
		if v, _ := h.Value(); v == string(literal) {
			t.Errorf("the password %q is stored as it is", string(literal))
		}
		if !verifies(t, h, literal) || verifies(t, h, "secret") {
			t.Errorf("the password %q does not verify as itself", string(literal))
		}
	}
}

func TestValueRefusesWhatIsNotHashed(t *testing.T) {
	for name, h := range map[string]Hash{"zero": {}, "pending": New("secret")} {
		if v, err := h.Value(); err == nil || v != nil {
			t.Errorf("%s: Value() = %v, %v", name, v, err)
		}
	}
	if _, err := (Hash{}).Hashed(t.Context()); err == nil {
		t.Error("the zero hash was hashed")
	}
}

func TestScan(t *testing.T) {
	var h Hash
	for _, c := range []struct {
		in, want any
	}{{"!x", "!x"}, {[]byte("!y"), "!y"}, {nil, nil}} {
		if err := h.Scan(c.in); err != nil {
			t.Errorf("Scan(%v): %v", c.in, err)
		}
		if v, _ := h.Value(); v != c.want {
			t.Errorf("Scan(%v) then Value() = %v", c.in, v)
		}
	}
	if err := h.Scan(7); err == nil {
		t.Error("a number was scanned")
	}
	if _, err := stored("$2b$12$secretsecret").Verify(t.Context(), "x"); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("an unreadable hash verifies with %v, want an error that does not show it", err)
	}
}

func TestRow02_StaleHashes(t *testing.T) {
	old, err := Params{Rounds: 10}.Hash(t.Context(), "secret")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		now  Params
		want bool
	}{
		{Params{Rounds: 10}, false},
		{Params{Rounds: 9}, false},
		{Params{Rounds: 11}, true},
		{Params{Algorithm: Argon2id, Memory: 64}, true},
	} {
		cheap(t, c.now)
		if got := old.Stale(); got != c.want {
			t.Errorf("a hash of 10 rounds under %+v: stale %v", c.now, got)
		}
		if !verifies(t, old, "secret") {
			t.Errorf("an old hash does not verify under %+v", c.now)
		}
	}
	if (Hash{}).Stale() || New("x").Stale() || stored("!").Stale() {
		t.Error("what is no hash is stale")
	}
}

func TestRow05_ExactVerification(t *testing.T) {
	cheap(t, Params{Rounds: 2})
	a72 := strings.Repeat("a", 72)
	for _, c := range []struct{ set, other string }{
		{a72, a72 + "a"},
		{a72 + "b", a72 + "c"},
		{"pass\x00one", "pass\x00two"},
		{"\x00pass", "pass"},
		{"pass", "pass\x00"},
		{"é", "e\u0301"},
		{strings.Repeat("x", MaxLength), strings.Repeat("x", MaxLength-1)},
		{" spaced ", "spaced"},
	} {
		h := hashed(t, Plain(c.set))
		if !verifies(t, h, Plain(c.set)) || verifies(t, h, Plain(c.other)) {
			t.Errorf("%.80q and %.80q are not told apart", c.set, c.other)
		}
	}
	for _, p := range []Plain{"", "x\x00", Plain(strings.Repeat("x", MaxLength+1))} {
		_, err := New(p).Hashed(t.Context())
		var rule *RuleError
		if !errors.As(err, &rule) {
			t.Errorf("a password of %d bytes: %v, want a RuleError", len(p), err)
		}
		if verifies(t, hashed(t, "x"), p) {
			t.Errorf("a password of %d bytes verifies", len(p))
		}
	}
}

func TestRow06_Policy(t *testing.T) {
	strict := Policy{MinLength: 8, Common: true}
	for _, c := range []struct {
		policy Policy
		plain  Plain
		code   string
	}{
		{Policy{}, "x", ""},
		{Policy{}, "", "minLength"},
		{Policy{}, Plain(strings.Repeat("x", MaxLength+1)), "maxLength"},
		{strict, "1234567", "minLength"},
		{strict, "ééééééé", "minLength"},
		{strict, "Password1", "common"},
		{strict, "qwertyuiop", "common"},
		{strict, "no rules of composition", ""},
		{Policy{MinLength: 6}, "123123", ""},
	} {
		err := c.policy.Validate(c.plain)
		var rule *RuleError
		errors.As(err, &rule)
		if got := ruleCode(rule); got != c.code {
			t.Errorf("%+v of %.20q: %q, want %q", c.policy, string(c.plain), got, c.code)
		}
	}
	if n := len(common()); n != 1000 {
		t.Errorf("the list has %d passwords", n)
	}
	reason, faults := (&RuleError{Code: "minLength", Detail: "must have 8 or more characters", Limit: 8}).Refusal()
	want := []schema.Fault{{Code: "minLength", Detail: "must have 8 or more characters", Args: []any{8}}}
	if diff := cmp.Diff(want, faults); diff != "" || reason != schema.Invalid {
		t.Error(reason, diff)
	}
}

func ruleCode(e *RuleError) string {
	if e == nil {
		return ""
	}
	return e.Code
}

func TestRow07_UnknownAccountsCostTheSame(t *testing.T) {
	cheap(t, Params{Rounds: 321})
	h := hashed(t, "secret")
	unusable, err := Parse("!")
	if err != nil {
		t.Fatal(err)
	}
	for name, check := range map[string]func() error{
		"wrong password": func() error { _, err := h.Verify(t.Context(), "wrong"); return err },
		"no account":     func() error { return Dummy(t.Context(), "wrong") },
		"unusable":       func() error { _, err := unusable.Verify(t.Context(), "wrong"); return err },
		"no hash":        func() error { _, err := Hash{}.Verify(t.Context(), "wrong"); return err },
	} {
		before := ReadStats()
		if err := check(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		after := ReadStats()
		if after.Rounds-before.Rounds != 321 || after.Hashes-before.Hashes != 1 {
			t.Errorf("%s: %d rounds, want 321", name, after.Rounds-before.Rounds)
		}
	}
}

func TestRow10_NeverPrinted(t *testing.T) {
	cheap(t, Params{Rounds: 2})
	const canary = "c4n4ry-pl4in"
	h := hashed(t, canary)
	enc, _ := h.Value()
	var out bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&out, nil))
	text := slog.New(slog.NewTextHandler(&out, nil))
	type holder struct {
		P      Plain
		H      Hash
		PP     *Plain
		HP     *Hash
		hidden Hash
	}
	p := Plain(canary)
	for _, v := range []any{p, &p, h, &h, New(p), holder{p, h, &p, &h, h}, []any{p, h}, map[string]Hash{"a": New(p)}, map[Plain]int{}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%T"} {
			fmt.Fprintf(&out, verb, v)
		}
		log.Info("m", "v", v)
		text.Info("m", "v", v)
		b, err := json.Marshal(v)
		fmt.Fprint(&out, string(b), err)
		b, err = xml.Marshal(h)
		fmt.Fprint(&out, string(b), err)
	}
	_, err := New("").Hashed(t.Context())
	fmt.Fprint(&out, err, ErrBusy, errNotHashed)
	for _, secret := range []string{canary, fmt.Sprintf("%x", canary), enc.(string), strings.Split(enc.(string), "$")[3]} {
		if strings.Contains(strings.ToLower(out.String()), strings.ToLower(secret)) {
			t.Errorf("the output shows %q:\n%s", secret, out.String())
		}
	}
	if !strings.Contains(out.String(), mask) {
		t.Error("the output has no asterisks: nothing was printed")
	}
}

func TestJSONIsPlain(t *testing.T) {
	cheap(t, Params{Rounds: 2})
	var h Hash
	if err := json.Unmarshal([]byte(`"pbkdf2_sha256$1$salt$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="`), &h); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Value(); err == nil {
		t.Error("a hash from JSON is taken as hashed")
	}
	for _, bad := range []string{`7`, `""`, `{}`} {
		if err := json.Unmarshal([]byte(bad), &h); err == nil {
			t.Errorf("%s was accepted", bad)
		}
	}
}

func TestDigest(t *testing.T) {
	cheap(t, Params{Rounds: 2})
	h, key := hashed(t, "secret"), []byte("key")
	if !bytes.Equal(h.Digest(key), h.Digest(key)) {
		t.Error("one hash has two digests")
	}
	if bytes.Equal(h.Digest(key), h.Digest([]byte("other"))) || bytes.Equal(h.Digest(key), hashed(t, "secret").Digest(key)) {
		t.Error("digests of different keys or hashes are equal")
	}
	if bytes.Equal(Hash{}.Digest(key), Hash{}.Digest(key)) || bytes.Equal(New("x").Digest(key), New("x").Digest(key)) {
		t.Error("where there is no hash a digest equals another")
	}
}

func TestSetDefaultRefuses(t *testing.T) {
	for _, p := range []Params{{Algorithm: "md5"}, {Rounds: -1}, {Memory: 8}, {Algorithm: Argon2id, Memory: 1}, {Algorithm: Argon2id, Lanes: 256}, {Algorithm: Argon2id, Rounds: 2000}} {
		before := Default()
		if err := SetDefault(p); err == nil {
			t.Errorf("%+v was accepted", p)
		}
		if Default() != before {
			t.Errorf("%+v changed the default", p)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("pbkdf2_sha256$1000$salt$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
	f.Add("argon2$argon2id$v=19$m=64,t=1,p=1$c2FsdA$AAAAAAAAAAAAAAAAAAAAAA")
	f.Fuzz(func(t *testing.T, s string) {
		e, err := decode(s)
		if err != nil {
			return
		}
		again, err := decode(e.String())
		if err != nil || cmp.Diff(e, again, cmp.AllowUnexported(encoded{})) != "" {
			t.Errorf("%q reads as %+v, its encoding %q as %+v, %v", s, e, e.String(), again, err)
		}
	})
}

func Example() {
	ctx := context.Background()
	h, err := Params{Rounds: 1000}.Hash(ctx, "correct horse")
	if err != nil {
		fmt.Println(err)
		return
	}
	ok, err := h.Verify(ctx, "correct horse")
	fmt.Println(h, ok, err)
	// Output: ****** true <nil>
}
