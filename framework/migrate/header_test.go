package migrate

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseHeader(t *testing.T) {
	tests := []struct {
		name, text string
		want       Header
		err        string
	}{
		{name: "none", text: "CREATE TABLE a (x int);"},
		{name: "empty", text: ""},
		{name: "all", text: "-- a comment\r\n\n-- meta:destructive drop table a\r\n-- meta:data-dependent b\n-- meta:locking  c \n-- meta:keep audit*\n-- meta:no-transaction\n\nSELECT 1",
			want: Header{Notes: []Note{{Destructive, "drop table a"}, {DataDependent, "b"}, {Locking, "c"}}, NoTransaction: true, Keep: []string{"audit*"}}},
		{name: "unknown", text: "-- meta:no-tx", err: `line 1: directive "no-tx"`},
		{name: "nothing said", text: "\n-- meta:destructive ", err: "line 2: directive destructive: say what"},
		{name: "too much", text: "-- meta:no-transaction please", err: "takes nothing"},
		{name: "bad pattern", text: "-- meta:keep [", err: "not the name"},
		{name: "late", text: "SELECT 1;\n-- meta:destructive drop table a\n", err: "line 2: directive \"-- meta:destructive drop table a\" stands after"},
		{name: "commit", text: "SELECT 1;\nCOMMIT;", err: "line 2: the file runs in a transaction"},
		{name: "begin", text: "begin transaction ;\nSELECT 1", err: "line 1: the file runs in a transaction"},
		{name: "commit allowed", text: "-- meta:no-transaction\nCOMMIT;", want: Header{NoTransaction: true}},
		{name: "trigger", text: "CREATE TRIGGER t AFTER INSERT ON a BEGIN\n SELECT 1;\nEND;"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := parseHeader(tt.text)
			if tt.err != "" {
				if err == nil || !strings.Contains(err.Error(), tt.err) {
					t.Errorf("error %v, want %q", err, tt.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func FuzzParseHeader(f *testing.F) {
	f.Add("-- meta:destructive drop table a\n-- meta:keep a*\nSELECT 1")
	f.Add("-- meta:no-transaction\r\nCOMMIT;")
	f.Add("SELECT 1; -- meta:destructive x")
	f.Fuzz(func(t *testing.T, text string) {
		h, err := parseHeader(text)
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("error of more than one line: %v", err)
			}
			return
		}
		for _, n := range h.Notes {
			if n.Text == "" || strings.ContainsAny(n.Text, "\n") {
				t.Errorf("note %q", n)
			}
		}
		// What was understood can be written and is understood again.
		var b strings.Builder
		for _, n := range h.Notes {
			b.WriteString(directiveMark + string(n.Kind) + " " + n.Text + "\n")
		}
		for _, k := range h.Keep {
			b.WriteString(directiveMark + "keep " + k + "\n")
		}
		if h.NoTransaction {
			b.WriteString(directiveMark + "no-transaction\n")
		}
		again, err := parseHeader(b.String())
		if err != nil {
			t.Fatalf("%q: %v", b.String(), err)
		}
		if diff := cmp.Diff(h, again); diff != "" {
			t.Error(diff)
		}
	})
}
