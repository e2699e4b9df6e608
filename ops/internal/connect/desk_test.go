package connect_test

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/utilmeta/utilmeta-go/ops/internal/connect"
	"github.com/utilmeta/utilmeta-go/ops/internal/grant"
)

func desk() (*connect.Desk, *time.Time) {
	now := time.Unix(1e9, 0)
	return &connect.Desk{Default: grant.Scopes{"log.view"}, Now: func() time.Time { return now }}, &now
}

func TestRow36_CodesAreGoodOnceAndForAMinute(t *testing.T) {
	d, now := desk()
	code, err := d.Code(nil, 0)
	if err != nil || len(code) != 43 {
		t.Fatalf("%q %v", code, err)
	}
	if _, _, ok := d.Exchange(code + "x"); ok {
		t.Error("a wrong code is taken")
	}
	*now = now.Add(time.Minute - 1)
	token, s, ok := d.Exchange(code)
	if !ok || !strings.HasPrefix(token, connect.Prefix) || fmt.Sprint(s.Scopes) != "[log.view]" || s.Expires != now.Add(8*time.Hour) {
		t.Errorf("%q %+v %t", token, s, ok)
	}
	if _, _, ok := d.Exchange(code); ok {
		t.Error("a code is good twice")
	}
	late, err := d.Code(nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	*now = now.Add(time.Minute)
	if _, _, ok := d.Exchange(late); ok {
		t.Error("a code is good after a minute")
	}
	*now = s.Expires.Add(-1)
	if _, ok := d.Session(token); !ok {
		t.Error("a session ends early")
	}
	*now = s.Expires
	if _, ok := d.Session(token); ok {
		t.Error("a session does not end")
	}
}

func TestRow36_OneOfManyGetsTheCode(t *testing.T) {
	d, _ := desk()
	code, err := d.Code(grant.Scopes{"*"}, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	var got atomic.Int64
	var wait sync.WaitGroup
	for range 50 {
		wait.Go(func() {
			if _, _, ok := d.Exchange(code); ok {
				got.Add(1)
			}
		})
	}
	wait.Wait()
	if got.Load() != 1 {
		t.Errorf("%d got a session", got.Load())
	}
}

func TestCodesThatCannotBe(t *testing.T) {
	d, _ := desk()
	off := &connect.Desk{Now: time.Now}
	for name, c := range map[string]struct {
		d      *connect.Desk
		scopes grant.Scopes
		ttl    time.Duration
		want   string
	}{
		"no scope":   {d, grant.Scopes{"everything"}, 0, "is none"},
		"too long":   {d, nil, 8 * 24 * time.Hour, "between a minute and 7 days"},
		"below zero": {d, nil, -1, "between a minute"},
		"off":        {off, nil, 0, "local access is off"},
	} {
		if _, err := c.d.Code(c.scopes, c.ttl); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func TestWhatWaitsIsBounded(t *testing.T) {
	d, now := desk()
	first, err := d.Code(nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	for range 32 {
		*now = now.Add(time.Millisecond)
		if _, err := d.Code(nil, 0); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, ok := d.Exchange(first); ok {
		t.Error("33 codes wait")
	}
	var tokens []string
	for range 257 {
		code, err := d.Code(nil, time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		token, _, ok := d.Exchange(code)
		if !ok {
			t.Fatal("no session")
		}
		tokens = append(tokens, token)
		*now = now.Add(time.Millisecond)
	}
	if _, ok := d.Session(tokens[0]); ok {
		t.Error("257 sessions live")
	}
	if d.End(tokens[256]); func() bool { _, ok := d.Session(tokens[256]); return ok }() {
		t.Error("a session goes on after its end")
	}
}
