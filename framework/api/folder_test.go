package api

import "testing"

func TestFolderOf(t *testing.T) {
	for pkgPath, want := range map[string]string{
		"github.com/utilmeta/utilmeta-go":                  "",
		"github.com/utilmeta/utilmeta-go/framework/api":    "framework/api",
		"github.com/utilmeta/utilmeta-go-more/admin/users": "users",
		"example.org/shop":                                 "shop",
	} {
		if got := folderOf(pkgPath); got != want {
			t.Errorf("%s: %q, want %q", pkgPath, got, want)
		}
	}
}
