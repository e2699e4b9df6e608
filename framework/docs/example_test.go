//go:build !no_docs

package docs_test

import (
	"fmt"
	"log"
	"net/http"
	"net/netip"

	"github.com/utilmeta/utilmeta-go/framework"
	"github.com/utilmeta/utilmeta-go/framework/docs"
)

func Example() {
	service := framework.New(framework.Config{Name: "shop", Title: "The shop"})
	service.Use(&docs.Page{})
	service.Mount("/api", &rootAPI{Note: newNotes()})

	client := &http.Client{Transport: service.Transport()}
	for _, path := range []string{"/docs/", "/docs/openapi.yaml"} {
		res, err := client.Get(service.BaseURL() + path)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(res.StatusCode, res.Header.Get("Content-Type"))
		_ = res.Body.Close()
	}
	// Output:
	// 200 text/html; charset=utf-8
	// 200 application/yaml
}

// In production the page is for those in the office.
func ExamplePage_allow() {
	office := netip.MustParsePrefix("203.0.113.0/24")
	page := &docs.Page{Allow: func(r *http.Request) bool {
		peer, err := netip.ParseAddrPort(r.RemoteAddr)
		return err == nil && office.Contains(peer.Addr().Unmap())
	}}
	fmt.Println(page.Allow(&http.Request{RemoteAddr: "203.0.113.7:50000"}), page.Allow(&http.Request{RemoteAddr: "198.51.100.1:50000"}))
	// Output: true false
}
