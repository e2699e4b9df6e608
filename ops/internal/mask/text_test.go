package mask

import (
	"errors"
	"runtime/debug"
	"testing"
)

// everyPattern is Text without its looking for letters first.
func everyPattern(m *Masker, s string) string {
	s = pemBlock.ReplaceAllString(m.known(s), Mask)
	s = jsonToken.ReplaceAllString(s, Mask)
	s = credentials.ReplaceAllString(s, "$1 "+Mask)
	s = userInfo.ReplaceAllString(s, "$1:"+Mask+"@")
	return m.assignments(s)
}

// FuzzRow42_NoPatternIsPassedOver compares with looking for every pattern.
func FuzzRow42_NoPatternIsPassedOver(f *testing.F) {
	for _, s := range []string{
		"dial postgres://me:hunter22@db/x: refused", "-----BEGIN RSA KEY-----\nabc", "BEARER abcdefgh", "Ba\u017fic abcdefgh",
		"a=eyJhbGciOiJI.eyJzdWIi.x", "API-Keys: abcdef", "pass\u00adword = abcdef", "url=x?auth_tokens=abc", "p\u0430ssword: abcdef",
		"pass word: abcdef", "goroutine 1 [running]:\nmain.f(0x1)\n\t/src/main.go:12 +0x1d", "x-", "пароль: секрет1",
	} {
		f.Add(s)
	}
	names := NewNames(append(Defaults, "пароль", "x-pin")...)
	f.Fuzz(func(t *testing.T, s string) {
		if got, want := New(names).Text(s), everyPattern(New(names), s); got != want {
			t.Errorf("%q: got %q, want %q", s, got, want)
		}
	})
}

func BenchmarkText(b *testing.B) {
	texts := map[string]string{"error": errors.New("dial tcp 127.0.0.1:5432: connect: connection refused").Error(), "stack": string(debug.Stack())}
	for len(texts["stack"]) < 6000 {
		texts["stack"] += texts["stack"]
	}
	for name, text := range texts {
		b.Run(name, func(b *testing.B) {
			m := newMasker()
			b.ReportAllocs()
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				m.Text(text)
			}
		})
		b.Run(name+"/every", func(b *testing.B) {
			m := newMasker()
			for b.Loop() {
				everyPattern(m, text)
			}
		})
	}
}
