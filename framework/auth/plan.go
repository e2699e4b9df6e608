package auth

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/auth/password"
	"github.com/utilmeta/utilmeta-go/framework/orm"
)

// plan is a [Users] that was found to be sound, with what follows from it.
type plan[M any] struct {
	Users[M]
	model      *orm.Model
	keyIndex   []int // of the struct field with the key
	hashIndex  []int
	challenges []string
}

var (
	hashType   = reflect.TypeFor[password.Hash]()
	timeType   = reflect.TypeFor[time.Time]()
	stringType = reflect.TypeFor[string]()
)

// newPlan checks u and fills in its defaults.
func newPlan[M any](u Users[M]) (*plan[M], error) {
	m, err := orm.ModelOf[M]()
	if err != nil {
		return nil, fmt.Errorf("auth.Users: %w", err)
	}
	u.Key, u.PasswordField = u.key(), cmp.Or(u.PasswordField, "password")
	if u.Limit == nil {
		u.Limit = &Limiter{}
	}
	p := &plan[M]{Users: u, model: m}
	if err := errors.Join(p.checkDB(), p.checkFields()); err != nil {
		return nil, err
	}
	for _, method := range u.Methods {
		if c, ok := method.(Challenger); ok {
			p.challenges = append(p.challenges, c.Challenge())
		}
	}
	return p, nil
}

func (p *plan[M]) errorf(format string, args ...any) error {
	return fmt.Errorf("auth.Users[%v]: "+format, append([]any{reflect.TypeFor[M]()}, args...)...)
}

func (p *plan[M]) checkDB() error {
	if v := reflect.ValueOf(p.DB); !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil() {
		return p.errorf("DB is nil: give it the ent client")
	}
	if conn := p.DB.ORM(); conn.Package != p.model.Package {
		return p.errorf("DB is a client of package %s, not %s", conn.Package, p.model.Package)
	}
	if p.model.Key == nil {
		return p.errorf("%s has no key of its own", p.model.Name)
	}
	return nil
}

func (p *plan[M]) checkFields() error {
	var errs []error
	if len(p.Methods) == 0 {
		errs = append(errs, p.errorf("Methods is empty: requests could be of nobody: give it a session.Plugin"))
	}
	if slices.Contains(p.Methods, nil) {
		errs = append(errs, p.errorf("Methods: one is nil"))
	}
	if len(p.LoginFields) == 0 {
		errs = append(errs, p.errorf(`LoginFields is empty: name a unique field of %s, such as "username"`, p.model.Name))
	}
	for _, name := range p.LoginFields {
		errs = append(errs, p.checkLoginField(name))
	}
	errs = append(errs,
		p.checkField("LoginTimeField", p.LoginTimeField, timeType),
		p.checkField("LoginAddressField", p.LoginAddressField, stringType),
		p.checkField("PasswordField", p.PasswordField, hashType))
	if errors.Join(errs...) != nil {
		return errors.Join(errs...)
	}
	key, err := orm.EntityField[M](p.model.Key.Name)
	if err != nil {
		return err
	}
	hash, err := orm.EntityField[M](p.PasswordField)
	p.keyIndex, p.hashIndex = key.Index, hash.Index
	return err
}

func (p *plan[M]) checkLoginField(name string) error {
	f := p.model.Field(name)
	switch {
	case f == nil:
		return p.errorf("LoginFields: %s has no field %q", p.model.Name, name)
	case f.GoType.Kind() != reflect.String:
		return p.errorf("LoginFields: %s.%s is %v: want text", p.model.Name, name, f.GoType)
	case !f.Unique:
		return p.errorf("LoginFields: %s.%s is not unique: add Unique() to it in the schema", p.model.Name, name)
	}
	return nil
}

func (p *plan[M]) checkField(option, name string, want reflect.Type) error {
	if name == "" {
		return nil
	}
	f := p.model.Field(name)
	switch {
	case f == nil && want == hashType:
		return p.errorf("%s: %s has no field %q: add mixin.Password to its schema", option, p.model.Name, name)
	case f == nil:
		return p.errorf("%s: %s has no field %q", option, p.model.Name, name)
	case f.GoType != want:
		return p.errorf("%s: %s.%s is %v: want %v", option, p.model.Name, name, f.GoType, want)
	case f.Immutable && want != hashType:
		return p.errorf("%s: %s.%s is immutable", option, p.model.Name, name)
	}
	return nil
}

// checkMethods reports methods that are plugins and do not run around the endpoint.
func (p *plan[M]) checkMethods(ep *api.Endpoint) error {
	var errs []error
	for _, method := range p.Methods {
		plugin, ok := method.(api.Plugin)
		if !ok || !reflect.TypeOf(method).Comparable() {
			continue
		}
		if !slices.ContainsFunc(ep.Plugins(), func(q api.Plugin) bool {
			return reflect.TypeOf(q) == reflect.TypeOf(plugin) && q == plugin
		}) {
			errs = append(errs, p.errorf("the method %T does not run around this endpoint: make it a field of the API too", method))
		}
	}
	return errors.Join(errs...)
}
