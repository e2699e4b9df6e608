package connect

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"path/filepath"
	"syscall"
	"time"

	"github.com/utilmeta/utilmeta-go/ops/internal/grant"
)

// Ask gets the address of the console, with a code in it, from the service that answers at the socket in folder.
func Ask(ctx context.Context, folder string, scopes grant.Scopes, ttl time.Duration) (string, error) {
	socket := filepath.Join(folder, SocketName)
	body, err := json.Marshal(request{scopes, ttl})
	if err != nil {
		return "", err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://socket/code", bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	transport := &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", near(socket))
	}}
	res, err := (&http.Client{Transport: transport, Timeout: 10 * time.Second}).Do(r)
	if err != nil {
		return "", explain(socket, err)
	}
	defer res.Body.Close()
	var out reply
	if err := json.NewDecoder(res.Body).Decode(&out); err != nil {
		return "", fmt.Errorf("%s: what answers there is no service of this kind: %w", socket, err)
	}
	if out.Error != "" {
		return "", errors.New(out.Error)
	}
	return out.URL, nil
}

func explain(socket string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ECONNREFUSED):
		return fmt.Errorf("%s: no service answers: start it with meta run, in development and with operations", socket)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%s: it belongs to another user: ask as the one who runs the service", socket)
	}
	return fmt.Errorf("%s: %w", socket, err)
}
