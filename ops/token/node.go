package token

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/config"
	"github.com/utilmeta/utilmeta-go/ops/internal/audit"
	"github.com/utilmeta/utilmeta-go/ops/internal/grant"
	"github.com/utilmeta/utilmeta-go/ops/internal/guard"
)

// drop removes a supervisor and what is kept under the node that it knew.
func (a *Access) drop(ctx context.Context, s *Supervisor) error {
	err := a.config.Store.Atomic(ctx, func(ctx context.Context) error {
		if a.config.Forget != nil && s.NodeID != "" {
			if err := a.config.Forget(ctx, s.NodeID); err != nil {
				return err
			}
		}
		if err := a.supervisors.remove(ctx, s.ID); err != nil {
			return err
		}
		return a.audit.Write(ctx, audit.Entry{Action: grant.ServiceDelete, Outcome: audit.Done, Keys: []string{s.NodeID}, Detail: s.BaseURL})
	})
	if err != nil {
		return err
	}
	return renameNode(s.NodeID, "")
}

// renameNode changes the id of the node in the project's meta.ini, if that is the one there. Where there is no project,
// as in production, there is nothing to change.
func renameNode(from, to string) error {
	path, err := config.Find(".")
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	p, err := config.Read(path)
	if err != nil || p.Node != from || from == to {
		return err
	}
	p.Node = to
	return p.Write(path)
}

// WorkFolder is where a service leaves its socket: the work folder of the project, or of the folder that it runs in.
func WorkFolder() string {
	path, err := config.Find(".")
	if err != nil {
		path = "."
	}
	folder, err := filepath.Abs(filepath.Join(filepath.Dir(path), ".meta"))
	if err != nil {
		return ".meta" // the folder that the process runs in is gone
	}
	return folder
}

// record writes what was done where it needs no row of its own to be true.
func (a *Access) record(ctx context.Context, e audit.Entry) {
	if !a.config.Store.Ready() {
		return
	}
	if err := a.audit.Write(ctx, e); err != nil {
		a.config.Logger.WarnContext(ctx, "operations: the audit has a gap", "action", e.Action, "error", err)
	}
}

// addressOf is the address of the caller.
func addressOf(ctx context.Context) string {
	if c, ok := api.CallFrom(ctx); ok {
		return guard.Address(c.Request())
	}
	return ""
}
