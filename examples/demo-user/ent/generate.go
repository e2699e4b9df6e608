// Package ent is the client of the database, generated from the schemas in ent/schema.
package ent

//go:generate meta generate
