package schema

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var german = Messages{
	"required":    "fehlt",
	"minLength":   "braucht mindestens {0} Zeichen",
	"uniqueItems": "hat {1} und {0} doppelt",
	"enum":        "muss eines von {0} sein",
	"invalid":     "ist ungültig",
	"type":        "muss {0} sein",
	"type.number": "eine Zahl",
}

type judged struct {
	Name  string  `json:"name" minLength:"3"`
	Kind  string  `json:"kind" enum:"a,b"`
	List  []int   `json:"list" uniqueItems:"true"`
	Ratio float64 `json:"ratio"`
	Gone  string  `json:"gone"`
	Num   int     `json:"num"`
}

func (*judged) Validate(context.Context) error { return errors.New("is odd {0}") }

func TestFaultsAreSaidInAnotherLanguage(t *testing.T) {
	var v judged
	faults, err := Unmarshal(context.Background(), []byte(`{"name":"x","kind":"c","list":[1,2,1],"ratio":"x","num":"x"}`), &v)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, f := range faults {
		f.Say(german)
		got[f.Pointer] = f.Detail
	}
	want := map[string]string{
		"/name": "braucht mindestens 3 Zeichen", "/kind": "muss eines von a, b sein", "/list": "hat 2 und 0 doppelt",
		"/ratio": "muss eine Zahl sein", "/gone": "fehlt", "/num": "muss integer sein",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestWordsOfAValidateStay(t *testing.T) {
	var v judged
	faults, err := Unmarshal(context.Background(), []byte(`{"name":"xyz","kind":"a","list":[],"ratio":1,"gone":"","num":1}`), &v)
	if err != nil || len(faults) != 1 {
		t.Fatal(faults, err)
	}
	if faults[0].Say(german); faults[0].Detail != "is odd {0}" {
		t.Error(faults[0].Detail)
	}
}

// Every code that is reported has a sentence, and every type a name.
func TestEnglishIsComplete(t *testing.T) {
	for code, text := range English {
		if text == "" {
			t.Errorf("%s has no text", code)
		}
	}
	for k := unknown; k <= union; k++ {
		n := &node{kind: k, t: stringType}
		if k == pointer || k == nullable {
			continue
		}
		name, _ := n.wants()[0].(string)
		if _, ok := English["type."+name]; !ok {
			t.Errorf("kind %d wants %q, which English has no word for", k, name)
		}
	}
}

// What an argument holds is no place for another: a few of them could make a sentence of any length.
func TestArgumentsAreNotFilled(t *testing.T) {
	m := Messages{"x": "{0} {1} {2} {x {9}", "type": "wants {0}", "type.text": "a {1}"}
	for _, c := range []struct {
		code string
		args []any
		want string
	}{
		{"x", []any{"{1}{1}", "{2}{2}", "y"}, "{1}{1} {2}{2} y {x {9}"},
		{"type", []any{"text", "{0}{1}"}, "wants a {0}{1}"},
		{"type", []any{"{1}", "z"}, "wants {1}"},
		{"x", nil, "{0} {1} {2} {x {9}"},
	} {
		if got, ok := m.Text(c.code, c.args...); got != c.want || !ok {
			t.Errorf("%s: %q, want %q", c.code, got, c.want)
		}
	}
}
