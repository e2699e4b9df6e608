package db

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A param writes the value of one setting of a URL into its field.
type param func(c *Config, value string) error

var poolParams = map[string]param{
	"max_open":        number(1, func(c *Config) *int { return &c.MaxOpen }),
	"max_idle":        number(1, func(c *Config) *int { return &c.MaxIdle }),
	"max_lifetime":    duration(0, func(c *Config) *time.Duration { return &c.MaxLifetime }),
	"max_idle_time":   duration(0, func(c *Config) *time.Duration { return &c.MaxIdleTime }),
	"statement_cache": number(-1, func(c *Config) *int { return &c.StatementCache }),
}

var engineParams = map[string]map[string]param{
	SQLite: {
		"busy_timeout": duration(time.Millisecond, func(c *Config) *time.Duration { return &c.BusyTimeout }),
	},
	Postgres: {
		"host":              text(func(c *Config) *string { return &c.Host }),
		"sslmode":           text(func(c *Config) *string { return &c.SSLMode }),
		"sslrootcert":       text(func(c *Config) *string { return &c.SSLRootCert }),
		"sslcert":           text(func(c *Config) *string { return &c.SSLCert }),
		"sslkey":            text(func(c *Config) *string { return &c.SSLKey }),
		"application_name":  text(func(c *Config) *string { return &c.ApplicationName }),
		"search_path":       text(func(c *Config) *string { return &c.SearchPath }),
		"connect_timeout":   duration(time.Second, func(c *Config) *time.Duration { return &c.ConnectTimeout }),
		"statement_timeout": duration(time.Millisecond, func(c *Config) *time.Duration { return &c.StatementTimeout }),
	},
}

// readParams reads the settings after the ? of a URL.
func (c *Config) readParams(query string) error {
	values, err := url.ParseQuery(query)
	if err != nil {
		return fmt.Errorf("database url: the settings after the ? are malformed: write name=value&name=value")
	}
	own := engineParams[c.Engine]
	for _, name := range slices.Sorted(maps.Keys(values)) {
		set := poolParams[name]
		if set == nil {
			set = own[name]
		}
		switch {
		case !isWord(name):
			return fmt.Errorf("database url: the settings after the ? are malformed: write name=value&name=value")
		case set == nil:
			known := slices.Concat(slices.Collect(maps.Keys(own)), slices.Collect(maps.Keys(poolParams)))
			slices.Sort(known)
			return fmt.Errorf("database url: unknown parameter %q: known are %s", name, strings.Join(known, ", "))
		case len(values[name]) > 1:
			return fmt.Errorf("database url: parameter %q is given twice: keep one", name)
		case name == "host" && c.Host != "":
			return fmt.Errorf("database url: the host is given twice: leave out the parameter %q", name)
		}
		if err := set(c, values[name][0]); err != nil {
			return fmt.Errorf("database url: parameter %q: %w", name, err)
		}
	}
	return nil
}

func text(field func(*Config) *string) param {
	return func(c *Config, value string) error {
		if strings.ContainsRune(value, 0) {
			return fmt.Errorf("contains a zero byte")
		}
		*field(c) = value
		return nil
	}
}

func number(least int, field func(*Config) *int) param {
	return func(c *Config, value string) error {
		n, err := strconv.Atoi(value)
		if err != nil || n < least || n > 100_000 {
			return fmt.Errorf("must be a number from %d to 100000", least)
		}
		*field(c) = n
		return nil
	}
}

// duration reads times such as 1m30s, and bare numbers where PostgreSQL or SQLite has a unit for them.
func duration(unit time.Duration, field func(*Config) *time.Duration) param {
	return func(c *Config, value string) error {
		d, err := time.ParseDuration(value)
		if n, nerr := strconv.ParseInt(value, 10, 32); nerr == nil && unit > 0 {
			d, err = time.Duration(n)*unit, nil
		}
		if err != nil || d <= 0 {
			return fmt.Errorf("must be a time above zero such as 30s or 5m")
		}
		*field(c) = d
		return nil
	}
}
