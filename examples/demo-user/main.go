// Command demo-user serves the APIs of demo-user, or does what its first argument says: see "demo-user help".
package main

import (
	"github.com/utilmeta/utilmeta-go/framework"

	"demo-user/config"
	"demo-user/server"
)

func main() {
	cfg, err := config.Load()
	if err != nil {
		framework.Exit(&framework.ExitError{Code: framework.ExitUsage, Err: err})
	}
	service, err := server.New(cfg)
	if err != nil {
		framework.Exit(&framework.ExitError{Code: framework.ExitUsage, Err: err})
	}
	framework.Exit(service.Run())
}
