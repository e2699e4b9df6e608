package api

import "github.com/utilmeta/utilmeta-go/framework/schema"

// Null is a member or parameter that may be absent, null or a value, where a handler must tell the three apart.
type Null[T any] = schema.Null[T]
