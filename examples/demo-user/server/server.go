// Package server puts the service together: its database, its parts and its APIs.
package server

import (
	"github.com/utilmeta/utilmeta-go/framework"
	"github.com/utilmeta/utilmeta-go/framework/db"
	_ "github.com/utilmeta/utilmeta-go/framework/db/postgres"
	_ "github.com/utilmeta/utilmeta-go/framework/db/sqlite"
	"github.com/utilmeta/utilmeta-go/framework/docs"
	"github.com/utilmeta/utilmeta-go/ops"

	"demo-user/config"
	"demo-user/migrations"
	"demo-user/user"
)

// RootAPI has every API of the service as a field.
type RootAPI struct {
	User *user.API
}

// New makes the service. Nothing is opened before it runs.
func New(cfg config.Config) (*framework.Service, error) {
	database, err := db.New(cfg.DatabaseURL)
	if err != nil {
		return nil, err
	}
	service := framework.New(framework.Config{
		Name:       "demo-user",
		Host:       cfg.Host,
		Port:       cfg.Port,
		BaseURL:    cfg.BaseURL,
		Production: cfg.Production,
		Strict:     !cfg.Production,
	})
	service.Use(database, &framework.Migrations{DB: database, Files: migrations.Files}, &docs.Page{})
	service.Use(ops.New(ops.Config{Route: "ops", Database: cfg.OperationsURL}))
	service.Mount("/api", &RootAPI{
		User: user.New(database),
	})
	return service, nil
}
