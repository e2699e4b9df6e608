package openapi_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/utilmeta/utilmeta-go/framework/openapi"
)

// Every document of the folder is converted into the golden file of its name.
func TestLoadConverts(t *testing.T) {
	files, err := filepath.Glob("testdata/foreign/*.yaml")
	if err != nil || len(files) < 2 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		text, err := openapi.Load(context.Background(), openapi.File(file))
		if err != nil {
			t.Error(err)
			continue
		}
		golden(t, "foreign/"+strings.TrimSuffix(filepath.Base(file), ".yaml")+".golden.json", text)
	}
}
