// Package config is what the environment tells the service.
package config

import (
	"fmt"

	"github.com/utilmeta/utilmeta-go/framework/config"
	"github.com/utilmeta/utilmeta-go/framework/db"
)

// Config is read from variables of the environment, and from the file .env where those are not set. Each is named
// after its field: HOST, BASE_URL, DATABASE_URL, SECRET_KEY.
type Config struct {
	Host        string        `default:"127.0.0.1"`
	Port        int           `default:"8000"`
	BaseURL     string        // where clients reach the service; needed in production
	Production  bool          // true where others rely on the service
	DatabaseURL db.Config     `default:"sqlite:demo-user.db" secret:"true"`
	SecretKey   config.Secret // what only the service knows; needed in production

	OperationsURL db.Config `default:"sqlite:operations.db" secret:"true"` // where logs and tokens are kept
}

// Load reads the configuration and says everything that is wrong with it.
func Load() (Config, error) {
	var c Config
	if err := config.Env(&c, config.Source{File: ".env"}); err != nil {
		return c, err
	}
	if c.Production {
		if err := config.CheckSecret(c.SecretKey); err != nil {
			return c, fmt.Errorf("environment variable SECRET_KEY: %w", err)
		}
	}
	return c, nil
}
