// Package config reads what a project is told from outside its code: meta.ini, which says to the meta command what the
// project is, and the environment, which says to a running service where it is.
//
// The environment is read into a struct. The names of the variables follow from its fields:
//
//	type Config struct {
//		Host        string        `default:"127.0.0.1"`
//		Port        int           `default:"8000"`
//		DatabaseURL string        `default:"sqlite:app.db" secret:"true"`
//		Secret      config.Secret `required:"true"`
//		Timeout     time.Duration
//	}
//
//	var cfg Config
//	err := config.Env(&cfg, config.Source{Prefix: "DEMO_", File: ".env"})
//
// fills it from DEMO_HOST, DEMO_PORT, DEMO_DATABASE_URL, DEMO_SECRET and DEMO_TIMEOUT, and the error tells every
// variable that is missing or wrong.
package config
