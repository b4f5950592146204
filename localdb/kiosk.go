package localdb

import (
	"errors"

	"github.com/faellesskabsby/vejviser/localdb/keys"
)

// Keys of the settings of a kiosk.
const (
	settingKioskPIN = "kiosk_pin" // what is kept of the PIN by which staff leave it
	// SettingKioskIdle is after how many seconds without a touch it is asked whether
	// anybody is there; "" is sixty.
	SettingKioskIdle = "kiosk_idle"
	// SettingKioskMotion is "still" where lists do not glide on.
	SettingKioskMotion = "kiosk_motion"
)

// KioskRole is the role of a device that has the public directory alone.
const KioskRole = "kiosk"

// Why a store may not be a kiosk's.
var (
	ErrKioskRole      = errors.New("localdb: the store is enrolled in another role than a kiosk's")
	ErrKioskReferrals = errors.New("localdb: the store holds what people did, which a kiosk may not")
)

// FitForKiosk says whether the store may stand behind a screen for everybody: the
// public directory alone, enrolled as a kiosk or not at all, and opened by nobody's
// PIN.
func (s *Store) FitForKiosk() error {
	e, err := s.Enrolment()
	if err != nil {
		return err
	}
	if e != nil && e.Role != KioskRole {
		return ErrKioskRole
	}
	who, err := s.People()
	if err != nil {
		return err
	}
	st, err := s.Status()
	if err != nil {
		return err
	}
	held := st.Referrals + st.Suggestions + st.Volunteers + st.Meetings + st.Sessions + st.Cards
	if who.Locked || held > 0 || e == nil && st.Waiting > 0 {
		return ErrKioskReferrals
	}
	return nil
}

// SetKioskPIN sets the PIN by which staff leave the kiosk; guesses begin anew.
// Errors: keys.ErrPINForm, keys.ErrPINEasy.
func (s *Store) SetKioskPIN(pin []byte) error {
	kept, err := keys.NewDoor(s.keyOptions(), pin)
	if err != nil {
		return err
	}
	return s.SetSetting(settingKioskPIN, kept)
}

// HasKioskPIN says whether one was set.
func (s *Store) HasKioskPIN() (bool, error) {
	kept, err := s.Setting(settingKioskPIN)
	return kept != "", err
}

// TryKioskPIN tries a PIN; nil is the right one. Errors: *keys.PINError,
// *keys.WaitError, keys.ErrPINForm, keys.ErrNoDoor.
func (s *Store) TryKioskPIN(pin []byte) error {
	kept, err := s.Setting(settingKioskPIN)
	if err != nil {
		return err
	}
	return keys.TryDoor(s.keyOptions(), kept, pin, func(now string) error { return s.SetSetting(settingKioskPIN, now) })
}
