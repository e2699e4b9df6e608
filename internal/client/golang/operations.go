package golang

import (
	"encoding/json"
	"strings"

	"github.com/utilmeta/utilmeta-go/internal/client/model"
)

// jsonLiteral is a value of an enum as it stands in JSON.
func jsonLiteral(t *model.Type, v string) string {
	if t.Base == model.Integer {
		return v
	}
	b, _ := json.Marshal(v)
	return string(b)
}

// clientType writes Client, its groups and its credentials.
func (p *printer) clientType() {
	type group struct{ field, name, doc string }
	var groups []group
	for _, g := range p.api.Groups {
		if g.Name != "" {
			field := p.client.Take(ident(g.Name))
			groups = append(groups, group{field, p.scope.Take(field + "API"), g.Doc})
			p.groups[g] = groups[len(groups)-1].name
		}
	}
	p.f("// A Client sends requests to %s. Make it with New.\ntype Client struct {\nConfig\nCredentials Credentials\n\n", p.api.Heading())
	for _, g := range groups {
		p.comment("", g.doc, false)
		p.f("%s *%s\n", g.field, g.name)
	}
	p.f("}\n\n// New makes a client.")
	server := p.api.Server
	if !strings.HasPrefix(server, "http://") && !strings.HasPrefix(server, "https://") {
		server = "" // it is relative to where the document was found
	}
	if server != "" {
		p.f(" A BaseURL that is not given is %s.", model.OneLine(server))
	}
	p.f("\nfunc New(config Config) *Client {\n")
	if server != "" {
		p.f("if config.BaseURL == \"\" { config.BaseURL = %s }\n", quote(server))
	}
	p.f("c := &Client{Config: config}\n")
	for _, g := range groups {
		p.f("c.%s = &%s{c}\n", g.field, g.name)
	}
	p.f("return c\n}\n\n")
	p.credentials()
	for _, g := range groups {
		p.comment(g.name, g.doc, false)
		p.f("type %s struct{ client *Client }\n\n", g.name)
	}
}

// credentials writes what requests may say whose they are with.
func (p *printer) credentials() {
	p.f("// Credentials are sent with the requests that ask for them.\ntype Credentials struct {\n")
	scope := model.Scope{}
	for _, s := range p.api.Schemes {
		p.fields[s] = scope.Take(ident(s.Name))
		p.comment("", s.Doc, false)
		if s.Kind == model.Basic {
			p.f("%s struct{ User, Password string }\n", p.fields[s])
		} else {
			p.f("%s string\n", p.fields[s])
		}
	}
	p.f("}\n\n")
	for _, s := range p.api.Schemes {
		f := p.fields[s]
		p.f("func (c *Client) credential%s() credential {\n", f)
		switch s.Kind {
		case model.Bearer:
			p.f("if c.Credentials.%s == \"\" { return credential{} }\nreturn credential{\"header\", \"Authorization\", \"Bearer \" + c.Credentials.%[1]s}\n", f)
		case model.Basic:
			p.f("b := c.Credentials.%s\nif b.User == \"\" { return credential{} }\n", f)
			p.f("return credential{\"header\", \"Authorization\", \"Basic \" + base64.StdEncoding.EncodeToString([]byte(b.User+\":\"+b.Password))}\n")
		default:
			in := map[model.SchemeKind]string{model.KeyInHeader: "header", model.KeyInQuery: "query", model.KeyInCookie: "cookie"}[s.Kind]
			p.f("return credential{%s, %s, c.Credentials.%s}\n", quote(in), quote(s.Key), f)
		}
		p.f("}\n\n")
	}
}

// wellKnown are methods of which go vet expects a signature.
var wellKnown = []string{
	"GobDecode", "GobEncode", "MarshalJSON", "MarshalXML", "ReadByte", "ReadRune", "UnmarshalJSON", "UnmarshalXML", "UnreadByte", "UnreadRune", "WriteByte",
}

func (p *printer) group(g *model.Group) {
	scope, receiver, client := model.Scope{"client": 1}, p.groups[g], "a.client"
	for _, name := range wellKnown {
		scope[name], p.client[name] = 1, 1
	}
	if g.Name == "" {
		scope, receiver, client = p.client, "Client", "a"
	}
	for _, op := range g.Operations {
		o := &operation{Operation: op, printer: p, receiver: receiver, client: client, method: scope.Take(ident(op.Name))}
		o.print()
	}
}
