package config

import (
	"errors"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

type mail struct {
	Host string
	Port int `default:"25"`
}

type logging struct {
	LogLevel string
}

type demo struct {
	Host        string `default:"127.0.0.1"`
	Port        uint16 `default:"8000"`
	DatabaseURL string
	Debug       bool
	Ratio       float64
	Timeout     time.Duration
	Origins     []string
	Ports       []int
	Peer        netip.Addr
	Base        url.URL
	Proxy       *url.URL
	Limit       *int
	Mail        mail
	SMTP        mail `env:"OUT"`
	logging
	Skipped func() `env:"-"`
	private int
}

func TestEnv(t *testing.T) {
	file := filepath.Join(t.TempDir(), ".env")
	text := "# local\nexport DEMO_HOST=file\nDEMO_DATABASE_URL='sqlite:$X.db'\ndemo_debug=yes\nDEMO_MAIL_HOST=\"a b\" # note\nDEMO_PORT=\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	got := demo{Ratio: 0.5, private: 1}
	err := Env(&got, Source{Prefix: "DEMO_", File: file, Environ: []string{
		"DEMO_HOST=environment", "Demo_Timeout=1m30s", "DEMO_ORIGINS=a, b,,c", "DEMO_PORTS=1,2", "DEMO_PEER=::1",
		"DEMO_BASE=https://example.com/api", "DEMO_LIMIT=7", "DEMO_OUT_HOST=out", "DEMO_OUT_PORT=465", "DEMO_LOG_LEVEL=warn",
		"DEMO_DATABASE_URL=", "PORT=1", "DEMO_PRIVATE=3", "=C:=odd",
	}})
	if err != nil {
		t.Fatal(err)
	}
	seven := 7
	want := demo{
		Host: "environment", Port: 8000, DatabaseURL: "sqlite:$X.db", Debug: true, Ratio: 0.5, Timeout: 90 * time.Second,
		Origins: []string{"a", "b", "c"}, Ports: []int{1, 2}, Peer: netip.IPv6Loopback(),
		Base: url.URL{Scheme: "https", Host: "example.com", Path: "/api"}, Limit: &seven,
		Mail: mail{"a b", 25}, SMTP: mail{"out", 465}, logging: logging{"warn"}, private: 1,
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(demo{}), cmpopts.EquateComparable(netip.Addr{})); diff != "" {
		t.Error(diff)
	}
}

func TestEnvTellsEverything(t *testing.T) {
	type key struct {
		Secret Secret `required:"true"`
		Pin    int
	}
	type broken struct {
		Port    int8
		Debug   bool
		Wait    time.Duration
		Ratio   float32
		Size    uint
		Peer    netip.Addr
		Base    url.URL
		Ports   []int
		Token   netip.Addr `secret:"true"`
		Key     key        `secret:"true"`
		Name    string     `required:"true"`
		Channel chan int
		Retry   int    `default:"often"`
		Both    string `default:"x" required:"true"`
		Odd     string `secret:"perhaps"`
	}
	before := broken{Debug: true, Ports: []int{1}}
	got := before
	err := Env(&got, Source{Prefix: "X_", File: "none.env", Environ: []string{
		"X_PORT=300", "X_DEBUG=maybe", "X_WAIT=5", "X_RATIO=NaN", "X_SIZE=-1", "X_PEER=he\nre", "X_BASE=user@hunter2",
		"X_PORTS=1,x", "X_TOKEN=hunter2", "X_KEY_PIN=hunter2",
	}})
	if err == nil {
		t.Fatal("accepted")
	}
	want := []string{
		`environment variable X_PORT: "300" is out of range for int8`,
		`environment variable X_DEBUG: "maybe" is not true or false`,
		`environment variable X_WAIT: "5" is not a duration such as 1m30s`,
		`environment variable X_RATIO: "NaN" is not a number`,
		`environment variable X_SIZE: "-1" is not a whole number from 0 up`,
		`environment variable X_PEER: "he\nre" is not valid: ParseAddr("he\nre"): unable to parse IP`,
		`environment variable X_BASE: its value is not a URL with a scheme`,
		`environment variable X_PORTS: "x" is not a whole number`,
		`environment variable X_TOKEN: its value is not valid`,
		`environment variable X_KEY_SECRET is missing: set it or add it to none.env`,
		`environment variable X_KEY_PIN: its value is not a whole number`,
		`environment variable X_NAME is missing: set it or add it to none.env`,
		`config.broken.Channel: chan int cannot be read from a variable: give it UnmarshalText, or tag it env:"-"`,
		`config.broken.Retry: default: "often" is not a whole number`,
		`config.broken.Both: has a default and is required: keep one of the two`,
		`config.broken.Odd: tag secret:"perhaps": write true or false`,
	}
	if diff := cmp.Diff(want, strings.Split(err.Error(), "\n")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(before, got, cmpopts.EquateComparable(netip.Addr{})); diff != "" {
		t.Errorf("the configuration was changed: %s", diff)
	}
}

func TestEnvFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, ".env")
	type cfg struct{ Port int }
	tests := map[string]struct {
		text string // "" for no file
		want string // of the error, "" for none
	}{
		"absent":             {"", path + ": no such file"},
		"wrong value":        {"PORT=hi", "environment variable PORT (in " + path + `): "hi" is not a whole number`},
		"no equals sign":     {"A=1\nhunter2\n", path + ":2: cannot be read"},
		"no equals, no line": {"A=1\nhunter2", path + ":2: cannot be read"},
		"open quotes":        {"A=1\nB=2\nC='hunter2\nD=3\n", path + ":3: cannot be read"},
		"name with space":    {"A B=hunter2\n", path + ":1: cannot be read"},
		"too large":          {strings.Repeat("#\n", maxEnvFile), path + ": larger than 64 KiB"},
		"several lines":      {"\ufeffA='x\ny'\r\nPORT=7\r\n", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			os.Remove(path)
			if tt.text != "" {
				if err := os.WriteFile(path, []byte(tt.text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			var c cfg
			err := Env(&c, Source{File: path, Required: true, Environ: []string{}})
			switch {
			case tt.want == "":
				if err != nil || c.Port != 7 {
					t.Errorf("port %d, %v", c.Port, err)
				}
			case err == nil || !strings.Contains(err.Error(), tt.want):
				t.Errorf("got %v, want %s", err, tt.want)
			case strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), "\n"):
				t.Errorf("the error shows the file: %v", err)
			}
		})
	}
}

func TestEnvMisused(t *testing.T) {
	var none *demo
	number := 1
	for want, err := range map[string]error{
		"config.Env: the pointer to config.demo is nil":           Env(none, Source{}),
		"config.Env: cannot fill int: give a pointer to a struct": Env(&number, Source{}),
	} {
		if err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func FuzzEnvFile(f *testing.F) {
	for _, s := range []string{"A=1\n", "export A='x\ny'\n", "A=\"$B\" # c\r\n", "A", "='", "A=\\", "A: b"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := parseEnvFile(".env", data); err != nil && (!strings.HasPrefix(err.Error(), ".env:") || strings.Contains(err.Error(), "\n")) {
			t.Errorf("error is not one line with the file: %q", err)
		}
	})
}

type address struct{ text string }

func (a *address) UnmarshalText(b []byte) error {
	if a.text = string(b); a.text != "right" {
		return errors.New("address: no such place")
	}
	return nil
}

func (address) Discreet() {}

func TestDiscreet(t *testing.T) {
	var c struct {
		Place address `secret:"true"`
		Other []address
	}
	err := Env(&c, Source{Environ: []string{"PLACE=hunter2", "OTHER=right,hunter2"}})
	want := "environment variable PLACE: its value cannot be used: address: no such place\n" +
		"environment variable OTHER: its value cannot be used: address: no such place"
	if err == nil || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
	if err := Env(&c, Source{Environ: []string{"PLACE=right"}}); err != nil || c.Place.text != "right" {
		t.Errorf("%+v, %v", c, err)
	}
}
