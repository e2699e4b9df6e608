// Package auth tells endpoints who is asking.
//
// A [Users] is a plugin that knows how accounts are found, how they log in and by which methods requests say whose
// they are. Below it an input asks for the user by its type:
//
//	type API struct {
//		Session session.Plugin
//		Auth    auth.Users[ent.User]
//
//		Get   api.Get[auth.Current[ent.User], UserSchema]
//		Login api.Post[LoginSchema, UserSchema]
//	}
//
//	sessions := session.New(session.Config{Store: session.EntStore[ent.Session](db)})
//	users := auth.Users[ent.User]{DB: db, Methods: []auth.Method{sessions}, LoginFields: []string{"username"}}
//
// [Users.Login] checks a password and [Users.LoginUser] makes later requests be of a user. Guessing is slowed down by a
// [Limiter], unknown accounts cost as much as known ones, and a changed password ends the sessions that were begun
// with the one before.
package auth
