package scaffold

import (
	"strings"

	"github.com/utilmeta/utilmeta-go/internal/naming"
)

// Names are the forms of an app's name: blog_post gives
type Names struct {
	Name    string // blog_post: the file of its schemas
	Package string // blogpost: its folder and package
	Entity  string // BlogPost: its ent schema, and its field in the root API
	Route   string // blog-post: its place in the root API
	Words   string // blog post: in sentences
	A       string // a or an, as it goes before Words
}

func names(name string) Names {
	words := strings.FieldsFunc(name, func(r rune) bool { return r == '_' })
	n := Names{Name: name, Package: strings.Join(words, ""), Words: strings.Join(words, " "), A: "a"}
	for _, w := range words {
		n.Entity += strings.ToUpper(w[:1]) + w[1:]
	}
	n.Route = naming.Kebab(n.Entity)
	if strings.ContainsAny(name[:1], "aeiou") && !strings.HasPrefix(name, "use") && !strings.HasPrefix(name, "uni") {
		n.A = "an"
	}
	return n
}
