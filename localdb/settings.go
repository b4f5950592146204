package localdb

import (
	"errors"
	"strconv"

	"github.com/dgraph-io/badger/v4"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/journal"
	"github.com/faellesskabsby/vejviser/localdb/privacy"
)

// Keys of settings. Others may be used; these are the ones that more than one
// package must agree on.
const (
	SettingDesk         = "desk"         // name of the desk, as printed: "Ringsted Bibliotek"
	SettingDeskPhone    = "desk_phone"   // its telephone number, as sheets tell it
	SettingOrganisation = "organisation" // whose desk it is
	SettingMunicipality = "municipality"
	SettingPublicURL    = "public_url" // where the communities' public pages are
	SettingTextSize     = "text_size"  // per cent
	SettingContrast     = "contrast"   // "" or "high"
	SettingLanguage     = "language"   // of the screens, "da" or "en"
	SettingSheet        = "sheet"      // layout printed last: a4 a5 large
	SettingPrinter      = "printer"
	SettingLat          = "lat" // where the desk is, degrees, WGS 84, with a full stop
	SettingLon          = "lon"
	// SettingHub is the address of the hub this machine is enrolled at; "" is none.
	// On an enrolled machine the directory comes from there and Import refuses.
	SettingHub = "hub"
	// SettingLockAfter is after how many minutes without a key or a click a PC that
	// people share by PIN is locked: "1" to "15"; "" is three.
	SettingLockAfter = "lock_after"
)

// maxSetting is how long a setting's value may be, in bytes.
const maxSetting = 4 << 10

// maxSettingKey is how long a setting's key may be, in bytes.
const maxSettingKey = 200

// Setting gives a setting, "" where it was never made.
func (s *Store) Setting(key string) (string, error) {
	if err := s.begin(); err != nil {
		return "", err
	}
	defer s.end()
	var value string
	err := s.read(func(txn *badger.Txn) error {
		_, b, err := getValue(txn, []byte(spaceSetting+key))
		if errors.Is(err, badger.ErrKeyNotFound) {
			return nil
		}
		value = string(b)
		return err
	})
	return value, err
}

// SetSetting keeps a setting; "" removes it. It may hold no CPR number, and as
// there is nobody to ask, nothing that may be one either.
func (s *Store) SetSetting(key, value string) error {
	if err := s.begin(); err != nil {
		return err
	}
	defer s.end()
	switch {
	case key == "":
		return &directory.RefusedError{Field: "key", Reason: "empty"}
	case len(key) > maxSettingKey:
		return &directory.RefusedError{Field: "key", Reason: "too_long"}
	case len(value) > maxSetting:
		return &directory.RefusedError{Field: key, Reason: "too_long"}
	}
	if isCard([]byte(value)) {
		return &directory.RefusedError{Field: key, Reason: "not_allowed"}
	}
	if f := privacy.CheckCPR(value, directory.DayOf(s.o.Now())); f.Verdict != privacy.Pass {
		return &CPRError{Ask: f.Verdict == privacy.Ask, Start: f.Start, End: f.End}
	}
	if old, err := s.Setting(key); err != nil || old == value {
		return err
	}
	op, err := s.newOp(opSetting, s.now(), setting{key, value})
	if err != nil {
		return err
	}
	err = s.act(func(*badger.Txn) error { return nil }, []journal.Op{op}...)
	if err == nil {
		s.feed.send(Change{"setting", key})
	}
	return err
}

// isCard says that a value is a contact card written out: cards have a place of
// their own, where they end by themselves.
func isCard(b []byte) bool {
	ms, err := membersOf(b)
	return err == nil && (ms.get("first_name") != nil || ms.get("box") != nil)
}

// Desk is where a store stands: what is printed on its sheets, and the place
// from which distances are counted (degrees, WGS 84).
type Desk struct {
	Name, Organisation, Municipality string
	Lat, Lon                         float64
}

// SettleIn makes the settings of a desk in one go.
func (s *Store) SettleIn(d Desk) error {
	degrees := func(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
	for _, kv := range [][2]string{
		{SettingDesk, d.Name}, {SettingOrganisation, d.Organisation}, {SettingMunicipality, d.Municipality},
		{SettingLat, degrees(d.Lat)}, {SettingLon, degrees(d.Lon)},
	} {
		if err := s.SetSetting(kv[0], kv[1]); err != nil {
			return err
		}
	}
	return nil
}
