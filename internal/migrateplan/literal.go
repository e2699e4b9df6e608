package migrateplan

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"ariga.io/atlas/sql/postgres"
	"ariga.io/atlas/sql/schema"
	"entgo.io/ent/dialect"
	"github.com/google/uuid"
)

var integer = regexp.MustCompile(`^-?[0-9]{1,19}$`)

// literal writes the value v of a flag as SQL of the type. Times may be "now".
func (s *scratch) literal(v string, typ schema.Type) (string, error) {
	if strings.ContainsRune(v, 0) {
		return "", fmt.Errorf("%q: a value cannot hold a NUL character", v)
	}
	switch typ.(type) {
	case *schema.IntegerType:
		if !integer.MatchString(v) {
			return "", fmt.Errorf("%q: want a whole number", v)
		}
		return v, nil
	case *schema.FloatType, *schema.DecimalType:
		f, err := strconv.ParseFloat(v, 64)
		if err != nil || math.IsInf(f, 0) || math.IsNaN(f) || strings.ContainsAny(v, "xXpP_") {
			return "", fmt.Errorf("%q: want a number", v)
		}
		return v, nil
	case *schema.BoolType:
		b, err := strconv.ParseBool(v)
		if err != nil {
			return "", fmt.Errorf("%q: want true or false", v)
		}
		return strings.ToUpper(strconv.FormatBool(b)), nil
	case *schema.TimeType:
		return s.timeLiteral(v)
	case *schema.JSONType:
		var b bytes.Buffer // without line breaks
		if err := json.Compact(&b, []byte(v)); err != nil {
			return "", fmt.Errorf("%q: want JSON", v)
		}
		v = b.String()
	case *schema.UUIDType:
		id, err := uuid.Parse(v)
		if err != nil {
			return "", fmt.Errorf("%q: want a UUID", v)
		}
		v = id.String()
	case *schema.BinaryType:
		if s.dialect == dialect.Postgres {
			return `'\x` + hex.EncodeToString([]byte(v)) + `'`, nil
		}
		return "X'" + hex.EncodeToString([]byte(v)) + "'", nil
	}
	return s.text(v), nil
}

// text writes a string as SQL on one line: a line of a migration is taken for a directive or a COMMIT by how it begins.
func (s *scratch) text(v string) string {
	char := "char"
	if s.dialect == dialect.Postgres {
		char = "chr"
	}
	return strings.NewReplacer("\n", "' || "+char+"(10) || '", "\r", "' || "+char+"(13) || '").Replace(quoteString(v))
}

func (s *scratch) timeLiteral(v string) (string, error) {
	if v == "now" {
		return "CURRENT_TIMESTAMP", nil
	}
	for _, layout := range []string{time.RFC3339Nano, time.DateTime, time.DateOnly} {
		if t, err := time.Parse(layout, v); err == nil {
			return quoteString(t.UTC().Format("2006-01-02 15:04:05.999999999-07:00")), nil
		}
	}
	return "", fmt.Errorf("%q: want now, a date such as 2026-01-31 or a time such as 2026-01-31T10:15:00Z", v)
}

// zero returns the plainest value of a type as SQL, or "" when there is none that is sure to be accepted.
func (s *scratch) zero(typ schema.Type) string {
	var v string
	switch typ.(type) {
	case *schema.IntegerType, *schema.FloatType, *schema.DecimalType:
		v = "0"
	case *schema.BoolType:
		v = "false"
	case *schema.TimeType:
		v = "1970-01-01"
	case *schema.JSONType:
		v = "{}"
	case *schema.UUIDType:
		v = uuid.Nil.String()
	case *schema.StringType, *schema.BinaryType:
	case *postgres.SerialType:
		return ""
	default:
		return ""
	}
	text, err := s.literal(v, typ)
	if err != nil {
		return ""
	}
	return text
}
