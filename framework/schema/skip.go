package schema

// skip passes over any value.
func (s *scanner) skip() error {
	switch c := s.space(); c {
	case '"':
		_, err := s.str()
		return err
	case '{', '[':
		return s.skipMembers(c)
	case 't', 'f':
		_, err := s.boolean()
		return err
	case 'n':
		return s.word("null")
	}
	_, _, err := s.number()
	if err == errType {
		err = errSyntax
	}
	return err
}

func (s *scanner) skipMembers(c byte) error {
	if err := s.open(c); err != nil {
		return err
	}
	end := c + 2 // '{' to '}', '[' to ']'
	if s.empty(end) {
		return nil
	}
	for {
		if c == '{' {
			if _, err := s.key(); err != nil {
				return err
			}
		}
		if err := s.skip(); err != nil {
			return err
		}
		if more, err := s.next(end); err != nil || !more {
			return err
		}
	}
}
