package auth

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/api"
)

func TestLimiterWindow(t *testing.T) {
	now := time.Unix(1000, 0)
	l := &Limiter{PerAccount: 2, Window: time.Minute, Now: func() time.Time { return now }}
	try := func() string {
		_, err := l.begin("ada", "192.0.2.1")
		var p *api.Problem
		if errors.As(err, &p) {
			return p.Header().Get("Retry-After")
		}
		return "ok"
	}
	for _, step := range []struct {
		after time.Duration
		want  string
	}{{0, "ok"}, {20 * time.Second, "ok"}, {0, "40"}, {39500 * time.Millisecond, "1"}, {500 * time.Millisecond, "ok"}, {0, "ok"}, {0, "60"}} {
		now = now.Add(step.after)
		if got := try(); got != step.want {
			t.Errorf("%s later: %s, want %s", step.after, got, step.want)
		}
	}
}

func TestLimiterTakesBack(t *testing.T) {
	l := &Limiter{PerAccount: 1}
	for range 3 {
		a, err := l.begin("ada", "192.0.2.1")
		if err != nil {
			t.Fatal(err)
		}
		a.takeBack()
	}
	if len(l.counts) != 0 {
		t.Errorf("%d counters are left", len(l.counts))
	}
}

func TestLimiterIsBounded(t *testing.T) {
	l := &Limiter{Size: 100}
	for i := range 1000 {
		_, _ = l.begin(fmt.Sprint("user", i), fmt.Sprintf("192.0.2.%d", i%250))
	}
	if len(l.counts) > 100 {
		t.Errorf("%d counters", len(l.counts))
	}
}

func TestLimiterOff(t *testing.T) {
	l := &Limiter{PerAccount: -1, PerAddress: -1, Attacked: -1}
	for range 1000 {
		if _, err := l.begin("ada", "192.0.2.1"); err != nil {
			t.Fatal(err)
		}
	}
}
