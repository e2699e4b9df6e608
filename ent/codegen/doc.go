// Package codegen generates an application's ent package, with what the framework needs of it.
//
// Beside ent's own files there are two. orm_gen.go describes every entity to package orm: (*User).ORMModel, Client.ORM,
// Tx.ORM, Client.Atomic, WhereP on query builders, and Refusal on ent's errors, so that they carry their HTTP status.
// orm_runtime_gen.go links the schema's hooks and defaults into the package, so that no application needs ent's blank
// import of its runtime.
package codegen
