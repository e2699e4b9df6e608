package session

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"
)

// Config says how sessions are kept. The zero Config keeps them in memory, for a week after their last use.
type Config struct {
	Store  Store // MemoryStore() if nil
	Cookie Cookie

	Idle       time.Duration // ends a session that is not used for so long; Cookie.Age, or 7 days
	Lifetime   time.Duration // ends a session however much it is used; 30 days
	Touch      time.Duration // how often the last activity is written at most; 5 minutes, or a tenth of Idle
	Revalidate time.Duration // how long what was read is believed; 5 seconds; negative asks the store every time
	CacheSize  int           // sessions that are kept decoded in the process; 10,000
	PurgeEvery time.Duration // how often sessions that have ended are removed from the store; 1 hour

	// TrustedOrigins are other origins whose pages may send unsafe requests: "https://app.example.com". Whether
	// they may read the answers is a matter of CORS.
	TrustedOrigins []string

	// Production makes cookies Secure whatever the connection, for there a proxy may end TLS. A service sets it by
	// Plugin.SetProduction.
	Production bool

	// Columns fills further columns of the session's row, by names of fields and edges. An edge such as user is
	// filled from the value "_user_id" by itself.
	Columns func(v Values) map[string]any

	Logger *slog.Logger     // slog.Default() if nil
	Now    func() time.Time // time.Now if nil
}

// Cookie is how the cookie looks to clients.
type Cookie struct {
	Name string        // "sessionid"
	Age  time.Duration // how long clients keep it after its last use; Idle; negative lets it end with the browser
}

const day = 24 * time.Hour

func (c Config) complete() Config {
	if c.Idle == 0 && c.Cookie.Age > 0 {
		c.Idle = c.Cookie.Age
	}
	c.Idle = cmp.Or(c.Idle, 7*day)
	c.Lifetime = cmp.Or(c.Lifetime, 30*day)
	c.Cookie.Name = cmp.Or(c.Cookie.Name, "sessionid")
	c.Cookie.Age = cmp.Or(c.Cookie.Age, c.Idle)
	c.Touch = cmp.Or(c.Touch, min(5*time.Minute, c.Idle/10))
	c.Revalidate = cmp.Or(c.Revalidate, 5*time.Second)
	c.CacheSize = cmp.Or(c.CacheSize, 10_000)
	c.PurgeEvery = cmp.Or(c.PurgeEvery, time.Hour)
	if c.Store == nil {
		c.Store = MemoryStore()
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	return c
}

// check tells everything that is wrong with the configuration.
func (c Config) check() error {
	var errs []error
	if err := (&http.Cookie{Name: c.Cookie.Name}).Valid(); err != nil || strings.HasPrefix(c.Cookie.Name, "__") {
		errs = append(errs, fmt.Errorf("session: the cookie's name %q cannot be one: use letters, digits and -", c.Cookie.Name))
	}
	for _, d := range []struct {
		name  string
		value time.Duration
	}{{"Idle", c.Idle}, {"Lifetime", c.Lifetime}, {"Touch", c.Touch}, {"PurgeEvery", c.PurgeEvery}} {
		if d.value < 0 {
			errs = append(errs, fmt.Errorf("session: %s is %s: use a positive duration", d.name, d.value))
		}
	}
	if c.Touch >= c.Idle {
		errs = append(errs, fmt.Errorf("session: Touch is %s and Idle %s: a session in use would end: make Touch shorter", c.Touch, c.Idle))
	}
	if s, ok := c.Store.(interface{ Check() error }); ok {
		errs = append(errs, s.Check())
	}
	protection := http.NewCrossOriginProtection()
	for _, origin := range c.TrustedOrigins {
		if err := protection.AddTrustedOrigin(origin); err != nil {
			errs = append(errs, fmt.Errorf("session: trusted origin %q: write it as https://app.example.com", origin))
		}
	}
	return errors.Join(errs...)
}
