package main

import "testing"

func TestSentence(t *testing.T) {
	for step, want := range map[string]string{
		`create "users" table`:                                  "Create table users",
		`modify "users" table`:                                  "Modify table users",
		`create index "sessions_user_idx" to table: "sessions"`: "Create index sessions_user_idx on sessions",
		`rename a column from "name" to "title"`:                "Rename a column from name to title",
		"":                                                      "",
	} {
		if got := sentence(step); got != want {
			t.Errorf("sentence(%q) = %q, want %q", step, got, want)
		}
	}
}
