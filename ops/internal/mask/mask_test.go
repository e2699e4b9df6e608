package mask

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/utilmeta/utilmeta-go/ops/internal/mask/masktest"
)

const canary = "cnr-7f3a9Zq2"

func newMasker() *Masker { return New(NewNames(Defaults...)) }

// Each shape holds a secret, which must not be found in what is left of it.
func TestRow42_SecretsInEveryShape(t *testing.T) {
	jwt := "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl"
	bodies := masktest.Bodies(canary)
	for body, typ := range bodies {
		if got := newMasker().Body(typ, []byte(body)); bytes.Contains(got, []byte(canary)) {
			t.Errorf("%s: %s is left as %s", typ, body, got)
		}
	}
	if got := string(newMasker().Body("application/json", []byte(`{"note":"`+jwt+`"}`))); strings.Contains(got, "eyJ") {
		t.Errorf("a token is left in %s", got)
	}
	if n := len(bodies); n < 40 {
		t.Errorf("%d shapes", n)
	}
}

func TestRow42_SecretsInHeadersAndAddresses(t *testing.T) {
	m := newMasker()
	h := m.Header(http.Header{
		"Authorization": {"Bearer " + canary}, "Cookie": {"a=1; sid=" + canary + "x"}, "X-Api-Key": {canary}, "Set-Cookie": {"sid=" + canary},
		"X-Note": {"it was " + canary}, "Referer": {"https://h/?token=" + canary}, "Accept": {"text/html"},
	})
	for name, values := range h {
		if strings.Contains(strings.Join(values, " "), canary) {
			t.Errorf("%s: %s", name, values)
		}
	}
	if h.Get("Accept") != "text/html" || h.Get("Authorization") != Mask {
		t.Errorf("%v", h)
	}
	alone := newMasker().Header(http.Header{"Referer": {"https://h/?token=" + canary}})
	if strings.Contains(alone.Get("Referer"), canary) {
		t.Errorf("an address alone is left as %s", alone)
	}
	if text := m.Text("panic: wrong cookie " + canary + "x"); strings.Contains(text, canary) {
		t.Errorf("%s", text)
	}
	for address, path := range map[string]map[string]string{
		"https://user:" + canary + "@h/p?x=1":               nil,
		"https://h/reset/" + canary:                         {"token": canary},
		"https://h/reset/a%2F" + canary:                     {"reset_token": "a/" + canary},
		"/p?password=" + canary + "&y=2":                    nil,
		"/p?y=%7B%22secret%22%3A%22" + canary + "%22%7D":    nil,
		"/p/eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0." + canary: nil,
	} {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		if got := newMasker().URL(u, path); strings.Contains(got, canary) {
			t.Errorf("%s is left as %s", address, got)
		}
	}
}

// What is no secret stays as it is: order, digits, letters.
func TestRow42_TheRestStays(t *testing.T) {
	for _, body := range []string{
		`{"name":"a<b>","n":1.50,"big":12345678901234567890,"z":null,"a":[true,{}],"monkey":"x","keyboard":"y","hotkeys":["z"],"tokenized":1}`,
		`{"password":"","secret":0,"token":null,"cookie":false,"api_key":[],"pwd":{}}`,
		`"text"`, `[]`, `12`, `not json at all`,
	} {
		if got := newMasker().Body("application/json", []byte(body)); string(got) != body {
			t.Errorf("%s became %s", body, got)
		}
	}
	u, _ := url.Parse("https://user@h:8443/p%2Fq?b=2&a=%20x&c")
	if got := newMasker().URL(u, map[string]string{"id": "q"}); got != "https://user@h:8443/p%2Fq?b=2&a=%20x&c" {
		t.Errorf("the address became %s", got)
	}
	if got := string(newMasker().Body("application/xml", []byte(`<a x="1"><b>text</b></a>`))); got != `<a x="1"><b>text</b></a>` {
		t.Errorf("the document became %s", got)
	}
	soap := `<?xml version="1.0"?><s:Envelope xmlns:s="urn:x"><s:Body s:id="1">text</s:Body></s:Envelope>`
	if got := string(newMasker().Body("application/soap+xml", []byte(soap))); got != soap {
		t.Errorf("the envelope became %s", got)
	}
	for text, want := range map[string]bool{"******": true, "********": true, `"******"`: true, "*****": false, "secret": false, "": false} {
		if IsMask(text) != want {
			t.Errorf("IsMask(%q)", text)
		}
	}
}

func FuzzRow42_ASecretIsNeverLeft(f *testing.F) {
	f.Add("password", "a", `{"x":1}`)
	f.Add("api_key", "x\"y", `[1,"z"]`)
	f.Fuzz(func(t *testing.T, name, before, around string) {
		names := NewNames(Defaults...)
		if !names.Has(name) {
			return
		}
		value := map[string]any{"a": before, name: map[string]any{"deep": []any{canary}}, "b": []any{around, canary}}
		text, err := json.Marshal(value)
		if err != nil {
			return
		}
		got := New(names).JSON(text)
		if !json.Valid(got) {
			t.Fatalf("%s became %s", text, got)
		}
		var v map[string]any
		if err := json.Unmarshal(got, &v); err != nil {
			t.Fatal(err)
		}
		for key := range v {
			if names.Has(key) && v[key] != Mask && key != "a" && key != "b" {
				t.Fatalf("%s became %s", text, got)
			}
		}
	})
}
