package match

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"testing"
)

func TestASnapshotAnswersAsTheIndexItWasMadeOf(t *testing.T) {
	for _, x := range []*Index{Build(nil), Build(town()), Build(load(t, "communities-1k.jsonl"))} {
		b := x.Encode()
		y, err := Load(b)
		if err != nil {
			t.Fatal(err)
		}
		same(t, y, x)
		if !bytes.Equal(y.Encode(), b) {
			t.Error("a second snapshot differs")
		}
		cs := town()
		cs[0].Name = "Vandring ved vandet"
		same(t, y.Update(cs[:1], []string{"it"}), x.Update(cs[:1], []string{"it"}))
	}
}

func TestADamagedSnapshotIsRefused(t *testing.T) {
	b := Build(town()).Encode()
	for _, bad := range [][]byte{nil, b[:3], b[:len(b)/2], append(bytes.Clone(b), 0), bytes.Repeat([]byte{7}, 100)} {
		if _, err := Load(bad); !errors.Is(err, ErrSnapshot) {
			t.Errorf("%d bytes: %v", len(bad), err)
		}
	}
	for i := range b {
		bad := bytes.Clone(b)
		bad[i] ^= 1 << (i % 8)
		if _, err := Load(bad); !errors.Is(err, ErrSnapshot) {
			t.Errorf("a flipped bit in byte %d: %v", i, err)
		}
	}
}

// FuzzSnapshot gives bytes a right check sum: whatever they are, they are
// refused or make an index that can be searched.
func FuzzSnapshot(f *testing.F) {
	whole := Build(town()).Encode()
	head := indexHead
	f.Add(whole[head : len(whole)-indexTail])
	f.Add([]byte{})
	for i := head; i < len(whole)-indexTail; i += 97 {
		b := bytes.Clone(whole[head : len(whole)-indexTail])
		b[i-head]++
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		b := append(bytes.Clone(whole[:head]), body...)
		b = append(binary.LittleEndian.AppendUint32(b, crc32.Checksum(b, castagnoli)), 0, 0, 0, 0)
		x, err := Load(b)
		if err != nil {
			if !errors.Is(err, ErrSnapshot) {
				t.Fatal(err)
			}
			return
		}
		for _, text := range []string{"", "strikkecafé i Ringsted", "gåtru", "kvindefo", "noget gratis om tirsdagen", "fodboldtræning"} {
			x.Search(context.Background(), Query{Text: text, Today: today, Origin: &Point{55.4, 11.7}})
		}
		x.Update(town()[:2], []string{"it"})
	})
}
