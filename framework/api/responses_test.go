package api_test

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/utilmeta/utilmeta-go/framework/api"
)

type imported struct {
	api.Responses
	Done  *madeOutput `status:"201"`
	Later *jobOutput  `status:"202"`
	Same  *api.Empty  `status:"204"`
	Clash *clash      `status:"409"`
}

type jobOutput struct {
	Job string `json:"job" minLength:"2"`
}

type clash struct {
	With []int `json:"with"`
}

type importInput struct {
	What string `query:"what" api:"optional"`
}

type importAPI struct {
	Import api.Post[importInput, imported]
}

func newImport() *importAPI {
	return &importAPI{Import: func(_ context.Context, in *importInput) (*imported, error) {
		switch in.What {
		case "done":
			return &imported{Done: &madeOutput{Location: "/x", ID: 7}}, nil
		case "later":
			return &imported{Later: &jobOutput{Job: "j1"}}, nil
		case "same":
			return &imported{Same: &api.Empty{}}, nil
		case "clash":
			return &imported{Clash: &clash{With: []int{1, 2}}}, nil
		case "both":
			return &imported{Same: &api.Empty{}, Clash: &clash{}}, nil
		case "problem":
			return nil, api.Conflict("other", "another conflict")
		}
		return &imported{}, nil
	}}
}

func TestResponses(t *testing.T) {
	mux := mount(t, newImport())
	c := client[importAPI](t, mux)
	for what, want := range map[string]struct {
		status int
		body   string
		out    *imported
	}{
		"done":  {201, `{"id":7}`, &imported{Done: &madeOutput{Status: 201, Location: "/x", ID: 7}}},
		"later": {202, `{"job":"j1"}`, &imported{Later: &jobOutput{Job: "j1"}}},
		"same":  {204, ``, &imported{Same: &api.Empty{}}},
		"clash": {409, `{"with":[1,2]}`, &imported{Clash: &clash{With: []int{1, 2}}}},
		"both":  {500, `internal`, nil},
		"none":  {500, `internal`, nil},
	} {
		status, body, h := exchange(t, mux, httptest.NewRequest("POST", "/import?what="+what, nil))
		if status != want.status || !strings.Contains(body, want.body) || want.body == "" && body != "" || (what == "done") != (h.Get("Location") == "/x") {
			t.Errorf("%s: %d %s %v", what, status, body, h)
		}
		got, err := c.Import(t.Context(), &importInput{What: what})
		if diff := cmp.Diff(want.out, got); diff != "" || (err == nil) != (want.out != nil) {
			t.Errorf("%s: %v %s", what, err, diff)
		}
	}
	// A problem is one also where the output has a field for its status.
	var p *api.Problem
	if got, err := c.Import(t.Context(), &importInput{What: "problem"}); !errors.As(err, &p) || p.Code != "other" || got != nil {
		t.Error(got, err)
	}
	if ep := mux.Endpoints()[0]; ep.Status != 201 {
		t.Error(ep.Status)
	}
}

type noAnswers struct{ api.Responses }

type wrongAnswers struct {
	api.Responses
	A jobOutput  `status:"200"`
	B *jobOutput `status:"600"`
	C *jobOutput `status:"204"`
	D *jobOutput `status:"202"`
	E *clash     `status:"202"`
	F *clash
}

type wrongResponsesAPI struct {
	None  api.Get[api.Empty, noAnswers]
	Wrong api.Get[api.Empty, wrongAnswers]
	Tag   api.Get[api.Empty, imported] `status:"200"`
	Wrap  api.Get[api.Empty, imported] `wrap:"x"`
}

func TestResponsesMistakes(t *testing.T) {
	got := mountError(t, &wrongResponsesAPI{
		None: nothing[noAnswers], Wrong: nothing[wrongAnswers], Tag: nothing[imported], Wrap: nothing[imported],
	})
	for _, want := range []string{
		"noAnswers: has no answers", "wrongAnswers.A: is no answer", `wrongAnswers.B: tag status: "600"`, "wrongAnswers.C: tag status: an answer with the status 204 has no body",
		"wrongAnswers.E: the status 202 is taken by D", `wrongAnswers.F: tag status: ""`, "Tag: tag status: each answer of api_test.imported has its own", "Wrap: output: tag wrap",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in:\n%s", want, got)
		}
	}
}

func nothing[Out any](context.Context, *api.Empty) (*Out, error) { return nil, nil }

// table can be CSV.
type table []item

func (*table) MediaTypes() []string { return []string{"text/csv; charset=utf-8", "application/x-none"} }

func (t *table) Represent(mediaType string, w io.Writer) error {
	if mediaType == "application/x-none" {
		return errors.New("not today")
	}
	out := csv.NewWriter(w)
	for _, row := range *t {
		if err := out.Write([]string{row.Name, fmt.Sprint(row.Price)}); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

type tableAPI struct {
	Seal   api.Envelope `on:"Sealed"`
	Table  api.Get[api.Empty, table]
	Sealed api.Get[api.Empty, table]
}

func TestRepresentations(t *testing.T) {
	calls := 0
	rows := func(context.Context, *api.Empty) (*table, error) {
		calls++
		return &table{{Name: "pen", Price: 2}}, nil
	}
	mux := mount(t, &tableAPI{Seal: api.Envelope{ResultKey: "result"}, Table: rows, Sealed: rows})
	const inJSON = `[{"id":0,"name":"pen","price":2,"tags":[]}]`
	for _, c := range []struct {
		path, accept string
		status       int
		typ, body    string
	}{
		{"/table", "", 200, "application/json", inJSON},
		{"/table", "*/*", 200, "application/json", inJSON},
		{"/table", "text/csv", 200, "text/csv; charset=utf-8", "pen,2\n"},
		{"/table", "application/json;q=0.5, text/*", 200, "text/csv; charset=utf-8", "pen,2\n"},
		{"/table", "text/csv;q=0, */*;q=0.1", 200, "application/json", inJSON},
		{"/table", "text/csv;q=0.2, application/*;q=0.2", 200, "application/json", inJSON},
		{"/table", "image/png, text/html", 406, "application/problem+json", `"not_acceptable","detail":"this can be application/json or text/csv; charset=utf-8 or application/x-none"`},
		{"/table", "application/x-none", 500, "application/problem+json", `"internal"`},
		{"/table", "nonsense;;;", 406, "application/problem+json", `"not_acceptable"`},
		{"/sealed", "text/csv", 200, "text/csv; charset=utf-8", "pen,2\n"},
		{"/sealed", "", 200, "application/json", `{"result":` + inJSON + `}`},
	} {
		r := httptest.NewRequest("GET", c.path, nil)
		if c.accept != "" {
			r.Header.Set("Accept", c.accept)
		}
		before := calls
		status, body, h := exchange(t, mux, r)
		if status != c.status || h.Get("Content-Type") != c.typ || !strings.Contains(body, c.body) || !strings.Contains(h.Get("Vary"), "Accept") {
			t.Errorf("%s %q: %d %s %v", c.path, c.accept, status, body, h)
		}
		if status == 406 && calls != before {
			t.Errorf("%q: the handler ran", c.accept)
		}
	}
	got, err := client[tableAPI](t, mux).Table(t.Context(), nil)
	if err != nil || len(*got) != 1 {
		t.Error(got, err)
	}
}

type strictAPI struct {
	Job    api.Get[importInput, jobOutput] `wrap:"job"`
	Header api.Get[importInput, limitedHeader]
	Many   api.Post[importInput, imported]
	Ticks  api.Stream[api.Empty, jobOutput]
}

type limitedHeader struct {
	Level int    `header:"X-Level" maximum:"5"`
	Name  string `json:"name"`
}

func newStrict() *strictAPI {
	return &strictAPI{
		Job: func(_ context.Context, in *importInput) (*jobOutput, error) { return &jobOutput{in.What}, nil },
		Header: func(_ context.Context, in *importInput) (*limitedHeader, error) {
			return &limitedHeader{len(in.What), "n"}, nil
		},
		Many: func(_ context.Context, in *importInput) (*imported, error) {
			return &imported{Later: &jobOutput{in.What}}, nil
		},
		Ticks: func(context.Context, *api.Empty) (iter.Seq2[*jobOutput, error], error) {
			return func(yield func(*jobOutput, error) bool) {
				_ = yield(&jobOutput{"ok"}, nil) && yield(&jobOutput{"x"}, nil)
			}, nil
		},
	}
}

func TestStrictAnswers(t *testing.T) {
	log := &logged{}
	strict := &api.Mux{Strict: true, Logger: log.logger()}
	if err := strict.Mount("/", newStrict()); err != nil {
		t.Fatal(err)
	}
	lax := mount(t, newStrict())
	for _, c := range []struct{ method, path, want string }{
		{"GET", "/job?what=x", "/job must have 2 or more characters"},
		{"GET", "/header?what=123456", "header X-Level: the answer must be 5 or less"},
		{"POST", "/many?what=x", "/job must have 2 or more characters"},
	} {
		good := strings.TrimSuffix(c.path, "=x") + "=ok"
		good = strings.Replace(good, "123456", "1", 1)
		for path, want := range map[string]int{c.path: 500, good: 0} {
			status, body, _ := exchange(t, strict, httptest.NewRequest(c.method, path, nil))
			if want == 500 && (status != 500 || strings.Contains(body, "characters") || !strings.Contains(log.String(), c.want)) || want == 0 && status >= 300 {
				t.Errorf("%s: %d %s, log %s", path, status, body, log)
			}
			if status, _, _ := exchange(t, lax, httptest.NewRequest(c.method, path, nil)); status >= 300 {
				t.Errorf("%s is refused without strictness: %d", path, status)
			}
		}
	}
	_, body, _ := exchange(t, strict, httptest.NewRequest("GET", "/ticks", nil))
	if !strings.Contains(body, `data: {"job":"ok"}`) || strings.Contains(body, `{"job":"x"}`) || !strings.Contains(body, "event: error") {
		t.Error(body)
	}
}

var german = api.Languages{"de": {
	"status.404": "Nicht gefunden", "problem.not_found": "hier ist nichts", "problem.invalid": "die Anfrage ist ungültig", "minLength": "braucht {0} Zeichen",
	"sold_out": "nur noch {0} da", "required": "fehlt", "maxSize": "darf {0} Bytes haben",
}, "pt-BR": {"required": "é obrigatório"}, "en": {"sold_out": "{0} left, sorry"}}

type languageAPI struct {
	Seal   api.Envelope `on:"Sealed"`
	Create api.Post[item, item]
	Buy    api.Post[api.Empty, item]
	Sealed api.Post[api.Empty, item]
	Form   api.Post[oneFile, item]
	Watch  api.Stream[api.Empty, item]
}

func TestLanguages(t *testing.T) {
	soldOut := api.Conflict("sold_out", "only %d are left", 3).Field("count")
	buy := func(context.Context, *api.Empty) (*item, error) { return nil, soldOut }
	mux := &api.Mux{Languages: german, Logger: quiet}
	err := mux.Mount("/", &languageAPI{
		Seal: api.Envelope{MessageKey: "message"}, Create: mirrorItem[item], Buy: buy, Sealed: buy, Form: mirrorItem[oneFile],
		Watch: func(context.Context, *api.Empty) (iter.Seq2[*item, error], error) {
			return func(yield func(*item, error) bool) { yield(nil, soldOut) }, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ method, path, body, accept, language, want string }{
		{"POST", "/create", `{"name":"x","price":1}`, "de", "de", `"detail":"die Anfrage ist ungültig","errors":[{"pointer":"#/name","code":"minLength","detail":"braucht 2 Zeichen"}]`},
		{"POST", "/create", `{"price":1}`, "de-AT, en;q=0.5", "de", `"detail":"fehlt"`},
		{"POST", "/create", `{"price":1}`, "pt", "pt-BR", `"detail":"the request is not valid","errors":[{"pointer":"#/name","code":"required","detail":"é obrigatório"}]`},
		{"POST", "/create", `{"price":1}`, "", "en", `"detail":"is required"`},
		{"POST", "/create", `{"price":1}`, "fr, zz", "en", `"detail":"is required"`},
		{"POST", "/create", `{"price":1}`, "x;;q=", "en", `"detail":"is required"`},
		{"POST", "/buy", ``, "de", "de", `"title":"Conflict","status":409,"code":"sold_out","detail":"nur noch 3 da","errors":[{"pointer":"#/count","code":"sold_out","detail":"nur noch 3 da"}]`},
		{"POST", "/buy", ``, "en", "en", `"detail":"3 left, sorry"`},
		{"POST", "/sealed", ``, "de", "de", `{"message":"nur noch 3 da"}`},
		{"GET", "/nowhere", ``, "de", "de", `{"title":"Nicht gefunden","status":404,"code":"not_found","detail":"hier ist nichts"}`},
		{"GET", "/watch", ``, "de", "", `"detail":"nur noch 3 da"`},
	} {
		r := httptest.NewRequest(c.method, c.path, strings.NewReader(c.body))
		r.Header.Set("Accept-Language", c.accept)
		if c.body != "" {
			r.Header.Set("Content-Type", "application/json")
		}
		_, body, h := exchange(t, mux, r)
		if !strings.Contains(body, c.want) || c.language != "" && (h.Get("Content-Language") != c.language || !strings.Contains(h.Get("Vary"), "Accept-Language")) {
			t.Errorf("%s %s: %s %v, want %s", c.path, c.accept, body, h, c.want)
		}
	}
	// The problem of a variable stays as it is.
	if soldOut.Detail != "only 3 are left" || soldOut.Errors[0].Detail != "only 3 are left" {
		t.Error(soldOut)
	}
	bad := &api.Mux{Languages: api.Languages{"klingonisch!": nil}}
	if err := bad.Mount("/", newImport()); err == nil || !strings.Contains(err.Error(), `languages: "klingonisch!" is no tag of a language`) {
		t.Error(err)
	}
}

func mirrorItem[In any](context.Context, *In) (*item, error) { return &item{Name: "ab"}, nil }

func TestEveryProblemOfTheMuxIsAnAnswer(t *testing.T) {
	mux := mount(t, newImport())
	status, body, h := exchange(t, mux, httptest.NewRequest(http.MethodDelete, "/import", nil))
	if status != 405 || h.Get("Content-Language") != "" || h.Get("Vary") != "" {
		t.Error(status, body, h)
	}
}
