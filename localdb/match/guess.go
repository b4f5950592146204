package match

// guess is filled in by tagging.
func (b *builder) guess() {}
