package api_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/utilmeta/utilmeta-go/framework/api"
)

func TestViewsOfEndpoints(t *testing.T) {
	mux := newForm(t, nil)
	views := map[string]string{}
	for _, ep := range mux.Endpoints() {
		b := ep.Body()
		files := []string{}
		for _, f := range b.Form.Files {
			files = append(files, fmt.Sprintf("%s %v %v %d %d %v", f.Name, f.Required, f.Many, f.MaxItems, f.MaxSize, f.Accept))
		}
		views[ep.Field()] = fmt.Sprintf("members %v, %d fields, files %v, group %q, methods %v", b.Members != nil, len(b.Form.Fields), files, ep.Group(), ep.Methods())
	}
	want := map[string]string{
		"Upload": `members false, 3 fields, files [cover false false 1 102400 [image/*] paper false true 2 10485760 []], group "", methods [POST]`,
		"Both":   `members true, 1 fields, files [], group "", methods [POST]`,
		"One":    `members false, 0 fields, files [file true false 1 1048576 []], group "", methods [POST]`,
	}
	if d := cmp.Diff(want, views); d != "" {
		t.Error(d)
	}
}

func TestViewsOfParametersAndInjected(t *testing.T) {
	mux, _ := newShop(t)
	for _, ep := range mux.Endpoints() {
		if ep.ID != "shop_put" {
			continue
		}
		var params []string
		for _, p := range ep.Parameters() {
			params = append(params, p.String())
		}
		if d := cmp.Diff([]string{"path parameter id"}, params); d != "" {
			t.Error(d)
		}
		if l := ep.Injected(); len(l) != 1 || reflect.TypeOf(l[0]) != reflect.TypeFor[*visitor]() {
			t.Errorf("injected: %v", l)
		}
		if l := ep.Loads(); !slices.Equal(l, []reflect.Type{reflect.TypeFor[byID]()}) {
			t.Errorf("loads: %v", l)
		}
		if out := ep.Output(); out.Whole == nil || out.Members != nil || ep.Group() != "shop" || ep.Body().Members == nil {
			t.Errorf("output %+v, group %q", out, ep.Group())
		}
		return
	}
	t.Error("there is no shop_put")
}

type describedRoot struct {
	Inner  *describedInner
	Nil    *describedInner
	Hidden *describedInner `api:"-"`
}

type describedInner struct {
	Get api.Get[api.Empty, shelfOf[int]]
}

type shelfOf[T any] struct {
	Of T `json:"of"`
}

func (a *describedInner) DescribeAPI(d *api.Description) {
	d.Type((*describedInner)(nil))
	d.Doc("What is inside.", "x.go:1")
	d.Schema("shelfOf", "A shelf of something.", "Of", "What it is of.")
}

func TestDocsOf(t *testing.T) {
	docs := api.DocsOf(&describedRoot{Inner: &describedInner{}, Hidden: &describedInner{}})
	if got := docs.Group("inner"); got != "What is inside." {
		t.Errorf("group: %q", got)
	}
	if got := docs.Group("nil") + docs.Group("hidden"); got != "" {
		t.Errorf("APIs that are not there are told: %q", got)
	}
	s := docs.Schema(reflect.TypeFor[shelfOf[string]]())
	if s.Text != "A shelf of something." || s.Fields["Of"] != "What it is of." {
		t.Errorf("schema: %+v", s)
	}
	if joined := (api.Docs{}).Join(docs); joined.Group("inner") == "" || joined.Schema(reflect.TypeFor[shelfOf[int]]()).Text == "" {
		t.Error("a joined comment is lost")
	}
	if empty := api.DocsOf(nil); empty.Group("") != "" {
		t.Error("nothing has a comment")
	}
}
