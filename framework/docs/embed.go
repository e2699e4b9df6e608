//go:build !no_docs

package docs

import "embed"

//go:embed dist
var dist embed.FS
