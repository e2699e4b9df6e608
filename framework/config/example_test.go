package config_test

import (
	"fmt"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/config"
)

func ExampleEnv() {
	var cfg struct {
		Port    int           `default:"8000"`
		Secret  config.Secret `required:"true"`
		Timeout time.Duration
		Mail    struct{ Host string }
	}
	err := config.Env(&cfg, config.Source{Prefix: "DEMO_", Environ: []string{
		"DEMO_SECRET=LZ5KDXWPSYX7CDKQWW2HUYXPYB", "DEMO_TIMEOUT=1m30s", "DEMO_MAIL_HOST=smtp.example.com",
	}})
	fmt.Println(cfg.Port, cfg.Secret, cfg.Timeout, cfg.Mail.Host, err)

	err = config.Env(&cfg, config.Source{Prefix: "DEMO_", Environ: []string{"DEMO_PORT=http"}})
	fmt.Println(err)
	// Output:
	// 8000 ****** 1m30s smtp.example.com <nil>
	// environment variable DEMO_PORT: "http" is not a whole number
	// environment variable DEMO_SECRET is missing: set it
}

func ExampleParseINI() {
	p, err := config.ParseINI("meta.ini", []byte("[utilmeta]\nname = demo\nmain = ./cmd/server\n"))
	fmt.Println(p.Name, p.Main, err)

	_, err = config.ParseINI("meta.ini", []byte("[utilmeta]\n\nnme = demo\n"))
	fmt.Println(err)
	// Output:
	// demo ./cmd/server <nil>
	// meta.ini:3: unknown key "nme": did you mean "name"?
}
