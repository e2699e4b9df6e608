package config

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/utilmeta/utilmeta-go/internal/naming"
)

// A Source is where [Env] finds variables. The zero value is the environment of the process.
type Source struct {
	Prefix   string   // begins the name of every variable, such as "DEMO_"
	File     string   // a file of lines NAME=value that the environment beats; "" for none
	Required bool     // whether it is an error that File is not there
	Environ  []string // the environment, as NAME=value; nil means that of the process
}

// Env sets the exported fields of *cfg from the variables of src. T is a struct.
//
// The variable of a field is its name in capitals, words joined by underscores (DatabaseURL is DATABASE_URL), or the
// name in its env tag, behind the prefix; case counts for nothing. The fields of a struct in a field take the name of
// that field as a further prefix (Mail.Host is MAIL_HOST), those of an embedded struct do not. Further tags:
//
//	env:"NAME"       another name; env:"-" leaves the field alone
//	default:"text"   the value when the variable is not set; without it the field keeps what it holds
//	required:"true"  the variable must be set
//	secret:"true"    no error shows the value, as with a field of type [Secret]
//
// A variable that is set to nothing counts as not set. A field may be a string, a bool (true, false, yes, no, on, off, 1, 0),
// an integer, a float, a [time.Duration] (1m30s), a [net/url.URL], anything with UnmarshalText, a pointer to one of
// these, or a slice of them (separated by commas).
//
// The file is in the format of dotenv: NAME=value, # comments, quotes where a value has spaces, $NAME for a variable
// further up except between single quotes.
//
// The error joins one error for each variable that is missing or wrong and each field that cannot be read; *cfg is then
// unchanged.
func Env[T any](cfg *T, src Source) error {
	root := reflect.TypeFor[T]()
	if root.Kind() != reflect.Struct {
		return fmt.Errorf("config.Env: cannot fill %v: give a pointer to a struct", root)
	}
	if cfg == nil {
		return fmt.Errorf("config.Env: the pointer to %v is nil", root)
	}
	vars, err := src.load()
	if err != nil {
		return err
	}
	read := *cfg
	r := envReader{vars: vars, file: src.File}
	r.fields(reflect.ValueOf(&read).Elem(), root.String(), src.Prefix, false)
	if len(r.problems) > 0 {
		return errors.Join(r.problems...)
	}
	*cfg = read
	return nil
}

type envReader struct {
	vars     variables
	file     string
	problems []error
}

func (r *envReader) fields(v reflect.Value, path, prefix string, secret bool) {
	for i := range v.NumField() {
		f, err := fieldOf(v.Type().Field(i), secret)
		nested := !canParse(f.Type) && f.Type.Kind() == reflect.Struct
		switch {
		case f.name == "-" || !f.IsExported() && !(f.Anonymous && nested):
		case err != nil:
			r.wrongField(path, f, err)
		case nested && f.Anonymous:
			r.fields(v.Field(i), path+"."+f.Name, prefix, f.secret)
		case nested:
			r.fields(v.Field(i), path+"."+f.Name, prefix+f.name+"_", f.secret)
		case !canParse(f.Type):
			r.wrongField(path, f, fmt.Errorf(`%v cannot be read from a variable: give it UnmarshalText, or tag it env:"-"`, f.Type))
		default:
			r.set(v.Field(i), path, f, prefix+f.name)
		}
	}
}

func (r *envReader) wrongField(path string, f field, err error) {
	r.problems = append(r.problems, fmt.Errorf("%s.%s: %w", path, f.Name, err))
}

// set gives the field its variable or default. A wrong default is found even where the variable is set.
func (r *envReader) set(v reflect.Value, path string, f field, name string) {
	if f.hasDefault {
		if err := parse(v, f.otherwise); err != nil {
			r.wrongField(path, f, fmt.Errorf("default: %w", err))
		}
	}
	found, ok := r.vars.lookup(name)
	if !ok {
		if f.required {
			r.problems = append(r.problems, fmt.Errorf("environment variable %s is missing: %s", name, r.remedy()))
		}
		return
	}
	if err := parse(v, found.value); err != nil {
		if f.secret {
			err = errors.New("its value " + withoutValue(err))
		}
		r.problems = append(r.problems, fmt.Errorf("environment variable %s%s: %w", name, found.in(), err))
	}
}

func (r *envReader) remedy() string {
	if r.file == "" {
		return "set it"
	}
	return "set it or add it to " + r.file
}

// A field is a struct field with what its tags say.
type field struct {
	reflect.StructField
	name                         string
	otherwise                    string
	hasDefault, required, secret bool
}

func fieldOf(sf reflect.StructField, secret bool) (field, error) {
	f := field{StructField: sf, name: strings.ToUpper(naming.Snake(sf.Name))}
	if name := sf.Tag.Get("env"); name != "" {
		f.name = name
	}
	f.otherwise, f.hasDefault = sf.Tag.Lookup("default")
	var err, wrong error
	f.required, err = flag(sf.Tag, "required")
	f.secret, wrong = flag(sf.Tag, "secret")
	f.secret = f.secret || secret || hidden(sf.Type)
	if f.required && f.hasDefault {
		err = errors.New("has a default and is required: keep one of the two")
	}
	return f, errors.Join(err, wrong)
}

func flag(tags reflect.StructTag, name string) (bool, error) {
	text, ok := tags.Lookup(name)
	if !ok {
		return false, nil
	}
	yes, err := strconv.ParseBool(text)
	if err != nil {
		return false, fmt.Errorf("tag %s:%q: write true or false", name, text)
	}
	return yes, nil
}
