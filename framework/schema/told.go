package schema

// tell makes the faults of the rules that are set. Their texts and arguments are those of the rules, whatever the value.
func (l *limits) tell() {
	add := func(code string, set bool, arg func() any) {
		if set {
			args := []any{arg()}
			l.told = append(l.told, Fault{Code: code, Detail: english(code, args...), Args: args})
		}
	}
	for code, n := range map[string]*int{
		"minLength": l.MinLength, "maxLength": l.MaxLength, "minItems": l.MinItems, "minProperties": l.MinProperties,
		"minContains": l.MinContains, "maxContains": l.MaxContains,
	} {
		add(code, n != nil, func() any { return *n })
	}
	for code, x := range map[string]*float64{
		"minimum": l.Minimum, "maximum": l.Maximum, "exclusiveMinimum": l.ExclusiveMinimum,
		"exclusiveMaximum": l.ExclusiveMaximum, "multipleOf": l.MultipleOf,
	} {
		add(code, x != nil, func() any { return *x })
	}
	add("pattern", l.Pattern != "", func() any { return l.Pattern })
	add("format", l.Format != "", func() any { return l.Format })
	add("enum", len(l.Enum) > 0, func() any { return l.Enum })
	add("const", l.Const != nil, func() any { return l.Const })
}

// broken reports that a rule does not hold.
func (l *limits) broken(r *Reader, code string) {
	if r.quiet || len(r.Faults) >= maxFaults {
		r.fault(code)
		return
	}
	i := 0
	for l.told[i].Code != code {
		i++
	}
	r.count++
	f := r.place()
	f.In, f.Name = r.in, r.name
	f.Code, f.Detail, f.Args = code, l.told[i].Detail, l.told[i].Args
}
