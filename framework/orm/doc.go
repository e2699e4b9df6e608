// Package orm reads and writes entities of ent through plain structs that say what they want of them.
//
//	type UserSchema struct {
//		orm.Schema[ent.User]
//		ID         int       `json:"id"`
//		Username   string    `json:"username"`
//		SignupTime time.Time `json:"signup_time"`
//	}
//
//	u, err := orm.Save(ctx, client, &SignupSchema{Username: "ada", Password: "..."}) // u is an *ent.User
//	view, err := orm.Init[UserSchema](ctx, client, u.ID)
//	page, err := orm.Serialize[UserSchema](ctx, client.User.Query().Limit(20))
//
// # Names
//
// A field of the struct stands for the field or edge of the entity that its json name says, or its orm tag, which
// goes before; without either it is the Go name in snake case (SignupTime is signup_time). orm:"-" leaves a field out.
// Embedded structs are read as if their fields stood in the schema. [Check] finds every name and type that does not
// fit, at once.
//
// # Reading
//
// Only the columns that the schema names are selected. An edge whose field is itself a schema is read with it: to
// one by a JOIN, to many by one query whatever the number of rows. An edge whose field is a key, or a list of keys,
// gives those. Interceptors and privacy rules of ent hold everywhere.
//
// # Writing
//
// A plain value is written, a nil pointer, slice or map is not; [schema.Null] tells absent, null and value apart. A
// list of keys of an edge replaces what was there. Writes go through ent's builders, so that hooks run and defaults
// are set. Whatever can be known before is checked before, and all of it is reported.
// A schema in which two members stand for one field or edge can be read and not written.
//
// A field tagged api:"readonly" is not the client's to send, so what it holds was put there by code: it is written
// unless it is zero. One with json:"-", which the wire never sees, is written like any other. The key says which row
// to update and is itself never changed; see [Save].
//
// # Errors
//
// A missing row is a [*NotFoundError], a broken constraint of the database a [*ConstraintError], anything else that
// is wrong with the values a [*ValidationError]. All three are [schema.Refusal]: they point to the members.
package orm
