// Package password keeps passwords out of databases, logs and answers by their types.
//
// A [Plain] is what a person typed: it prints as asterisks everywhere. A [Hash] is what a column holds: an opaque
// value that no string converts to. [New] makes one that still carries the plain text, [Hash.Hashed] turns that into
// a hash (the ent mixin's hook calls it on every write) and [Hash.Value] refuses to store anything else, so a write
// that goes past the hook fails instead of leaking.
//
// Whether a value is hashed is known by its type and never guessed from its look: a password that reads like a hash
// is hashed like any other.
//
// The encoding is Django's, so an existing user table moves over as it is:
//
//	pbkdf2_sha256$600000$<salt>$<base64>
//	argon2$argon2id$v=19$m=19456,t=2,p=1$<salt>$<hash>
//
// Hashing is expensive on purpose. At most GOMAXPROCS run at once, a few more wait, the rest get [ErrBusy].
package password
