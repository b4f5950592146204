package localdb

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

// oldStore unpacks a store as the last program before hubs left it: 30
// communities, an organiser, an ambassador, three vejvisninger of which the first
// was welcomed, a suggestion, a gap, a setting and a draft. All of it is fictional.
func oldStore(t *testing.T) string {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", "store-schema1.tgz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return dir
		}
		if err != nil {
			t.Fatal(err)
		}
		p := filepath.Join(dir, h.Name)
		if h.Typeflag == tar.TypeDir {
			err = os.MkdirAll(p, 0o700)
		} else {
			var b []byte
			if b, err = io.ReadAll(r); err == nil {
				err = os.WriteFile(p, b, 0o600)
			}
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestAStoreOfTheLastVersionOpensWithEverything(t *testing.T) {
	for _, how := range []string{"as it is", "without its view", "without its journal"} {
		t.Run(how, func(t *testing.T) {
			dir := oldStore(t)
			switch how {
			case "without its view":
				if err := os.RemoveAll(filepath.Join(dir, "store")); err != nil {
					t.Fatal(err)
				}
			case "without its journal":
				if err := os.RemoveAll(filepath.Join(dir, "journal")); err != nil {
					t.Fatal(err)
				}
			}
			s := openAt(t, Options{Dir: dir})
			st, err := s.Status()
			if err != nil || st.Communities != 30 || st.Organisers != 1 || st.Ambassadors != 1 || st.Referrals != 3 || st.Suggestions != 1 || st.Waiting != 9 {
				t.Fatalf("%+v %v", st, err)
			}
			if r, evs, err := s.Referral("K7M4-QX2B"); err != nil || r.ID == "" || len(evs) != 2 || evs[1].Kind != referral.Welcomed {
				t.Errorf("%+v %v %v", r, evs, err)
			}
			if gaps, err := s.Gaps(); err != nil || len(gaps) != 1 {
				t.Errorf("%v %v", gaps, err)
			}
			if v, err := s.Setting(SettingDesk); err != nil || v != "Ringsted Bibliotek" {
				t.Errorf("%q %v", v, err)
			}
			if d, err := s.LoadDraft(); err != nil || d == nil || len(d.Communities) != 2 {
				t.Errorf("%+v %v", d, err)
			}
			if r, err := s.Verify(context.Background(), true); err != nil || !r.OK {
				t.Fatalf("%+v %v", r, err)
			}
			ops := outbox(t, s)
			if len(ops) != 9 || ops[0].Kind != opReferral || len(ops[0].Body) == 0 || ops[0].ID == "" || ops[0].Counter != 1 {
				t.Fatalf("%d operations, %+v", len(ops), ops[0])
			}
			// and can be enrolled
			pub, _, err := ed25519.GenerateKey(rand.Reader)
			if err == nil {
				err = s.Enrol(Enrolment{Hub: "https://hub.example", HubKey: pub, Device: "d-1", Seed: make([]byte, 32)})
			}
			if err != nil {
				t.Fatal(err)
			}
			l := newLog()
			l.community(1)
			l.bring(t, s, "dir", "case/o-a")
			s = withoutView(t, s)
			if n := countCommunities(t, s); n != 1 {
				t.Error(n)
			}
			if again := outbox(t, s); len(again) != 9 || again[0].ID != ops[0].ID {
				t.Errorf("%d operations", len(again))
			}
			l.sameAsHub(t, s, record.Feed("dir"))
			verified(t, s)
		})
	}
}
