package localdb

import (
	"errors"
	"testing"

	"github.com/faellesskabsby/vejviser/assets/example"
	"github.com/faellesskabsby/vejviser/localdb/directory"
)

// Whoever looks at the example sees every page alive, in a store that nobody has
// enrolled; filling it twice does nothing twice.
func TestTheExampleFillsEveryPage(t *testing.T) {
	s := openAt(t, made(t.TempDir()))
	for range 2 {
		if err := example.Fill(t.Context(), s, example.Base); err != nil {
			t.Fatal(err)
		}
		as, err := s.Ambassadors()
		vs, err2 := s.Volunteers()
		ms, err3 := s.Meetings()
		ss, err4 := s.Sessions()
		cs, err5 := s.ReadinessChecks()
		gs, err6 := s.Agreements()
		if err := errors.Join(err, err2, err3, err4, err5, err6); err != nil || len(as) != len(vs) || len(as) < 12 || len(ms) != 3 || len(ss) < 10 || len(cs) < 2 || len(gs) != 1 {
			t.Errorf("%d ambassadors, %d volunteers, %d meetings, %d sessions, %d checks, %d agreements: %v", len(as), len(vs), len(ms), len(ss), len(cs), len(gs), err)
		}
		if st, err := s.Status(); err != nil || st.Ambassadors != len(as) || st.Sessions != len(ss) || st.Waiting != len(vs)+len(ms)+len(ss)+len(cs)+len(gs) {
			t.Errorf("%+v %v", st, err)
		}
		verified(t, s)
		if _, err := s.Community(ss[0].Community); err != nil || ss[0].Organisation != example.Organisation {
			t.Errorf("%+v %v", ss[0], err)
		}
		if ms[0].On < directory.Day("2026-12-01") {
			t.Errorf("the latest meeting is on %s", ms[0].On)
		}
		s = withoutView(t, s)
		if got, err := s.Sessions(); err != nil || len(got) != len(ss) {
			t.Errorf("%d of %d sessions after a rebuild: %v", len(got), len(ss), err)
		}
	}
}
