package localdb

import (
	"bufio"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync"

	"github.com/cespare/xxhash/v2"
	"github.com/dgraph-io/badger/v4"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/frugal"
	"github.com/faellesskabsby/vejviser/localdb/journal"
	"github.com/faellesskabsby/vejviser/localdb/match"
	"github.com/faellesskabsby/vejviser/localdb/sealed"
)

// searchName is the search as it was last made, so that a start need not make
// it again: derived, sealed with the store key, and made anew where it is
// missing, damaged or older than the directory.
const searchName = "search.sealed"

var searchBinding = []byte("vejviser search v2")

// Search is the directory as it was at one moment, ready to be searched.
type Search struct {
	Index *match.Index
	made  searchState
	kept  []byte            // stamps of the records it was made of, by id
	later map[string]uint64 // stamps of those that changed after kept was made; 0 is gone
}

// searchState says what a Search was made of, and by which program.
type searchState struct {
	gen, size, at, program uint64
}

// Search gives the search over the directory as it stands: the one that was
// kept, brought up to date where the directory has changed since, else a new one.
func (s *Store) Search() (*Search, error) {
	if err := s.begin(); err != nil {
		return nil, err
	}
	defer s.end()
	kept, err := s.loadSearch()
	if err != nil {
		s.o.Log.Info("the search is made anew", "err", err)
	}
	return s.renew(kept)
}

// Renew brings a search up to date after the directory changed. What it cost to
// make old is not paid again for communities that stayed as they were. old stays
// usable.
func (s *Store) Renew(old *Search) (*Search, error) {
	if err := s.begin(); err != nil {
		return nil, err
	}
	defer s.end()
	return s.renew(old)
}

// renewShare: where one in so many communities changed, a whole build, with
// all processors decoding, is quicker than an update.
const renewShare = 3

func (s *Store) renew(old *Search) (*Search, error) {
	now, err := s.searchState()
	if err != nil {
		return nil, err
	}
	if old != nil && old.made == now {
		return old, nil
	}
	if x := s.takeGathered(); x != nil {
		if x.made == now {
			s.kept(x)
			return x, nil
		}
		old = x
	}
	if fresh, err := s.renewTurned(old, now); fresh != nil || err != nil {
		return fresh, err
	}
	var before map[string]uint64
	if old != nil && old.made.program == now.program {
		before = old.stamps()
	}
	d, err := s.difference(before)
	if err != nil {
		return nil, err
	}
	fresh := &Search{made: now, kept: d.stamps}
	if !d.whole {
		fresh.Index = old.Index.Update(d.changed, d.removed)
	} else if fresh.Index, fresh.kept, err = s.wholeSearch(); err != nil {
		return nil, err
	}
	s.kept(fresh)
	return fresh, nil
}

// kept writes a search for the next start. Without it that takes longer, no more.
func (s *Store) kept(x *Search) {
	if err := s.keepSearch(x); err != nil {
		s.o.Log.Warn("the search was not kept", "err", err)
	}
	s.unkept.Store(nil)
}

// manyRecords is from when on a search is made with little memory: it takes a
// third longer then.
const manyRecords = 50000

// difference is what changed against stamps.
type difference struct {
	whole   bool // so much that a whole build is quicker
	changed []*directory.Community
	removed []string
	stamps  []byte
}

// wholeSearch makes an index of all there is in one reading, and the stamps of
// what it read. Communities go as they come: all of them at once would be several
// times the index.
func (s *Store) wholeSearch() (*match.Index, []byte, error) {
	if s.view.Load().meta.Load().Count > manyRecords {
		defer frugal.Lean()()
	}
	b := match.NewBuilder()
	var stamps []byte
	err := s.eachStored(func(c *directory.Community, key, val []byte) error {
		stamps = appendStamp(stamps, key[len(directoryPrefix(0, dirCommunity)):], xxhash.Sum64(val[8:]))
		b.Add(c)
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	return b.Index(), stamps, nil
}

func appendStamp(b, id []byte, stamp uint64) []byte {
	b = binary.AppendUvarint(b, uint64(len(id)))
	b = append(b, id...)
	return binary.LittleEndian.AppendUint64(b, stamp)
}

func (s *Store) difference(before map[string]uint64) (d difference, err error) {
	if len(before) == 0 {
		return difference{whole: true}, nil
	}
	err = s.healed(func(txn *badger.Txn) error {
		d = difference{}
		m, err := metaOf(txn)
		if err != nil {
			return err
		}
		seen := 0
		prefix := directoryPrefix(m.Gen, dirCommunity)
		err = each(txn, prefix, func(key, val []byte) error {
			version, record, err := decodeValue(key, val)
			if err != nil {
				return err
			}
			id := key[len(prefix):]
			stamp := xxhash.Sum64(val[8:])
			d.stamps = appendStamp(d.stamps, id, stamp)
			was, ok := before[string(id)]
			if ok {
				seen++
			}
			if d.whole = d.whole || len(d.changed)*renewShare > len(before); d.whole || (ok && was == stamp) {
				return nil
			}
			c, err := decodeCommunity(version, record)
			d.changed = append(d.changed, c)
			return err
		})
		if err != nil || d.whole || seen == len(before) {
			return err
		}
		now := stampsOf(d.stamps)
		for id := range before {
			if _, ok := now[id]; !ok {
				d.removed = append(d.removed, id)
			}
		}
		return nil
	})
	return d, err
}

// stampsOf reads stamps; what does not fit ends them, and the rest counts as changed.
func stampsOf(b []byte) map[string]uint64 {
	out := map[string]uint64{}
	for len(b) > 0 {
		n, k := binary.Uvarint(b)
		if k <= 0 || n > uint64(len(b)-k) || uint64(len(b)-k)-n < 8 {
			break
		}
		b = b[k:]
		out[string(b[:n])] = binary.LittleEndian.Uint64(b[n:])
		b = b[n+8:]
	}
	return out
}

// searchState reads which import the directory is from, and where it changes in
// place, as which it stands. The file that the import left tells two imports of
// one number apart.
func (s *Store) searchState() (searchState, error) {
	st := searchState{program: programPrint()}
	err := s.healed(func(txn *badger.Txn) error {
		m, err := metaOf(txn)
		st.gen, st.at = m.Gen, m.Turn
		return err
	})
	if err != nil {
		return st, err
	}
	if st.at != 0 { // it changes in place: see meta.Turn
		st.size = 1
		return st, nil
	}
	if f, err := os.Stat(filepath.Join(s.o.Dir, snapshotName(st.gen))); err == nil {
		st.size, st.at = uint64(f.Size()), uint64(f.ModTime().UnixNano())
	}
	return st, nil
}

// programPrint tells programs apart that may read a record differently.
var programPrint = sync.OnceValue(func() uint64 {
	h := xxhash.New()
	info, ok := debug.ReadBuildInfo()
	clean := false
	if ok {
		_, _ = h.WriteString(info.Main.Version)
		for _, set := range info.Settings {
			if set.Key == "vcs.revision" || set.Key == "vcs.modified" {
				_, _ = h.WriteString(set.Value)
				clean = clean || (set.Key == "vcs.modified" && set.Value == "false")
			}
		}
	}
	if !clean { // a program in the making: the file itself
		if exe, err := os.Executable(); err == nil {
			if f, err := os.Stat(exe); err == nil {
				_, _ = h.WriteString(f.ModTime().String())
			}
		}
	}
	return h.Sum64()
})

func (s *Store) searchAEAD() (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, s.key.Bytes, nil, string(searchBinding), 32)
	if err != nil {
		return nil, err
	}
	b, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(b) // in hardware: several times quicker than the rest of the start
}

// keepSearch writes a search beside the store: a nonce, and sealed, chunk by chunk
// so that not all of it is in memory again, what loadSearch reads.
func (s *Store) keepSearch(x *Search) error {
	if x.made.size == 0 {
		return nil // no import yet: nothing worth keeping
	}
	if err := s.room(); err != nil {
		return err
	}
	x = x.compact()
	aead, err := s.searchAEAD()
	if err != nil {
		return err
	}
	nonce := make([]byte, sealed.NonceSize(aead))
	if _, err := io.ReadFull(s.o.Rand, nonce); err != nil {
		return fmt.Errorf("localdb: randomness: %w", err)
	}
	words := match.KnownWords()
	var head []byte
	for _, v := range []uint64{x.made.gen, x.made.size, x.made.at, x.made.program, uint64(len(x.kept)), uint64(len(words))} {
		head = binary.LittleEndian.AppendUint64(head, v)
	}
	pad := func(b []byte) []byte { return make([]byte, padding(len(b))) }
	s.search.Lock()
	defer s.search.Unlock()
	return journal.WriteFileBy(s.o.fs, filepath.Join(s.o.Dir, searchName), func(w io.Writer) error {
		if _, err := w.Write(nonce); err != nil {
			return err
		}
		sw := sealed.NewWriter(w, aead, nonce)
		for _, b := range [][]byte{head, x.kept, pad(x.kept), words, pad(words)} {
			if _, err := sw.Write(b); err != nil {
				return err
			}
		}
		if err := x.Index.EncodeTo(sw); err != nil {
			return err
		}
		return sw.Close()
	})
}

// searchHead is what stands first: what the search was made of, and how long the
// two pieces before the index are, the stamps and the known words. Each piece
// begins at a multiple of eight.
const searchHead = 48

func padding(n int) int { return -n & 7 }

// readSearch opens the file. What it gives begins at a multiple of eight in memory:
// the index is used as it lies there.
func (s *Store) readSearch(aead cipher.AEAD) (plain []byte, err error) {
	s.search.Lock()
	defer s.search.Unlock()
	f, err := os.Open(filepath.Join(s.o.Dir, searchName))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, sealed.NonceSize(aead))
	if _, err := io.ReadFull(f, nonce); err != nil {
		return nil, err
	}
	in := sealed.NewReader(bufio.NewReaderSize(f, 2*sealed.ChunkSize), aead, nonce)
	plain = make([]byte, sealed.Size(aead, info.Size()-int64(len(nonce))))
	if _, err := io.ReadFull(in, plain); err != nil {
		return nil, err
	}
	if _, err := in.Read(make([]byte, 1)); err != io.EOF {
		return nil, fmt.Errorf("it goes on: %v", err)
	}
	return plain, nil
}

// loadSearch gives the search that was kept; nil, nil where there is none.
func (s *Store) loadSearch() (*Search, error) {
	aead, err := s.searchAEAD()
	if err != nil {
		return nil, err
	}
	plain, err := s.readSearch(aead)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil || len(plain) < searchHead {
		return nil, fmt.Errorf("%w: %s: %v", ErrDamaged, searchName, err)
	}
	u := func(i int) uint64 { return binary.LittleEndian.Uint64(plain[8*i:]) }
	x := &Search{made: searchState{u(0), u(1), u(2), u(3)}}
	rest := plain[searchHead:]
	piece := func(size uint64) []byte {
		if size > uint64(len(rest)) || padding(int(size)) > len(rest)-int(size) {
			err = fmt.Errorf("%w: %s", ErrDamaged, searchName)
			return nil
		}
		p := rest[:size:size]
		rest = rest[int(size)+padding(int(size)):]
		return p
	}
	x.kept = piece(u(4))
	words := piece(u(5))
	switch {
	case err != nil:
		return nil, err
	case x.made.program != programPrint():
		return nil, errors.New("localdb: another program kept the search")
	}
	match.Remember(words)
	if x.Index, err = match.LoadTrusted(rest); err != nil {
		return nil, err
	}
	return x, nil
}
