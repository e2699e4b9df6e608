package connect

import (
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"

	"github.com/utilmeta/utilmeta-go/internal/atomicfile"
)

// Open shows an address in a browser. It goes there by way of a file in folder that only this user can read: the
// arguments of a process can be read by others, and a code is in the address. It is false where there is no display.
func Open(folder, address string) (shown bool, err error) {
	program, args := browser()
	if program == "" {
		return false, nil
	}
	page := filepath.Join(folder, "connect.html")
	text := `<!doctype html><meta http-equiv="refresh" content="0; url=` + html.EscapeString(address) + `">`
	if err := atomicfile.Write(page, []byte(text), 0o600); err != nil {
		return false, err
	}
	cmd := exec.Command(program, append(args, page)...)
	if err := cmd.Start(); err != nil {
		return false, err
	}
	return true, cmd.Process.Release()
}

func browser() (program string, args []string) {
	switch runtime.GOOS {
	case "darwin":
		return "open", nil
	case "windows":
		return "rundll32", []string{"url.dll,FileProtocolHandler"}
	}
	if os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" {
		return "", nil
	}
	if path, err := exec.LookPath("xdg-open"); err == nil {
		return path, nil
	}
	return "", nil
}
