// Package session remembers clients between requests.
//
// A [Plugin] is a field of an API; below it an input asks for the session by its type:
//
//	type API struct {
//		Session session.Plugin
//		Visit   api.Post[session.Session, Visits]
//		Cart    api.Put[CartInput, api.Empty] // has a field of type session.Of[Cart]
//	}
//
//	sessions := session.New(session.Config{Store: session.EntStore[ent.Session](db)})
//
// The client holds a cookie with a random token, the [Store] holds the rest under the token's hash. What a handler
// changes is saved after it and before the first byte of the answer, whatever the answer is; if that fails the
// answer is a 500. A session that nobody changes is not written, but for its last activity now and then, and one that
// nobody asks for is not even read.
//
// # Cookie
//
// The cookie is HttpOnly, SameSite=Lax, for the whole host and no other. In production, and on connections with TLS,
// it is Secure too and its name begins with __Host-. An id that the store does not know is never taken over, a login
// gets a new id, and unsafe requests from pages of other origins are refused with 403.
//
// # Several processes
//
// A session that was read is kept decoded in the process, and believed for Config.Revalidate, 5 seconds, before the
// store is asked again. A process hears of its own changes at once; of a logout or another change in another process
// it hears within that time, and at once where the request has an unsafe method, such as POST.
//
// Requests of one client at the same time do not wait for each other: each saves the values that it has changed, and
// of two changes to one value the later stays.
//
// # Names
//
// Names that begin with an underscore belong to the framework: "_user_id" is the key of the user who is logged in.
package session
