package openapi_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
)

const fuzzRounds = 400 // of each operation

// Requests that are made of the document alone are answered as it says: what it allows is taken, what it does not is
// refused, nothing is a 5xx.
func TestContractHoldsForRequestsMadeOfTheDocument(t *testing.T) {
	mux, doc := kitchen(t)
	c := newChecker(t, doc)
	for _, path := range doc.Paths {
		for _, op := range path.Value {
			operation := "paths/" + escape(path.Key) + "/" + op.Key
			if op.Value.OperationID == "files_handler_post" {
				continue // it fails by intent
			}
			taken, refused := 0, 0
			for round := range fuzzRounds {
				g := &generator{c: c, r: rand.New(rand.NewPCG(uint64(round), 7)), wrong: round%3 == 2}
				method, target, body, headers := strings.ToUpper(op.Key), g.target(path.Key, operation, c), "", map[string]string{}
				if op.Value.Security != nil {
					headers["Authorization"] = "Bearer x"
				}
				schema, at := c.at(operation + "/requestBody/content/application~1json/schema")
				good := true
				if schema != nil {
					body = g.text(schema)
					good = c.valid(at, []byte(body)) == nil
					headers["Content-Type"] = "application/json"
				}
				r := httptest.NewRequest(method, target, strings.NewReader(body))
				for name, value := range headers {
					r.Header.Set(name, value)
				}
				w := httptest.NewRecorder()
				mux.ServeHTTP(w, r)
				what := fmt.Sprintf("%s %s %.500s\n", method, target, body)
				if err := c.answer(operation, w); err != nil {
					t.Fatalf("%s%v", what, err)
				}
				invalid := w.Code == 422 || w.Code == 400 || w.Code == 415
				if schema != nil && good && invalid {
					t.Fatalf("%sis as the document says, and was answered with %d %s", what, w.Code, w.Body)
				}
				if schema != nil && !good && !invalid {
					t.Fatalf("%sis not as the document says, and was answered with %d %s", what, w.Code, w.Body)
				}
				if good {
					taken++
				} else {
					refused++
				}
			}
			if schema, _ := c.at(operation + "/requestBody/content/application~1json/schema"); schema != nil && (taken < 5 || refused < 5) {
				t.Errorf("%s: %d requests were valid and %d not: that tells little", op.Value.OperationID, taken, refused)
			}
		}
	}
}

// generator makes values of schemas, of which some are wrong.
type generator struct {
	c     *checker
	r     *rand.Rand
	wrong bool
	depth int
}

// target is the path with parameters; they are right.
func (g *generator) target(path, operation string, c *checker) string {
	op, _ := c.at(operation)
	query := url.Values{}
	list, _ := op["parameters"].([]any)
	sloppy := g.wrong
	g.wrong = false
	defer func() { g.wrong = sloppy }()
	for _, p := range list {
		p := p.(map[string]any)
		v := g.value(p["schema"].(map[string]any))
		if object, ok := v.(map[string]any); ok { // deepObject
			for member, v := range object {
				for _, v := range texts(v) {
					query.Add(fmt.Sprintf("%s[%s]", p["name"], member), fmt.Sprint(v))
				}
			}
			continue
		}
		values := texts(v)
		if p["explode"] == false && len(values) > 0 {
			values = []any{strings.Trim(strings.ReplaceAll(fmt.Sprint(values), " ", ","), "[]")}
		}
		for _, v := range values {
			switch name := p["name"].(string); {
			case p["in"] == "path":
				path = strings.ReplaceAll(path, "{"+name+"}", url.PathEscape(cmp.Or(fmt.Sprint(v), "x")))
			case p["in"] == "query" && (p["required"] == true || g.r.IntN(2) == 0):
				query.Add(name, fmt.Sprint(v))
			}
		}
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	return path
}

// texts are the items of a list, or one.
func texts(v any) []any {
	if l, ok := v.([]any); ok {
		return l
	}
	if v == nil {
		return nil
	}
	return []any{v}
}

func (g *generator) text(schema map[string]any) string {
	b, err := json.Marshal(g.value(schema))
	if err != nil {
		panic(err)
	}
	return string(b)
}

// resolved follows references.
func (g *generator) resolved(s map[string]any) map[string]any {
	for s["$ref"] != nil {
		s, _ = g.c.at(strings.TrimPrefix(s["$ref"].(string), "#/"))
	}
	return s
}

func (g *generator) value(s map[string]any) any {
	s = g.resolved(s)
	if g.wrong && g.r.IntN(8) == 0 {
		return g.pick([]any{nil, "", "ÄÖ", -1, 1.5, 1e30, true, []any{}, map[string]any{}, []any{nil}, strings.Repeat("x", 30)})
	}
	if enum, ok := s["enum"].([]any); ok {
		return g.pick(enum)
	}
	if v, ok := s["const"]; ok {
		return v
	}
	if l, ok := s["oneOf"].([]any); ok {
		return g.value(g.pick(l).(map[string]any))
	}
	typ := s["type"]
	if l, ok := typ.([]any); ok {
		typ = g.pick(l)
	}
	switch typ {
	case "null":
		return nil
	case "boolean":
		return g.r.IntN(2) == 0
	case "integer", "number":
		return g.number(s, typ == "integer")
	case "string":
		return g.string(s)
	case "array":
		return g.list(s)
	case "object":
		return g.object(s)
	}
	return g.pick([]any{"any", 1, nil, []any{1}, map[string]any{"a": 1}})
}

func (g *generator) pick(l []any) any { return l[g.r.IntN(len(l))] }

// bound reads a limit.
func bound(s map[string]any, key string, or float64) float64 {
	if n, ok := s[key].(json.Number); ok {
		f, _ := n.Float64()
		return f
	}
	return or
}

func (g *generator) number(s map[string]any, whole bool) any {
	lo := max(bound(s, "minimum", -100), bound(s, "exclusiveMinimum", -101)+1)
	hi := min(bound(s, "maximum", 100), bound(s, "exclusiveMaximum", 101)-1)
	if g.wrong && g.r.IntN(3) == 0 {
		lo, hi = lo-5, hi+5
	}
	x := lo + float64(g.r.IntN(int(hi-lo)+1))
	if step := bound(s, "multipleOf", 0); step > 0 && !g.wrong {
		x = float64(int(x/step)) * step
	}
	if whole {
		return int64(x)
	}
	return x
}

func (g *generator) string(s map[string]any) any {
	switch s["format"] {
	case "uuid":
		return fmt.Sprintf("%02x97a1b2-0000-7000-8000-%012d", g.r.IntN(256), g.r.IntN(1000))
	case "date-time":
		return fmt.Sprintf("2026-11-%02dT12:00:00Z", 1+g.r.IntN(28))
	case "email":
		return "ann@example.com"
	case "date":
		return fmt.Sprintf("2026-11-%02d", 1+g.r.IntN(28))
	case "duration":
		return g.pick([]any{"PT0S", "PT1H30M", "P1DT5S", "P2W"})
	case "uri-reference":
		return g.pick([]any{"https://example.com/a?b=c", "/x", "y#z"})
	case "slug":
		return g.pick([]any{"a-b", "7"})
	case "decimal":
		return g.pick([]any{"12.50", "-0.1", "1e3", "7"})
	}
	if s["pattern"] == "^(?:[0-9]{4})$" {
		return fmt.Sprint(1000 + g.r.IntN(9000))
	}
	if s["anyOf"] != nil {
		return g.pick([]any{"127.0.0.1", "::1"})
	}
	if s["contentEncoding"] == "base64" {
		return g.pick([]any{"", "eA==", "AAEC"})
	}
	lo, hi := int(bound(s, "minLength", 0)), int(bound(s, "maxLength", 8))
	if g.wrong {
		lo, hi = max(lo-1, 0), hi+1
	}
	return strings.Repeat(string(rune('a'+g.r.IntN(26))), lo+g.r.IntN(hi-lo+1))
}

func (g *generator) list(s map[string]any) any {
	g.depth++
	defer func() { g.depth-- }()
	lo, hi := int(bound(s, "minItems", 0)), int(bound(s, "maxItems", 3))
	if g.depth > 3 {
		hi = lo
	}
	if g.wrong && g.r.IntN(4) == 0 {
		lo, hi = max(lo-1, 0), hi+1
	}
	l := []any{}
	for range lo + g.r.IntN(hi-lo+1) {
		v := g.value(s["items"].(map[string]any))
		if s["uniqueItems"] == true && !g.wrong && slices.Contains(l, v) {
			continue
		}
		if some, ok := s["contains"].(map[string]any); ok && (len(l) == 0 || g.wrong) {
			v = g.value(some)
		}
		l = append(l, v)
	}
	return l
}

func (g *generator) object(s map[string]any) any {
	g.depth++
	defer func() { g.depth-- }()
	o := map[string]any{}
	required, _ := s["required"].([]any)
	properties, _ := s["properties"].(map[string]any)
	names := make([]string, 0, len(properties))
	for name := range properties {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if slices.Contains(required, any(name)) && !(g.wrong && g.r.IntN(10) == 0) || g.depth < 4 && g.r.IntN(2) == 0 {
			o[name] = g.value(properties[name].(map[string]any))
		}
	}
	if more, ok := s["additionalProperties"].(map[string]any); ok && g.depth < 4 {
		for i := range g.r.IntN(int(bound(s, "maxProperties", 3)) + 1) {
			o[fmt.Sprintf("k%d", i)] = g.value(more)
		}
	}
	if g.wrong && g.r.IntN(8) == 0 {
		o["unheard"] = 1
	}
	needs, _ := s["dependentRequired"].(map[string]any)
	for name, l := range needs {
		for _, other := range l.([]any) {
			if other := other.(string); o[name] != nil && !g.wrong {
				o[other] = g.value(properties[other].(map[string]any))
			}
		}
	}
	return o
}
