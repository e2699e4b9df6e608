package scaffold

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNames(t *testing.T) {
	for _, want := range []Names{
		{Name: "user", Package: "user", Entity: "User", Route: "user", Words: "user", A: "a"},
		{Name: "blog_post", Package: "blogpost", Entity: "BlogPost", Route: "blog-post", Words: "blog post", A: "a"},
		{Name: "article", Package: "article", Entity: "Article", Route: "article", Words: "article", A: "an"},
		{Name: "a__b2", Package: "ab2", Entity: "AB2", Route: "ab2", Words: "a b2", A: "an"},
	} {
		if diff := cmp.Diff(want, names(want.Name)); diff != "" {
			t.Error(diff)
		}
	}
}

func TestCheckApp(t *testing.T) {
	for _, name := range []string{"user", "blog_post", "v2", "order"} {
		if err := CheckApp(name); err != nil {
			t.Error(err)
		}
	}
	for _, name := range []string{"", "User", "a-b", "../x", "a/b", "a.b", "é", "func", "string", "ent", "net", "mutation", "my_test", "x_", strings.Repeat("x", 41)} {
		if err := CheckApp(name); err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("CheckApp(%q) = %v", name, err)
		}
	}
}

func FuzzCheckProject(f *testing.F) {
	for _, s := range []string{"demo-user", "../x", "a\nb", "ünder", "a_b-c9"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) {
		if CheckProject(name) != nil {
			return
		}
		if strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" || CheckModule(name) != nil {
			t.Errorf("%q is accepted", name)
		}
	})
}
