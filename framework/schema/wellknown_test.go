package schema

import (
	"context"
	"math"
	"net/url"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"testing/quick"
	"time"
	"unsafe"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
)

func TestDurations(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"PT0S": 0, "PT1S": time.Second, "PT1H30M": 90 * time.Minute, "P1D": 24 * time.Hour, "P1DT1S": 24*time.Hour + time.Second,
		"P2W": 14 * 24 * time.Hour, "PT0.5S": time.Second / 2, "PT1.000000001S": time.Second + 1, "-PT5M": -5 * time.Minute, "PT90M": 90 * time.Minute,
	} {
		if got, ok := parseDuration(text); !ok || got != want {
			t.Errorf("%s: %v %v, want %v", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "P", "PT", "1h", "P1Y", "P1M", "PT1", "P1DT", "PT1.5H", "PT1.S", "PT.5S", "PT1S2M", "P1W1D", "PT1.0000000001S", "--PT1S", "PT-1S", "PT+1S", "PT99999999999999999999S", "P999999W", " PT1S"} {
		if got, ok := parseDuration(text); ok {
			t.Errorf("%q was taken for %v", text, got)
		}
	}
	for d, want := range map[time.Duration]string{
		0: "PT0S", time.Second: "PT1S", 90 * time.Minute: "PT1H30M", 36 * time.Hour: "PT36H", -time.Millisecond: "-PT0.001S",
		time.Minute + 500*time.Millisecond: "PT1M0.5S", time.Hour + time.Second: "PT1H0M1S", math.MaxInt64: "PT2562047H47M16.854775807S",
	} {
		if got := string(appendDuration(nil, d)); got != want {
			t.Errorf("%v: %s, want %s", d, got, want)
		}
	}
	err := quick.Check(func(d time.Duration) bool {
		got, ok := parseDuration(string(appendDuration(nil, d)))
		return ok && got == d || d == math.MinInt64
	}, nil)
	if err != nil {
		t.Error(err)
	}
}

type wellKnownTypes struct {
	Wait  time.Duration    `json:"wait"`
	Born  time.Time        `json:"born" format:"date"`
	Died  *time.Time       `json:"died,omitzero" format:"date"`
	Off   []time.Time      `json:"off,omitempty" api:"optional" items.format:"date"`
	Home  url.URL          `json:"home"`
	Link  *url.URL         `json:"link,omitzero"`
	Price decimal.Decimal  `json:"price" minimum:"0.1" maximum:"1000000000000000000000" multipleOf:"0.01"`
	Rate  *decimal.Decimal `json:"rate,omitzero"`
}

func TestWellKnownTypes(t *testing.T) {
	const doc = `{"wait":"PT1M","born":"1990-12-31","died":"2020-01-02","off":["2026-12-25"],"home":"https://example.com/a?b=c","link":"/x","price":"0.1","rate":2.50}`
	died := time.Date(2020, 1, 2, 0, 0, 0, 0, time.UTC)
	rate := decimal.RequireFromString("2.50")
	want := wellKnownTypes{
		Wait: time.Minute, Born: time.Date(1990, 12, 31, 0, 0, 0, 0, time.UTC), Died: &died, Off: []time.Time{time.Date(2026, 12, 25, 0, 0, 0, 0, time.UTC)},
		Home: url.URL{Scheme: "https", Host: "example.com", Path: "/a", RawQuery: "b=c"}, Link: &url.URL{Path: "/x"}, Price: decimal.RequireFromString("0.1"), Rate: &rate,
	}
	var got wellKnownTypes
	faults, err := Unmarshal(context.Background(), []byte(doc), &got)
	if err != nil || len(faults) > 0 {
		t.Fatal(faults, err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	out, err := Marshal(&got)
	if want := strings.Replace(doc, "2.50", `"2.5"`, 1); err != nil || string(out) != want {
		t.Errorf("wrote %s %v, want %s", out, err, want)
	}
}

func TestWellKnownFaults(t *testing.T) {
	good := map[string]string{"wait": `"PT1S"`, "born": `"2000-01-01"`, "home": `"x"`, "price": `"1"`}
	for _, c := range []struct{ member, value, want string }{
		{"wait", `60`, "/wait type must be a duration as ISO 8601 has it, such as PT1H30M"},
		{"wait", `"-PT1S"`, "/wait type must be a duration as ISO 8601 has it, such as PT1H30M"},
		{"wait", `"1h"`, "/wait type must be a duration as ISO 8601 has it, such as PT1H30M"},
		{"born", `"2000-02-30"`, "/born type must be a date as RFC 3339 has it"},
		{"born", `"2000-01-01T00:00:00Z"`, "/born type must be a date as RFC 3339 has it"},
		{"off", `["x"]`, "/off/0 type must be a date as RFC 3339 has it"},
		{"home", `":x"`, "/home type must be an address"},
		{"home", `"` + strings.Repeat("x", maxURL+1) + `"`, "/home type must be an address"},
		{"price", `true`, "/price type must be a decimal number"},
		{"price", `"1e999999999"`, "/price type must be a decimal number"},
		{"price", `1e999999999`, "/price type must be a decimal number"},
		{"price", `"0x10"`, "/price type must be a decimal number"},
		{"price", `"1/3"`, "/price type must be a decimal number"},
		{"price", `"."`, "/price type must be a decimal number"},
		{"price", `"` + strings.Repeat("1", maxDecimal+1) + `"`, "/price type must be a decimal number"},
		{"price", `"0.09"`, "/price minimum must be 0.1 or more"},
		{"price", `"1000000000000000000000.01"`, "/price maximum must be 1e+21 or less"},
		{"price", `"0.105"`, "/price multipleOf must be a multiple of 0.01"},
	} {
		doc := `{`
		for _, name := range []string{"wait", "born", "home", "price"} {
			if name != c.member {
				doc += `"` + name + `":` + good[name] + `,`
			}
		}
		doc += `"` + c.member + `":` + c.value + `}`
		var v wellKnownTypes
		faults, err := Unmarshal(context.Background(), []byte(doc), &v)
		if err != nil || len(faults) != 1 || faults[0].Pointer+" "+faults[0].Code+" "+faults[0].Detail != c.want {
			t.Errorf("%s %s: %+v %v, want %s", c.member, c.value, faults, err, c.want)
		}
	}
}

func TestWellKnownParameters(t *testing.T) {
	type in struct {
		Wait  time.Duration   `query:"wait"`
		Day   time.Time       `query:"day" format:"date"`
		Days  []time.Time     `query:"days" items.format:"date"`
		Next  *url.URL        `query:"next"`
		Price decimal.Decimal `query:"price" minimum:"1"`
	}
	var got in
	typ := reflect.TypeFor[in]()
	for _, c := range []struct {
		field string
		texts []string
		bad   string
	}{{"Wait", []string{"PT2S"}, "2s"}, {"Day", []string{"2026-11-25"}, "25.11.2026"}, {"Days", []string{"2026-11-25", "2026-11-26"}, "now"}, {"Next", []string{"/x?y=z"}, "::"}, {"Price", []string{"1.25"}, "0.5"}} {
		f, _ := typ.FieldByName(c.field)
		p, err := NewParam(f, typ, "query", c.field)
		if err != nil {
			t.Fatal(err)
		}
		var r Reader
		at := unsafe.Add(unsafe.Pointer(&got), f.Offset)
		if !p.Read(&r, at, c.texts...) {
			t.Errorf("%s: %v", c.field, r.Faults)
		}
		back, err := p.Texts(at)
		if diff := cmp.Diff(c.texts, back); err != nil || diff != "" {
			t.Errorf("%s: %v %s", c.field, err, diff)
		}
		var trial in
		if p.Read(&r, unsafe.Add(unsafe.Pointer(&trial), f.Offset), c.bad) {
			t.Errorf("%s: %q was taken", c.field, c.bad)
		}
	}
}

func TestWellKnownSchemas(t *testing.T) {
	got := schemaText(t, &Catalog{Prefix: "#/"}, reflect.TypeFor[wellKnownTypes]())
	want := `{"type":"object","properties":{"wait":{"type":"string","format":"duration"},"born":{"type":"string","format":"date"},` +
		`"died":{"type":"string","format":"date"},"off":{"type":"array","items":{"type":"string","format":"date"}},` +
		`"home":{"type":"string","format":"uri-reference"},"link":{"type":"string","format":"uri-reference"},` +
		`"price":{"type":"string","format":"decimal","minimum":0.1,"maximum":1e+21,"multipleOf":0.01},` +
		`"rate":{"type":"string","format":"decimal"}},"required":["wait","born","home","price"]}`
	if diff := cmp.Diff(want, got["wellKnownTypes"]); diff != "" {
		t.Error(diff)
	}
}

func TestDatesInMapsAndArrays(t *testing.T) {
	type dates struct {
		By   map[string]time.Time `json:"by" items.format:"date"`
		Pair [2]time.Time         `json:"pair" items.format:"date"`
	}
	const doc = `{"by":{"a":"2026-01-02"},"pair":["2026-01-02","2026-01-03"]}`
	var v dates
	if got := faultsIn(t, doc, &v); got != "" {
		t.Fatal(got)
	}
	if out, err := Marshal(&v); err != nil || string(out) != doc {
		t.Errorf("wrote %s, %v", out, err)
	}
	if got := faultsIn(t, `{"by":{"a":"2026-01-02T00:00:00Z"},"pair":["2026-01-02","2026-01-03"]}`, new(dates)); got != "/by/a type must be a date as RFC 3339 has it" {
		t.Error(got)
	}
}

// An answer may have decimals, addresses and durations that no request may; they are not written as one.
func TestLongDecimals(t *testing.T) {
	type out struct {
		D decimal.Decimal `json:"d"`
	}
	p, err := PlanOf(reflect.TypeFor[out]())
	if err != nil {
		t.Fatal(err)
	}
	want := out{decimal.New(1, 150)}
	doc, err := Marshal(&want)
	if err != nil {
		t.Fatal(err)
	}
	for side, good := range map[Side]bool{Request: false, Answer: true, Received: true} {
		var v out
		r := Reader{Side: side}
		p.Read(&r, doc, unsafe.Pointer(&v))
		if (len(r.Faults) == 0) != good || good && !v.D.Equal(want.D) {
			t.Errorf("side %d: %v", side, r.Faults)
		}
	}
	for text, good := range map[string]bool{`1e90`: true, `"1e150"`: false, `"1e1000000000"`: false, `"x"`: false, `"1e"`: false} {
		r := Reader{Side: Received}
		p.Read(&r, []byte(`{"d":`+text+`}`), unsafe.Pointer(new(out)))
		if (len(r.Faults) == 0) != good {
			t.Errorf("%s: %v", text, r.Faults)
		}
	}
	if _, err := p.AppendInput(nil, unsafe.Pointer(&want)); err == nil || !strings.Contains(err.Error(), "that an input may have") {
		t.Errorf("as an input: %v", err)
	}
	for _, bad := range []any{
		&struct {
			D time.Duration `json:"d"`
		}{-1},
		&struct {
			U url.URL `json:"u"`
		}{url.URL{Path: strings.Repeat("a", maxURL+1)}},
	} {
		v := reflect.ValueOf(bad)
		p, err := PlanOf(v.Type().Elem())
		if err != nil {
			t.Fatal(err)
		}
		if b, err := p.AppendInput(nil, v.UnsafePointer()); err == nil {
			t.Errorf("wrote %.40s", b)
		}
	}
}

// The scan takes what the pattern of documents takes.
func TestDecimalTexts(t *testing.T) {
	pattern := regexp.MustCompile(decimalPattern)
	for _, text := range []string{"", "-", "1", "-1", "+1", "007", "1.", ".5", "1.5", "-0.50", "1e5", "1E+05", "1e-99", "1e100", "1e", "1e+", "1.5e3x", "1_0", "0x1", "NaN", "1/2", " 1", "1\n"} {
		if got, want := isDecimalText(text), pattern.MatchString(text); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
	if isDecimalText(strings.Repeat("1", maxDecimal+1)) {
		t.Error("too long")
	}
}
