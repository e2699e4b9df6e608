package schema

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

type card struct {
	_      struct{} `additional:"forbid"`
	Number string   `json:"number" minLength:"4"`
	ID     int      `json:"id" api:"readonly"`
}

type transfer struct {
	IBAN  string     `json:"iban"`
	Split []*payment `json:"split,omitempty" api:"optional"`
}

func (t *transfer) Validate(context.Context) error {
	if t.IBAN == "bad" {
		return errors.New("is a bad account")
	}
	return nil
}

type payment struct {
	OneOf    `discriminator:"kind"`
	Card     *card     `oneOf:"card"`
	Transfer *transfer `oneOf:"transfer"`
}

// either is told by its JSON.
type either struct {
	OneOf
	Text  *string
	Count *int
	List  *[]string
	Flag  *bool
	Thing *card
}

type order struct {
	Pay    payment  `json:"pay"`
	Maybe  *payment `json:"maybe,omitzero"`
	Either either   `json:"either,omitzero" api:"optional"`
}

func TestUnionIsReadAndWritten(t *testing.T) {
	text, count := "x", 3
	for _, c := range []struct {
		doc  string
		want order
		out  string
	}{
		{`{"pay":{"kind":"card","number":"1234","id":9}}`, order{Pay: payment{Card: &card{Number: "1234"}}},
			`{"pay":{"kind":"card","number":"1234","id":0}}`},
		{`{"pay":{"iban":"DE1","split":[{"number":"5678","kind":"card"}],"kind":"transfer"},"either":"x"}`,
			order{Pay: payment{Transfer: &transfer{IBAN: "DE1", Split: []*payment{{Card: &card{Number: "5678"}}}}}, Either: either{Text: &text}},
			`{"pay":{"kind":"transfer","iban":"DE1","split":[{"kind":"card","number":"5678","id":0}]},"either":"x"}`},
		{`{"pay":{"kind":"card","number":"1234"},"maybe":{"kind":"transfer","iban":"x"},"either":3}`,
			order{Pay: payment{Card: &card{Number: "1234"}}, Maybe: &payment{Transfer: &transfer{IBAN: "x"}}, Either: either{Count: &count}},
			`{"pay":{"kind":"card","number":"1234","id":0},"maybe":{"kind":"transfer","iban":"x"},"either":3}`},
		{`{"pay":{"kind":"card","number":"1234"},"either":["a","b"]}`,
			order{Pay: payment{Card: &card{Number: "1234"}}, Either: either{List: &[]string{"a", "b"}}},
			`{"pay":{"kind":"card","number":"1234","id":0},"either":["a","b"]}`},
		{`{"pay":{"kind":"card","number":"1234"},"either":{"number":"1234"}}`,
			order{Pay: payment{Card: &card{Number: "1234"}}, Either: either{Thing: &card{Number: "1234"}}},
			`{"pay":{"kind":"card","number":"1234","id":0},"either":{"number":"1234","id":0}}`},
	} {
		var got order
		faults, err := Unmarshal(context.Background(), []byte(c.doc), &got)
		if err != nil || len(faults) > 0 {
			t.Errorf("%s: %v %v", c.doc, faults, err)
			continue
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", c.doc, diff)
		}
		if out, err := Marshal(&got); err != nil || string(out) != c.out {
			t.Errorf("%s\nwrote %s %v\nwant  %s", c.doc, out, err, c.out)
		}
	}
}

func TestUnionFaults(t *testing.T) {
	const good = `"pay":{"kind":"card","number":"1234"}`
	for doc, want := range map[string]string{
		`{}`:                      "/pay required",
		`{"pay":{}}`:              "/pay/kind required",
		`{"pay":null}`:            "/pay null",
		`{"pay":"card"}`:          "/pay type",
		`{"pay":{"kind":7}}`:      "/pay/kind type",
		`{"pay":{"kind":"cash"}}`: "/pay/kind enum",
		`{"pay":{"kind":"card"}}`: "/pay/number required",
		`{"pay":{"kind":"card","number":"1","x":1}}`:                                    "/pay/number minLength, /pay/x unknown",
		`{"pay":{"kind":"card","number":"1234","kind":"transfer"}}`:                     "/pay/kind duplicate",
		`{"pay":{"kind":"transfer","iban":"bad"}}`:                                      "/pay invalid",
		`{"pay":{"kind":"transfer","iban":"x","split":[{"kind":"card","number":"1"}]}}`: "/pay/split/0/number minLength",
		`{` + good + `,"either":null}`:                                                  "/either oneOf",
		`{` + good + `,"either":1.5}`:                                                   "/either type",
		`{` + good + `,"maybe":{"kind":"x"}}`:                                           "/maybe/kind enum",
		`{"pay":{"kind":"card","number":}}`:                                             " syntax",
		`{"pay":{"kind" "card"}}`:                                                       " syntax",
		`{"pay":{"kind":"card"`:                                                         " syntax",
		`{"pay":`:                                                                       " syntax",
		`{"pay":{"kind":"card","number":"1234"},"either":}`:                             " syntax",
	} {
		var got order
		faults, err := Unmarshal(context.Background(), []byte(doc), &got)
		if err != nil {
			t.Errorf("%s: %v", doc, err)
		}
		var l []string
		for _, f := range faults {
			l = append(l, f.Pointer+" "+f.Code)
		}
		if got := strings.Join(l, ", "); got != want {
			t.Errorf("%s: %s, want %s", doc, got, want)
		}
	}
}

func TestUnionMustBeOneThing(t *testing.T) {
	for _, v := range []payment{{}, {Card: &card{}, Transfer: &transfer{}}} {
		if out, err := Marshal(&v); err == nil || string(out) != "null" {
			t.Errorf("%+v was written as %s", v, out)
		}
	}
}

func TestUnionMistakes(t *testing.T) {
	type empty struct {
		OneOf `discriminator:"kind"`
	}
	type noValue struct {
		OneOf `discriminator:"kind"`
		Card  *card
	}
	type twice struct {
		OneOf `discriminator:"kind"`
		A     *card     `oneOf:"x"`
		B     *transfer `oneOf:"x"`
	}
	type noPointer struct {
		OneOf `discriminator:"kind"`
		Card  card `oneOf:"card"`
	}
	type noStruct struct {
		OneOf `discriminator:"kind"`
		Text  *string `oneOf:"text"`
	}
	type taken struct {
		OneOf `discriminator:"number"`
		Card  *card `oneOf:"card"`
	}
	type same struct {
		OneOf
		A *card
		B *map[string]int
	}
	type open struct {
		OneOf
		A *any
	}
	for _, c := range []struct {
		t    reflect.Type
		want string
	}{
		{reflect.TypeFor[empty](), "has no variants"},
		{reflect.TypeFor[noValue](), "has no value of the discriminator"},
		{reflect.TypeFor[twice](), `the value "x" of the discriminator is taken`},
		{reflect.TypeFor[noPointer](), "is no variant"},
		{reflect.TypeFor[noStruct](), "a variant beside a discriminator is a struct"},
		{reflect.TypeFor[taken](), `has a member "number" of its own`},
		{reflect.TypeFor[same](), "is an object in JSON, as A is"},
		{reflect.TypeFor[open](), "may be anything in JSON"},
	} {
		if _, err := PlanOf(c.t); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.t, err, c.want)
		}
	}
}

func TestUnionSchema(t *testing.T) {
	want := map[string]string{
		"in schema.payment":  `{"$ref":"#/paymentInput"}`,
		"out schema.payment": `{"$ref":"#/payment"}`,
		"in schema.either":   `{"$ref":"#/eitherInput"}`,
		"out schema.either":  `{"$ref":"#/either"}`,
		"payment": `{"oneOf":[{"$ref":"#/paymentcard"},{"$ref":"#/paymenttransfer"}],` +
			`"discriminator":{"propertyName":"kind","mapping":{"card":"#/paymentcard","transfer":"#/paymenttransfer"}}}`,
		"paymentInput": `{"oneOf":[{"$ref":"#/paymentcardInput"},{"$ref":"#/paymenttransferInput"}],` +
			`"discriminator":{"propertyName":"kind","mapping":{"card":"#/paymentcardInput","transfer":"#/paymenttransferInput"}}}`,
		"paymentcard":          `{"type":"object","properties":{"kind":{"type":"string","const":"card"},"number":{"type":"string","minLength":4},"id":{"type":"integer","format":"int64"}},"required":["kind","number","id"]}`,
		"paymentcardInput":     `{"type":"object","properties":{"kind":{"type":"string","const":"card"},"number":{"type":"string","minLength":4}},"required":["kind","number"],"additionalProperties":false}`,
		"paymenttransfer":      `{"type":"object","properties":{"kind":{"type":"string","const":"transfer"},"iban":{"type":"string"},"split":{"type":"array","items":{"anyOf":[{"$ref":"#/payment"},{"type":"null"}]}}},"required":["kind","iban"]}`,
		"paymenttransferInput": `{"type":"object","properties":{"kind":{"type":"string","const":"transfer"},"iban":{"type":"string"},"split":{"type":"array","items":{"$ref":"#/paymentInput"}}},"required":["kind","iban"]}`,
		"either":               `{"oneOf":[{"type":"string"},{"type":"integer","format":"int64"},{"type":"array","items":{"type":"string"}},{"type":"boolean"},{"$ref":"#/card"}]}`,
		"eitherInput":          `{"oneOf":[{"type":"string"},{"type":"integer","format":"int64"},{"type":"array","items":{"type":"string"}},{"type":"boolean"},{"$ref":"#/cardInput"}]}`,
		"card":                 `{"type":"object","properties":{"number":{"type":"string","minLength":4},"id":{"type":"integer","format":"int64"}},"required":["number","id"]}`,
		"cardInput":            `{"type":"object","properties":{"number":{"type":"string","minLength":4}},"required":["number"],"additionalProperties":false}`,
	}
	got := schemaText(t, &Catalog{Prefix: "#/"}, reflect.TypeFor[payment](), reflect.TypeFor[either]())
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// ruled has rules for what its variants hold.
type ruled struct {
	OneOf
	Text *string   `minLength:"5"`
	Num  *float64  `maximum:"3"`
	List *[]string `maxItems:"2" items.minLength:"2"`
}

type twin struct {
	OneOf `discriminator:"kind"`
	Old   *card `oneOf:"old"`
	New   *card `oneOf:"new"`
}

func TestRulesOfVariants(t *testing.T) {
	for doc, want := range map[string]string{
		`"abcde"`: "", `"abcd"`: " minLength must have 5 or more characters", `3`: "", `4`: " maximum must be 3 or less",
		`["ab"]`: "", `["ab","cd","ef"]`: " maxItems must have 2 or fewer items", `["a"]`: "/0 minLength must have 2 or more characters",
	} {
		if got := faultsIn(t, doc, new(ruled)); got != want {
			t.Errorf("%s: %q, want %q", doc, got, want)
		}
	}
	got := schemaText(t, &Catalog{Prefix: "#/"}, reflect.TypeFor[ruled]())["ruled"]
	want := `{"oneOf":[{"type":"string","minLength":5},{"type":"number","format":"double","maximum":3},{"type":"array","items":{"type":"string","minLength":2},"maxItems":2}]}`
	if got != want {
		t.Errorf("documented as %s", got)
	}
}

func TestVariantsOfOneType(t *testing.T) {
	got := schemaText(t, &Catalog{Prefix: "#/"}, reflect.TypeFor[twin]())
	for name, want := range map[string]string{
		"twin":         `"mapping":{"old":"#/twincard_old","new":"#/twincard_new"}`,
		"twincard_old": `"kind":{"type":"string","const":"old"}`,
		"twincard_new": `"kind":{"type":"string","const":"new"}`,
	} {
		if !strings.Contains(got[name], want) {
			t.Errorf("%s is %s, want %s in it", name, got[name], want)
		}
	}
}

type selfish struct {
	OneOf
	Self *selfish
}

type selfishTagged struct {
	OneOf `discriminator:"kind"`
	Self  *selfishTagged `oneOf:"self"`
}

type ownWriter struct {
	N string `json:"n"`
}

func (ownWriter) MarshalJSON() ([]byte, error) { return []byte(`{"own":true}`), nil }

func TestVariantMistakes(t *testing.T) {
	for _, c := range []struct {
		v    any
		want string
	}{
		{selfish{}, "may be anything in JSON"},
		{selfishTagged{}, "a variant beside a discriminator is a struct"},
		{struct {
			OneOf `discriminater:"kind"`
			A     *card
		}{}, "tag discriminater is not known: did you mean discriminator?"},
		{struct {
			OneOf
			A *string `minlength:"3"`
		}{}, "tag minlength is not known"},
		{struct {
			OneOf
			A *string `default:"3"`
		}{}, "tag default has no meaning on a variant"},
		{struct {
			OneOf
			A *int `minLength:"3"`
		}{}, "tag minLength needs a string"},
		{struct {
			OneOf `discriminator:"kind"`
			A     *map[string]int `oneOf:"a" minProperties:"1"`
		}{}, "has no rules of its own"},
		{struct {
			OneOf `discriminator:"kind"`
			A     *ownWriter `oneOf:"a"`
		}{}, "has a marshaler of its own"},
	} {
		if _, err := PlanOf(reflect.TypeOf(c.v)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%T: %v, want %q", c.v, err, c.want)
		}
	}
}
