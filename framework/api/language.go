package api

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"

	"golang.org/x/text/language"

	"github.com/utilmeta/utilmeta-go/framework/internal/vary"
	"github.com/utilmeta/utilmeta-go/framework/schema"
)

// Languages are the sentences of problems and faults by the tags of languages: "de", "pt-BR". English is there without
// an entry; an entry "en" changes what it says.
//
// A fault is found by its code. A problem is found by "problem." and its code, or by the code alone where no fault has
// that; its title by "status.404". {0}, {1} and so on are the arguments: those of a rule, or those that Errorf was
// given behind its format. What a language has no sentence for stays as it is.
type Languages map[string]schema.Messages

// translator chooses among languages.
type translator struct {
	matcher  language.Matcher
	tags     []string
	messages []schema.Messages
}

func (l Languages) translator() (*translator, error) {
	t := &translator{tags: []string{"en"}, messages: []schema.Messages{l["en"]}}
	parsed := []language.Tag{language.English}
	for _, name := range slices.Sorted(maps.Keys(l)) {
		tag, err := language.Parse(name)
		if err != nil {
			return nil, fmt.Errorf("languages: %q is no tag of a language: write it as de or pt-BR", name)
		}
		if name != "en" {
			t.tags, t.messages, parsed = append(t.tags, name), append(t.messages, l[name]), append(parsed, tag)
		}
	}
	t.matcher = language.NewMatcher(parsed)
	return t, nil
}

// maxAccept is how many bytes of Accept-Language are worth the while.
const maxAccept = 512

// say tells the problem in the language that the request prefers.
func (t *translator) say(p *Problem, r *http.Request, h http.Header) *Problem {
	if t == nil {
		return p
	}
	vary.Add(h, "Accept-Language")
	accept := r.Header.Get("Accept-Language")
	if len(accept) > maxAccept {
		accept = "" // no browser has so much to say
	}
	wanted, _, err := language.ParseAcceptLanguage(accept)
	i := 0
	if err == nil && len(wanted) > 0 {
		_, i, _ = t.matcher.Match(wanted...)
	}
	h.Set("Content-Language", t.tags[i])
	return p.in(t.messages[i])
}

// in is the problem in another language.
func (p *Problem) in(m schema.Messages) *Problem {
	if len(m) == 0 {
		return p
	}
	own := *p
	if text, ok := m.Text(fmt.Sprintf("status.%d", p.Status)); ok {
		own.Title = cmp.Or(p.Title, text)
	}
	if text, ok := m.Text("problem."+p.Code, p.args...); ok {
		own.Detail = text
	} else if _, taken := schema.English[p.Code]; !taken {
		if text, ok := m.Text(p.Code, p.args...); ok {
			own.Detail = text
		}
	}
	own.Errors = slices.Clone(p.Errors)
	for i := range own.Errors {
		own.Errors[i].Say(m)
	}
	return &own
}
