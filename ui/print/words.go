package print

import (
	"strconv"
	"strings"

	"github.com/faellesskabsby/vejviser/localdb/clean"
)

// maxWords is how many recovery words a page has room for.
const maxWords = 24

// RecoveryWords makes the page with the words that open a PC where no PIN does. It
// says nothing of which PC, nor when: who finds it knows of nothing that it opens.
func RecoveryWords(words, language string) ([]byte, error) {
	_, out, err := recoveryWords(words, language)
	return out, err
}

func recoveryWords(words, language string) (*job, []byte, error) {
	return produce(Sheet{Language: language}, 210, 297, "paper.words.file", func(j *job) error {
		l := j.leaf(j.say.T("paper.words.title"))
		l.text(j.say.T("paper.words.lead"))
		l.f.y += 6
		list := l.root.add("L")
		big := style{size: 22, lead: 32, weight: bold, colour: ink}
		all := strings.Fields(clean.Line(words, 1000))
		for i, w := range all[:min(len(all), maxWords)] {
			li := list.add("LI")
			n := j.paragraph(li.add("Lbl"), []span{{text: strconv.Itoa(i + 1)}}, big.in(quiet), 18)
			l.f.put(beside(n, j.paragraph(li.add("LBody"), []span{{text: w}}, big, l.f.w-20), 20)...)
		}
		keep := l.part(j.say.T("paper.words.keep"))
		l.ticks(keep, []string{j.say.T("paper.words.keep_locked"), j.say.T("paper.words.keep_apart"), j.say.T("paper.words.keep_replace")})
		l.count()
		return nil
	})
}
