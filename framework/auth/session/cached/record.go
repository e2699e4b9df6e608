package cached

import (
	"encoding/binary"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/auth/session"
)

// version is the first byte of a record: then come last activity and expiry, in microseconds, and the data.
const version = 1

const header = 1 + 8 + 8

func encode(r session.Record) []byte {
	b := make([]byte, 0, header+len(r.Data))
	b = append(b, version)
	b = binary.BigEndian.AppendUint64(b, uint64(r.Activity.UnixMicro()))
	b = binary.BigEndian.AppendUint64(b, uint64(r.Expiry.UnixMicro()))
	return append(b, r.Data...)
}

// decode is false for what another version, or somebody else, has written.
func decode(b []byte) (r session.Record, ok bool) {
	if len(b) < header || b[0] != version {
		return r, false
	}
	r.Activity = time.UnixMicro(int64(binary.BigEndian.Uint64(b[1:]))).UTC()
	r.Expiry = time.UnixMicro(int64(binary.BigEndian.Uint64(b[9:]))).UTC()
	r.Data = b[header:]
	return r, true
}
