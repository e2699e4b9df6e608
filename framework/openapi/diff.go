package openapi

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// A Change is something that a client of the older document would trip over.
type Change struct {
	Where string // "POST /api/user/signup"
	What  string // "body: password: is required"
}

func (c Change) String() string { return c.Where + ": " + c.What }

// Breaking compares two documents of OpenAPI 3, as JSON or YAML, and lists what breaks clients of the old one: what is
// gone, what requests must have besides, what they may no longer say, and what answers may no longer have.
func Breaking(old, new []byte) ([]Change, error) {
	a, err := parse(old)
	if err != nil {
		return nil, fmt.Errorf("the old document: %w", err)
	}
	b, err := parse(new)
	if err != nil {
		return nil, fmt.Errorf("the new document: %w", err)
	}
	d := &differ{old: a, new: b}
	d.paths()
	return d.changes, nil
}

// differ compares two documents.
type differ struct {
	old, new object
	where    string
	changes  []Change
	seen     map[comparison]bool // of the operation
}

func (d *differ) tell(at []string, format string, a ...any) {
	what := strings.Join(append(slices.Clone(at), fmt.Sprintf(format, a...)), ": ")
	c := Change{d.where, what}
	if !slices.Contains(d.changes, c) {
		d.changes = append(d.changes, c)
	}
}

var methods = []string{"get", "put", "post", "delete", "options", "head", "patch", "trace"}

func (d *differ) paths() {
	olds, news := shapes(child(d.old, "paths")), shapes(child(d.new, "paths"))
	for _, shape := range slices.Sorted(maps.Keys(olds)) {
		was, is := olds[shape], news[shape]
		for _, method := range methods {
			op, ok := was.item[method].(object)
			if !ok {
				continue
			}
			d.seen = map[comparison]bool{}
			d.where = strings.ToUpper(method) + " " + was.path
			now, ok := is.item[method].(object)
			if !ok {
				d.tell(nil, "is gone")
				continue
			}
			d.operation(op, now, was, is)
		}
	}
}

// place is a path with its operations.
type place struct {
	path string
	item object
}

// shapes finds paths by themselves without the names of their parameters, which no client sees.
func shapes(paths object) map[string]place {
	m := map[string]place{}
	for path, item := range paths {
		segments := strings.Split(path, "/")
		for i, s := range segments {
			if strings.HasPrefix(s, "{") {
				segments[i] = "{}"
			}
		}
		item, _ := item.(object)
		m[strings.Join(segments, "/")] = place{path, item}
	}
	return m
}

func (d *differ) operation(was, is object, oldPlace, newPlace place) {
	if a, b := was["operationId"], is["operationId"]; a != nil && !reflect.DeepEqual(a, b) {
		d.tell(nil, "its id is %v, and was %v", b, a)
	}
	d.parameters(d.collect(d.old, oldPlace, was), d.collect(d.new, newPlace, is))
	d.requestBody(resolve(d.old, child(was, "requestBody")), resolve(d.new, child(is, "requestBody")))
	d.responses(child(was, "responses"), child(is, "responses"))
	if open(d.old, was) && !open(d.new, is) {
		d.tell(nil, "needs an identity")
	}
}

// open tells an operation that needs no identity.
func open(doc, op object) bool {
	l, told := op["security"].([]any)
	if !told {
		l = list(doc, "security")
	}
	return len(l) == 0 || slices.ContainsFunc(l, func(r any) bool { o, ok := r.(object); return ok && len(o) == 0 })
}

// collect finds the parameters of an operation, those of the path by their place in it.
func (d *differ) collect(doc object, at place, op object) map[string]object {
	m := map[string]object{}
	for _, p := range append(slices.Clone(list(at.item, "parameters")), list(op, "parameters")...) {
		p, _ := p.(object)
		p = resolve(doc, p)
		in, _ := p["in"].(string)
		name, _ := p["name"].(string)
		switch in {
		case "path":
			name = fmt.Sprint(strings.Count(at.path[:max(strings.Index(at.path, "{"+name+"}"), 0)], "{"))
		case "header":
			name = strings.ToLower(name)
		}
		m[in+" parameter "+name] = p
	}
	return m
}

func (d *differ) parameters(was, is map[string]object) {
	for _, key := range slices.Sorted(maps.Keys(is)) {
		p := is[key]
		at := []string{fmt.Sprintf("%v parameter %v", p["in"], p["name"])}
		old, there := was[key]
		switch required := p["required"] == true; {
		case !there && required:
			d.tell(at, "is new and required")
		case there && required && old["required"] != true:
			d.tell(at, "is required")
		}
		if there {
			d.schema(at, child(old, "schema"), child(p, "schema"), request)
		}
	}
}

func (d *differ) requestBody(was, is object) {
	at := []string{"body"}
	if is["required"] == true && was["required"] != true {
		d.tell(at, "is required")
	}
	if len(was) > 0 && len(is) == 0 {
		return // what is sent is not read
	}
	d.content(at, child(was, "content"), child(is, "content"), request)
}

func (d *differ) content(at []string, was, is object, way way) {
	for _, typ := range slices.Sorted(maps.Keys(was)) {
		if _, told := was[typ].(object); !told {
			continue
		}
		now, ok := is[typ].(object)
		if !ok {
			d.tell(at, "is no longer %s", typ)
			continue
		}
		d.schema(at, child(child(was, typ), "schema"), child(now, "schema"), way)
	}
}

// responses looks at those of success: what problems there are is found out at run time.
func (d *differ) responses(was, is object) {
	for _, status := range slices.Sorted(maps.Keys(was)) {
		old, told := was[status].(object)
		if !told || !strings.HasPrefix(status, "2") {
			continue
		}
		at := []string{"answer " + status}
		now, ok := is[status].(object)
		if !ok {
			d.tell(at, "is gone")
			continue
		}
		old, now = resolve(d.old, old), resolve(d.new, now)
		d.content(at, child(old, "content"), child(now, "content"), response)
		for _, name := range slices.Sorted(maps.Keys(child(old, "headers"))) {
			if child(now, "headers")[name] == nil {
				d.tell(at, "header %s is gone", name)
			}
		}
	}
}
