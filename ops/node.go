package ops

import (
	"context"
	"errors"

	"github.com/utilmeta/utilmeta-go/framework/config"
)

// node is the id under which a supervisor knows the service, as meta.ini says when it starts; "" where there is none.
func (o *Operations) node() string { return o.nodeID }

func nodeOfProject() string {
	path, err := config.Find(".")
	if err != nil {
		return ""
	}
	p, err := config.Read(path)
	if err != nil {
		return ""
	}
	return p.Node
}

// forget leaves the records of a node to the service: its supervisor is gone.
func (o *Operations) forget(ctx context.Context, node string) error {
	var errs []error
	for _, table := range []string{"ops_log", "ops_request_log"} {
		_, err := o.store.Exec(ctx, "UPDATE "+table+" SET node_id = NULL WHERE node_id = $1 AND service = $2", node, o.subject.name)
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}
