package ops

import (
	"errors"
	"path/filepath"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/db"
	"github.com/utilmeta/utilmeta-go/ops/internal/audit"
	"github.com/utilmeta/utilmeta-go/ops/internal/mask"
	"github.com/utilmeta/utilmeta-go/ops/log"
	"github.com/utilmeta/utilmeta-go/ops/token"
)

// build makes everything of the configuration that needs no connection.
func (o *Operations) build(endpoints []*api.Endpoint, roots []any, databases []*db.DB) error {
	o.nodeID = nodeOfProject()
	o.databases = discover(roots, o.config.Data, databases)
	o.names = mask.NewNames(append(o.config.SecretNames, sensitive(o.databases)...)...)
	o.audit = &audit.Log{Store: o.store}
	if err := errors.Join(o.makeLog(), o.makeAccess()); err != nil {
		return err
	}
	for _, ep := range endpoints {
		o.log.Target(ep)
	}
	for _, d := range databases {
		d.Observe(o.log.Observe)
	}
	handler, err := o.serve()
	o.api = handler
	return err
}

func (o *Operations) makeLog() (err error) {
	o.log, err = log.New(log.Config{
		Options: o.config.Log, Store: o.store, Service: o.subject.name, Node: o.node, Names: o.names, Logger: o.subject.logger,
		Production: o.subject.production, Cycle: o.config.WorkerCycle, Backlog: o.config.MaxBacklog, Folder: o.folder("spill"),
	})
	return err
}

func (o *Operations) makeAccess() (err error) {
	c := &o.config
	o.access, err = token.New(token.Config{
		Store: o.store, Service: o.subject.name, URL: o.URL, Production: o.subject.production, LocalScope: c.LocalScope, PrivateScope: c.PrivateScope,
		DisabledScope: c.DisabledScope, ConnectionKey: c.ConnectionKey, Origins: c.TrustedHosts, Logger: o.subject.logger, Forget: o.forget,
	})
	return err
}

// folder is where files are kept that belong to the store: beside its SQLite file, or in the working directory.
func (o *Operations) folder(name string) string {
	dir := "."
	if d := o.config.Database; !o.store.Postgres() && d.Name != "" && d.Name != db.Memory {
		dir = filepath.Dir(d.Name)
	}
	return filepath.Join(dir, ".meta", name)
}
