package schema

import (
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

type sided struct {
	ID     int      `json:"id" api:"readonly" minimum:"1"`
	Secret string   `json:"secret" api:"writeonly"`
	Name   string   `json:"name" minLength:"2"`
	Left   *string  `json:"left"`
	Tags   []string `json:"tags"`
	Shout  shout    `json:"shout"`
}

// shout writes itself in another form than it is read.
type shout struct{ text string }

func (s shout) MarshalText() ([]byte, error) { return []byte(strings.ToUpper(s.text)), nil }

func readSide(t *testing.T, side Side, doc string, v any) []string {
	t.Helper()
	p, err := PlanOf(reflect.TypeOf(v).Elem())
	if err != nil {
		t.Fatal(err)
	}
	r := Reader{Side: side}
	p.Read(&r, []byte(doc), reflect.ValueOf(v).UnsafePointer())
	var l []string
	for _, f := range r.Faults {
		l = append(l, f.Pointer+" "+f.Code)
	}
	return l
}

func TestAnswersAreJudgedByTheirRules(t *testing.T) {
	for doc, want := range map[string][]string{
		`{"id":1,"name":"ab","left":null,"tags":[],"shout":"HI"}`: nil,
		`{"id":0,"name":"a","left":null,"tags":[],"shout":"HI"}`:  {"/id minimum", "/name minLength"},
		`{"id":1,"name":"ab","left":7,"tags":[]}`:                 {"/left type"},
	} {
		if got := readSide(t, Answer, doc, new(sided)); !cmp.Equal(got, want) {
			t.Errorf("%s: %v, want %v", doc, got, want)
		}
	}
}

func TestReceivedAnswersAreTakenAsTheyAre(t *testing.T) {
	var v sided
	if got := readSide(t, Received, `{"id":7,"secret":"x","name":"a","left":null,"tags":null,"more":[1]}`, &v); got != nil {
		t.Fatal(got)
	}
	if diff := cmp.Diff(sided{ID: 7, Name: "a"}, v, cmp.AllowUnexported(shout{})); diff != "" {
		t.Error(diff)
	}
	if got := readSide(t, Received, `{"id":"7"}`, new(sided)); !cmp.Equal(got, []string{"/id type"}) {
		t.Error(got)
	}
	var many []int
	if got := readSide(t, Received, "["+strings.Repeat("1,", 3*defaultMaxItems)+"1]", &many); got != nil || len(many) != 3*defaultMaxItems+1 {
		t.Error(got, len(many))
	}
	deep := strings.Repeat("[", 2*maxDepth) + strings.Repeat("]", 2*maxDepth)
	if got := readSide(t, Received, deep, new(any)); got != nil {
		t.Error(got)
	}
}

func TestRequestsIgnoreWhatOutputsShow(t *testing.T) {
	var v sided
	if got := readSide(t, Request, `{"id":7,"secret":"x","name":"ab","tags":[],"shout":{}}`, &v); got != nil || v.ID != 0 || v.Secret != "x" {
		t.Error(got, v)
	}
}

func TestAnswersKeepDependencies(t *testing.T) {
	type out struct {
		Card   *string `json:"card,omitempty" dependentRequired:"street,pin"`
		Street *string `json:"street,omitempty"`
		Pin    *string `json:"pin" api:"writeonly"`
	}
	p, err := PlanOf(reflect.TypeFor[out]())
	if err != nil {
		t.Fatal(err)
	}
	for doc, want := range map[string]int{`{"card":"1"}`: 1, `{"card":"1","street":"x"}`: 0, `{"card":null}`: 0, `{"card":"1","street":null}`: 1, `{}`: 0} {
		for side, want := range map[Side]int{Answer: want, Received: 0} {
			r := Reader{Side: side}
			if p.Read(&r, []byte(doc), reflect.ValueOf(new(out)).UnsafePointer()); len(r.Faults) != want {
				t.Errorf("%s on side %d: %v", doc, side, r.Faults)
			}
		}
	}
}
