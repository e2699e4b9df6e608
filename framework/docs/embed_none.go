//go:build no_docs

package docs

import "embed"

var dist embed.FS
