package wish

import (
	"hash/crc32"
	"sync"

	"github.com/faellesskabsby/vejviser/assets/words"
	"github.com/faellesskabsby/vejviser/localdb/match/danish"
)

// packFormat is raised when packed lists change their form, or what is read out of the same text.
const packFormat = 2

// Print tells apart the word lists that make different rules and fields.
var Print = sync.OnceValue(func() uint64 {
	table := crc32.MakeTable(crc32.Castagnoli)
	forms := crc32.Checksum(words.Forms, table)
	sum := uint32(packFormat)
	for _, s := range []string{words.FormRules, words.Irregular, words.Related, words.Stop, words.Faint, words.Heads, words.Wishes, words.LayWords, words.Fields, words.Together} {
		sum = crc32.Update(sum, table, []byte(s))
		sum = crc32.Update(sum, table, []byte{0})
	}
	return uint64(forms)<<32 | uint64(sum)
})

// BuiltIn gives the rules and the fields that are built in: as they were packed,
// or from their text where that was changed since.
func BuiltIn(l *danish.Language) (*Rules, *Fields, error) {
	rules, err := OpenRules(words.RulesPacked, Print())
	if err == nil {
		var fields *Fields
		if fields, err = OpenFields(words.FieldsPacked, Print()); err == nil {
			return rules, fields, nil
		}
	}
	return ReadBuiltIn(l)
}

// ReadBuiltIn reads the rules and the fields that are built in from their text.
func ReadBuiltIn(l *danish.Language) (*Rules, *Fields, error) {
	rules, err := ParseRules(l, words.Wishes, words.LayWords)
	if err != nil {
		return nil, nil, err
	}
	fields, err := ParseFields(l, words.Fields+"\n"+words.Together)
	return rules, fields, err
}
