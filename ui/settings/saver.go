package settings

// saver keeps settings away from the screen, because each is on the disk before
// it counts. While one is on its way the newest value of each further key
// waits, so that fast typing writes little.
type saver struct {
	store   Store
	post    func(func())
	waiting map[string]string
	order   []string
	running bool
	done    func(key string, err error) // on the screen's goroutine
}

// save is called on the screen's goroutine.
func (s *saver) save(key, value string) {
	if s.waiting == nil {
		s.waiting = map[string]string{}
	}
	if _, ok := s.waiting[key]; !ok {
		s.order = append(s.order, key)
	}
	s.waiting[key] = value
	s.next()
}

func (s *saver) next() {
	if s.running || len(s.order) == 0 {
		return
	}
	key := s.order[0]
	value := s.waiting[key]
	s.order = s.order[1:]
	delete(s.waiting, key)
	s.running = true
	go func() {
		err := s.store.SetSetting(key, value)
		s.post(func() {
			s.running = false
			if _, newer := s.waiting[key]; !newer {
				s.done(key, err)
			}
			s.next()
		})
	}()
}
