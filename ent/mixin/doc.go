// Package mixin has building blocks for an application's ent schemas.
//
//	func (User) Mixin() []ent.Mixin { return []ent.Mixin{mixin.Password{}, mixin.Time{}} }
//
// They speak only ent's library, never an application's generated code, so that the generated package can link its
// own hooks. Soft deletion needs what the extension of package ent/codegen generates.
package mixin
