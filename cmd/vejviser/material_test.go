package main

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/assets/translations"
	"github.com/faellesskabsby/vejviser/localdb/directory"
)

// Whatever the dialog offers can be made, in each of its languages and sizes.
func TestEverythingThatIsOfferedCanBeMade(t *testing.T) {
	a, settle := screenless(t, t.TempDir())
	t.Cleanup(func() { a.end() })
	a.begin()
	settle("the pages", func() bool { return a.shell != nil && a.library.finder() != nil })
	var ids []string
	if err := a.store.EachCommunity(func(c *directory.Community) error { ids = append(ids, c.ID); return nil }); err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return time.Date(2026, 11, 23, 10, 0, 0, 0, directory.Copenhagen) }
	doc := materialOf(a.store, "da", append(ids[:2:2], "01936b1e-0000-7000-8000-000000000000"), now)
	for _, sheet := range doc.Choices[0].Options {
		for _, c := range doc.Choices[1:] {
			chosen := map[string]string{}
			for _, x := range doc.Choices {
				chosen[x.Key] = x.Value
			}
			chosen["sheet"] = sheet.Value
			if c.When != nil && !c.When(chosen) {
				continue
			}
			for _, o := range c.Options {
				if sheet.Value != "a4" && c.Key == "citizens" && o.Value != translations.Sheets[len(translations.Sheets)-1] {
					continue
				}
				chosen[c.Key] = o.Value
				pdf, err := doc.Make(context.Background(), chosen, func(float32) {})
				if err != nil || !bytes.HasPrefix(pdf, []byte("%PDF-")) {
					t.Errorf("%v: %v", chosen, err)
				}
			}
		}
	}
	many := materialOf(a.store, "da", ids, now)
	chosen := map[string]string{"sheet": "a4", "citizens": "da"}
	if len(ids) > maxHandout {
		if _, err := many.Make(context.Background(), chosen, nil); err == nil || many.Says(err) == "" {
			t.Error("a sheet of a whole directory:", err)
		}
	}
}
