package openapi_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/openapi"
)

func TestBelow(t *testing.T) {
	get := func(context.Context, *api.Empty) (*api.Empty, error) { return nil, nil }
	mux := &api.Mux{}
	for prefix, root := range map[string]any{
		"/api": &struct {
			Get  api.Get[api.Empty, api.Empty]
			List api.Get[api.Empty, api.Empty]
			Same api.Get[api.Empty, api.Empty]
		}{get, get, get},
		"/": &struct {
			Other api.Get[api.Empty, api.Empty] `route:"/other"`
			Same  api.Get[api.Empty, api.Empty] `route:"/same"`
		}{get, get},
	} {
		if err := mux.Mount(prefix, root); err != nil {
			t.Fatal(err)
		}
	}
	doc, err := openapi.Document(openapi.About{BaseURL: "https://h"}, mux.Endpoints())
	if err == nil {
		err = doc.Below("/api")
	}
	if err != nil {
		t.Fatal(err)
	}
	text, err := doc.JSON()
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Servers []struct{ URL string }
		Paths   map[string]struct {
			Get     struct{ OperationID string }
			Servers []struct{ URL string }
		}
	}
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	paths := map[string]string{}
	for path, item := range got.Paths {
		paths[path] = ""
		if len(item.Servers) > 0 {
			paths[path] = item.Servers[0].URL
		}
	}
	want := map[string]string{"/": "", "/list": "", "/same": "", "/other": "https://h"}
	if diff := cmp.Diff(want, paths); diff != "" || got.Servers[0].URL != "https://h/api" {
		t.Errorf("%v\n%s", got.Servers, diff)
	}
}
