package record

import (
	"slices"
	"testing"

	"github.com/go-json-experiment/json"
	"pgregory.net/rapid"
)

func some() *rapid.Generator[Record] {
	return rapid.Custom(func(t *rapid.T) Record {
		r := Record{
			Kind: rapid.SampledFrom([]Kind{Community, Organiser, Referral, Gap}).Draw(t, "kind"),
			ID:   rapid.StringMatching(`[0-9a-f]{8}`).Draw(t, "id"), Seq: rapid.Uint64Range(1, 1<<40).Draw(t, "seq"),
			In: Tokens(rapid.SliceOfN(rapid.SampledFrom([]string{"ringsted", "sorø", "o-a", "-", ""}), 0, 4).Draw(t, "in")...),
		}
		b, err := json.Marshal(map[string]string{"name": rapid.String().Draw(t, "name")})
		if err != nil {
			t.Fatal(err)
		}
		r.Body = b
		return r
	})
}

func TestADigestIsOfTheSetWhateverTheOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.SliceOfN(some(), 0, 12).Draw(t, "records")
		var forth, back, less Digest
		for i := range all {
			forth = forth.Add(Sum(&all[i]))
		}
		for i := range slices.Backward(all) {
			back = back.Add(Sum(&all[i]))
		}
		if forth != back || forth.Count != uint64(len(all)) {
			t.Fatal(forth, back)
		}
		less = forth
		for i := range all {
			less = less.Sub(Sum(&all[i]))
		}
		if less != (Digest{}) {
			t.Fatal(less)
		}
		text, err := json.Marshal(forth)
		if err != nil {
			t.Fatal(err)
		}
		var again Digest
		if err := json.Unmarshal(text, &again); err != nil || again != forth {
			t.Fatal(again, err)
		}
	})
}

func TestADigestSeesWhatCountsAndNothingElse(t *testing.T) {
	r := Record{Kind: Community, ID: "a", Seq: 4, In: []string{"ringsted"}, Body: []byte(`{"name":"Kor"}`), Op: "x"}
	same := r
	same.Seq, same.Op, same.Device, same.Left = 900, "y", "d", []string{"sorø"}
	if Sum(&same) != Sum(&r) {
		t.Error("a restored log gives other sequences: the digest must not see them")
	}
	for name, change := range map[string]func(*Record){
		"kind": func(r *Record) { r.Kind = Organiser }, "id": func(r *Record) { r.ID = "b" },
		"body": func(r *Record) { r.Body = []byte(`{"name":"Kar"}`) }, "tokens": func(r *Record) { r.In = []string{"sorø"} },
		"more tokens":        func(r *Record) { r.In = []string{"ringsted", "sorø"} },
		"parts run together": func(r *Record) { r.ID, r.Body = `a{"name":`, []byte(`"Kor"}`) },
	} {
		other := r
		change(&other)
		if Sum(&other) == Sum(&r) {
			t.Errorf("another %s is not seen", name)
		}
	}
	r.Deleted = true
	if Sum(&r) != (Digest{}) {
		t.Error("a tombstone counts")
	}
	var d Digest
	for _, bad := range []string{"", "00", "zz" + string(make([]byte, 78)), string(make([]byte, 160))} {
		if d.UnmarshalText([]byte(bad)) == nil {
			t.Errorf("%q is taken for a digest", bad)
		}
	}
}

func TestACoarseBucketIsTheSumOfFineOnes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var ds Digests
		for _, r := range rapid.SliceOfN(some(), 0, 30).Draw(t, "records") {
			b := Bucket(r.ID)
			ds[b] = ds[b].Add(Sum(&r))
		}
		for _, n := range []int{16, 64, Buckets} {
			var sum Digest
			for i := range n {
				sum = sum.Add(ds.Of(i, n))
			}
			if sum != ds.Root() {
				t.Fatal(n)
			}
		}
	})
	for n, want := range map[int]int{0: 16, 4000: 16, 4001: 64, 40000: 64, 40001: 256} {
		if got := Division(n); got != want {
			t.Errorf("%d records in %d buckets", n, got)
		}
	}
}

func TestAFeedHasWhatItSays(t *testing.T) {
	for _, c := range []struct {
		f    Feed
		k    Kind
		in   []string
		want bool
	}{
		{"dir", Community, []string{"-"}, true}, {"dir", Ambassador, nil, false}, {"dir/ringsted", Organiser, []string{"ringsted", "sorø"}, true},
		{"dir/ringsted", Community, []string{"sorø"}, false}, {"case/o-a", Event, []string{"o-a"}, true}, {"case/o-a", Referral, []string{"o-b"}, false},
		{"admin", Device, []string{"-"}, false}, {"", Community, nil, false}, {"dir", "hologram", nil, false}, {"", "hologram", nil, false},
	} {
		if got := c.f.Has(c.k, c.in); got != c.want {
			t.Errorf("%s has %s in %v: %v", c.f, c.k, c.in, got)
		}
	}
	for _, c := range [][2]string{{"Høje-Taastrup", "høje-taastrup"}, {" Ringsted  Kommune ", "ringsted-kommune"}, {"", "-"}, {"--", "-"}, {"Ærø", "ærø"}} {
		if got := Area(c[0]); got != c[1] {
			t.Errorf("%q is %q, want %q", c[0], got, c[1])
		}
	}
	if Organisation("") != Nowhere || Organisation("Ringsted Bibliotek") != "o-ringsted-bibliotek" {
		t.Error(Organisation(""), Organisation("Ringsted Bibliotek"))
	}
	if got := Tokens("b", "", "a", "-", "b"); !slices.Equal(got, []string{"a", "b"}) {
		t.Error(got)
	}
	if got := Tokens("-", ""); !slices.Equal(got, []string{"-"}) {
		t.Error(got)
	}
	for _, f := range Families {
		if FeedOf(f, "") != Feed(f) || FeedOf(f, "x") != Feed(f)+"/x" {
			t.Error(f)
		}
	}
}

func TestARecordKeepsWhatIsUnknown(t *testing.T) {
	in := `{"kind":"community","id":"a","seq":7,"in":["ringsted"],"body":{"name":"Kor"},"later":{"x":1}}`
	var r Record
	if err := json.Unmarshal([]byte(in), &r); err != nil {
		t.Fatal(err)
	}
	out, err := json.Marshal(r)
	if err != nil || string(out) != in {
		t.Errorf("%s %v", out, err)
	}
}
