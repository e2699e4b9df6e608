// Package ormtest holds a small application's ent schemas and what is generated of them, for the tests of the
// packages that work on any model: users with sessions, posts with tags and comments, notes with a policy.
package ormtest

//go:generate go run ./generate
