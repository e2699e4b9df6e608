package httpcache

import (
	"strings"
	"testing"
)

// A tag is found in a list that has it, and in none without its bytes.
func FuzzMatches(f *testing.F) {
	f.Add(`"a", W/"b"`)
	f.Add(`*`)
	f.Add(`"a" "b",,`)
	f.Fuzz(func(t *testing.T, list string) {
		const tag = `"tag"`
		if matches(list, tag) && !strings.Contains(list, tag) && !strings.Contains(list, "*") {
			t.Errorf("%q has no %s", list, tag)
		}
		if whole := tag + "," + list; !matches(whole, "W/"+tag) {
			t.Errorf("%q has %s", whole, tag)
		}
	})
}
