package session

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"
)

// The token is found as net/http finds it.
func FuzzReadCookie(f *testing.F) {
	for _, line := range []string{"sessionid=abc", "a=b; sessionid=abc", "sessionid=a;sessionid=b", " sessionid = x", "sessionid", "=;;=", "xsessionid=1; sessionid=2"} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		h := http.Header{"Cookie": {line}}
		got := readCookie(h, "sessionid")
		if len(got) != tokenSize {
			return // not taken for a token
		}
		for _, c := range []byte(got) {
			if !(c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '-' || c == '_') {
				return // nor is this: no hash of it is in the store
			}
		}
		c, err := (&http.Request{Header: h}).Cookie("sessionid")
		if err != nil || c.Value != got {
			t.Errorf("%q: got %q, net/http has %v, %v", line, got, c, err)
		}
	})
}

// Bytes that are in the store and are no session count as none.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"deadline":"2026-01-02T03:04:05Z","values":{"a":1}}`))
	f.Add([]byte(`{"values":null}`))
	m := New(Config{Logger: quiet}).m
	f.Fuzz(func(t *testing.T, b []byte) {
		if e := m.decode(Record{Data: b, Expiry: time.Now()}); e != nil && e.Expiry.After(e.Deadline) {
			t.Errorf("%q ends at %s, after its deadline %s", b, e.Expiry, e.Deadline)
		}
	})
}

func TestCacheIsBounded(t *testing.T) {
	c := cache{size: 10, entries: map[id]*entry{}}
	for i := range 1000 {
		c.put(id{byte(i), byte(i >> 8)}, &entry{checked: time.Unix(int64(i), 0)}, 0)
	}
	if len(c.entries) != 10 {
		t.Errorf("%d entries", len(c.entries))
	}
}

// What was read before something was dropped may have been read before it was removed.
func TestCacheForgetsForGood(t *testing.T) {
	c := cache{size: 10, entries: map[id]*entry{}}
	one := id{1}
	_, mark := c.get(one)
	c.drop(one)
	c.put(one, &entry{}, mark)
	if e, _ := c.get(one); e != nil {
		t.Error("the entry came back")
	}
	_, mark = c.get(one)
	c.put(one, &entry{}, mark)
	if e, _ := c.get(one); e == nil {
		t.Error("the entry is not kept")
	}
}

// Only what Remember kept says who somebody is.
func TestCredential(t *testing.T) {
	for _, tt := range []struct {
		id, proof string
		found     bool
	}{
		{"7", `"cHJvb2Y="`, true},
		{`"a b"`, `"cHJvb2Y="`, true},
		{"7", "", false},
		{"7", "null", false},
		{"7", "1", false},
		{"", `"cHJvb2Y="`, false},
	} {
		v := Values{}
		for key, text := range map[string]string{"k": tt.id, "k_proof": tt.proof} {
			if text != "" {
				v[key] = json.RawMessage(text)
			}
		}
		if c, found := credential("k", func(key string) json.RawMessage { return v[key] }); found != tt.found {
			t.Errorf("%s, %s: %v, %t", tt.id, tt.proof, c, found)
		}
	}
}
