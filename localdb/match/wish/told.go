package wish

import (
	"sync"

	"github.com/faellesskabsby/vejviser/assets/words"
	"github.com/faellesskabsby/vejviser/localdb/match/danish"
)

// toldWords are the words with which people tell of how life is, folded.
var toldWords = sync.OnceValue(func() map[string]bool {
	out := map[string]bool{}
	danish.EachLine(words.Told, func(line string) {
		danish.Words(danish.Lower(line), func(w string) { out[danish.Fold(w)] = true })
	})
	return out
})

// ofLife says whether a word tells of how life is.
func (r *Reader) ofLife(t token) bool {
	return toldWords()[t.fold] || toldWords()[r.Danish.Base(t.fold)]
}

// tells are words of somebody who tells of themselves.
var tells = map[string]bool{"jeg": true, "mig": true, "vi": true, "os": true}

// wanting are words with which people say what they want, like or do.
var wanting = map[string]bool{
	"gerne": true, "lyst": true, "soeger": true, "leder": true, "laere": true, "laert": true, "elsker": true, "elskede": true, "interesserer": true, "interesseret": true,
	"findes": true, "hvor": true, "hvad": true, "oensker": true, "proeve": true, "vil": true, "droemt": true, "droemmer": true, "glad": true, "lide": true, "plejede": true,
	"plejer": true, "begyndt": true, "startet": true, "saette": true, "dyrke": true, "dyrker": true, "nogen": true, "andre": true, "noget": true, "spiller": true, "spillet": true,
}
