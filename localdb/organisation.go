package localdb

// Organisation says whose desk this machine is: as its hub has it where it is
// enrolled, else as it was set here; "" where nobody has said.
func (s *Store) Organisation() (string, error) {
	e, err := s.Enrolment()
	if err != nil {
		return "", err
	}
	if e != nil && e.Organisation != "" {
		return e.Organisation, nil
	}
	return s.Setting(SettingOrganisation)
}
