package password

import (
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/crypto/argon2"
)

// encoded is a stored hash taken apart.
type encoded struct {
	Params
	salt string // what the derivation gets, byte for byte
	key  []byte
	phc  bool // written without Django's "argon2" in front
}

// newSalt makes 128 bits of salt in letters that need no escaping: Django's salts are text and so are ours.
func newSalt() string { return rand.Text() }

func (e encoded) derive(p Plain) ([]byte, error) {
	counters.rounds.Add(int64(e.Rounds))
	counters.hashes.Add(1)
	size := len(e.key)
	if size == 0 {
		size = 32
	}
	if e.Algorithm == Argon2id {
		return argon2.IDKey([]byte(p), []byte(e.salt), uint32(e.Rounds), uint32(e.Memory), uint8(e.Lanes), uint32(size)), nil
	}
	return pbkdf2.Key(sha256.New, string(p), []byte(e.salt), e.Rounds, size)
}

func (e encoded) verify(p Plain) (bool, error) {
	key, err := e.derive(p)
	return err == nil && subtle.ConstantTimeCompare(key, e.key) == 1, err
}

// String is the inverse of decode.
func (e encoded) String() string {
	if e.Algorithm == PBKDF2 {
		return fmt.Sprintf("%s$%d$%s$%s", PBKDF2, e.Rounds, e.salt, base64.StdEncoding.EncodeToString(e.key))
	}
	prefix := "argon2"
	if e.phc {
		prefix = ""
	}
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("%s$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", prefix, argon2.Version, e.Memory, e.Rounds, e.Lanes,
		b64.EncodeToString([]byte(e.salt)), b64.EncodeToString(e.key))
}

func decode(s string) (encoded, error) {
	e, ok := encoded{}, false
	if rest, is := strings.CutPrefix(s, string(PBKDF2)+"$"); is {
		e, ok = decodePBKDF2(rest)
	} else if rest, is := strings.CutPrefix(s, "argon2$argon2id$"); is {
		e, ok = decodeArgon2id(rest)
	} else if rest, is := strings.CutPrefix(s, "$argon2id$"); is {
		e, ok = decodeArgon2id(rest)
		e.phc = true
	}
	if !ok {
		return encoded{}, errFormat
	}
	return e, e.check()
}

func decodePBKDF2(s string) (e encoded, ok bool) {
	part := strings.Split(s, "$")
	if len(part) != 3 || part[1] == "" {
		return e, false
	}
	rounds, err := strconv.Atoi(part[0])
	if err != nil {
		return e, false
	}
	key, err := base64.StdEncoding.Strict().DecodeString(part[2])
	if err != nil || len(key) < 16 {
		return e, false
	}
	return encoded{Params: Params{Algorithm: PBKDF2, Rounds: rounds}, salt: part[1], key: key}, true
}

func decodeArgon2id(s string) (e encoded, ok bool) {
	part := strings.Split(s, "$")
	if len(part) != 4 || part[0] != "v="+strconv.Itoa(argon2.Version) {
		return e, false
	}
	e.Algorithm = Argon2id
	for cost := range strings.SplitSeq(part[1], ",") {
		name, text, _ := strings.Cut(cost, "=")
		n, err := strconv.Atoi(text)
		if err != nil {
			return e, false
		}
		switch name {
		case "m":
			e.Memory = n
		case "t":
			e.Rounds = n
		case "p":
			e.Lanes = n
		default:
			return e, false
		}
	}
	b64 := base64.RawStdEncoding.Strict()
	salt, err := b64.DecodeString(part[2])
	if err != nil || len(salt) == 0 {
		return e, false
	}
	if e.key, err = b64.DecodeString(part[3]); err != nil || len(e.key) < 16 {
		return e, false
	}
	e.salt = string(salt)
	return e, true
}
