package api

import "github.com/utilmeta/utilmeta-go/framework/schema"

// Null is a member or parameter that may be absent, null or a value, where a handler must tell the three apart.
type Null[T any] = schema.Null[T]

// OneOf is embedded by a struct that is one of several things on the wire, told by a discriminator or by their JSON.
type OneOf = schema.OneOf
