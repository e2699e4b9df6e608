//go:build !no_docs

package docs_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/utilmeta/utilmeta-go/framework/docs"
)

func TestEncodings(t *testing.T) {
	s := serve(t, development, &docs.Page{})
	table := []struct{ path, accept, want string }{
		{"/docs/", "gzip, br", "br"},
		{"/docs/", "gzip, br;q=0", "gzip"},
		{"/docs/", "identity", ""},
		{"/docs/", "*", "br"},
		{"/docs/openapi.json", "gzip, br", "gzip"},
		{"/docs/openapi.yaml", "br", ""},
	}
	tags := map[string]string{}
	for _, r := range table {
		a := ask(t, s, "GET", r.path, "Accept-Encoding", r.accept)
		if got := a.header.Get("Content-Encoding"); got != r.want || a.header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("%s, %q: encoding %q, want %q; Vary %q", r.path, r.accept, got, r.want, a.header.Get("Vary"))
		}
		if r.want == "gzip" {
			z, err := gzip.NewReader(bytes.NewReader(a.body))
			if err != nil {
				t.Fatal(err)
			}
			plain, err := io.ReadAll(z)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(ask(t, s, "GET", r.path).body), string(plain)); diff != "" {
				t.Errorf("%s: unpacked it is another:\n%s", r.path, diff)
			}
		}
		tag := a.header.Get("Etag")
		if other, known := tags[r.path+tag]; known && other != r.want {
			t.Errorf("%s: %s and %s have the same ETag", r.path, other, r.want)
		}
		tags[r.path+tag] = r.want
	}
}

func TestConditionalAndHead(t *testing.T) {
	s := serve(t, development, &docs.Page{})
	for _, p := range []string{"/docs/", "/docs/theme.js", "/docs/openapi.json", "/docs/openapi.yaml"} {
		for _, coding := range []string{"identity", "gzip"} {
			get := ask(t, s, "GET", p, "Accept-Encoding", coding)
			head := ask(t, s, "HEAD", p, "Accept-Encoding", coding)
			get.header.Del("Date")
			head.header.Del("Date")
			if diff := cmp.Diff(get.header, head.header); diff != "" || len(head.body) > 0 || head.status != 200 {
				t.Errorf("HEAD %s is not as GET: %d, %d bytes\n%s", p, head.status, len(head.body), diff)
			}
			tag := get.header.Get("Etag")
			for _, known := range []string{tag, "W/" + tag, `"x", ` + tag, "*"} {
				a := ask(t, s, "GET", p, "Accept-Encoding", coding, "If-None-Match", known)
				if a.status != 304 || len(a.body) > 0 || a.header.Get("Etag") != tag || a.header.Get("Content-Encoding") != "" {
					t.Errorf("%s, %s: If-None-Match %s: %d %v", p, coding, known, a.status, a.header)
				}
			}
			if a := ask(t, s, "GET", p, "Accept-Encoding", coding, "If-None-Match", `"other"`); a.status != 200 {
				t.Errorf("%s: another ETag: %d", p, a.status)
			}
		}
	}
}
