package accept

import "testing"

func TestCoding(t *testing.T) {
	table := []struct {
		lines []string
		name  string
		want  bool
	}{
		{nil, "gzip", false},
		{[]string{""}, "gzip", false},
		{[]string{"gzip, br"}, "br", true},
		{[]string{"gzip", "deflate, BR;q=0.5"}, "br", true},
		{[]string{"br;q=0, *"}, "br", false},
		{[]string{"br; Q=0.000"}, "br", false},
		{[]string{"br;q=0.001"}, "br", true},
		{[]string{"*"}, "br", true},
		{[]string{"*;q=0"}, "br", false},
		{[]string{"x-gzip"}, "gzip", true},
		{[]string{"x-gzip"}, "br", false},
		{[]string{"brotli"}, "br", false},
	}
	for _, r := range table {
		if got := Coding(r.lines, r.name); got != r.want {
			t.Errorf("%q takes %s: %t, want %t", r.lines, r.name, got, r.want)
		}
	}
}
