package wish

import "slices"

// Who buys, hires or orders something does not look for company, whatever it is:
// "hvor kan jeg købe garn" is an errand, "hvor kan jeg strikke" is none. Who asks
// for a price, a form or opening hours runs an errand unless it is about something
// that communities do, which only a directory can tell: Reading.Inquires.

// trades are the acts that make an errand of what follows; true for nouns, of
// which it also stands before ("juletræ køb"). What was bought tells of a life
// ("vi har købt hus"), so that no past tense is among them.
var trades = map[string]bool{
	"koebe": false, "koeber": false, "koebes": false, "saelge": false, "saelger": false, "saelges": false, "leje": true, "lejer": false, "lejes": false,
	"udleje": false, "udlejes": false, "udlejning": true, "bestille": false, "bestiller": false, "bestilling": true, "booke": false, "booker": false, "booking": true,
	"koeb": true, "salg": true, "leasing": true, "lease": false, "opsige": false, "opsigelse": true, "returnere": false, "billet": true, "billetter": true, "billetterne": true, "forsikring": true, "buy": false, "sell": false, "rent": false,
}

// inquiries are the acts that make an errand of what is no topic of the directory.
var inquiries = map[string]bool{
	"pris": true, "priser": true, "gebyr": true, "gebyrer": true, "takst": true, "takster": true, "sats": true, "satser": true,
	"ansoegning": true, "ansoegningsskema": true, "ansoege": true, "ansoeger": true, "venteliste": true, "ventelister": true, "opskrivning": true,
	"aabningstid": true, "aabningstider": true, "aabningstiderne": true, "forny": true, "fornye": true, "fornyelse": true, "fornyet": true, "forlaenges": true,
	"tilladelse": true, "udbetaling": true, "udbetalt": true, "blanket": true, "laane": true, "laaner": true, "klage": true, "reklamation": true, "anmelde": true, "abonnement": true,
}

// asked are the acts that are one in a question: "hvad koster", "hvem klager jeg til".
var asked = map[string]bool{"koster": true, "klager": true, "lukker": true, "aabner": true, "ligger": true, "anmelder": true, "bestiller": true}

var questions = map[string]bool{"hvad": true, "hvor": true, "hvem": true, "hvornaar": true}

// helped are words with which it is no errand after all: what helps, what one
// cannot afford, and what one becomes a member of.
var helped = map[string]bool{
	"hjaelp": true, "hjaelpe": true, "hjaelper": true, "raad": true, "medlemskab": true, "medlem": true, "kontingent": true, "plads": true, "uden": true, "ikke": true, "stedet": true, "sammen": true, "ind": true,
}

// breaks are words with which something else begins.
var breaks = map[string]bool{"og": true, "men": true, "fordi": true, "samt": true, "eller": true, "saa": true}

// paperwork says how surely a compound is an errand by its last part.
type paperwork uint8

const (
	paper  paperwork = iota + 1 // unless a directory is about its first part
	ticket                      // in any case
)

// errandHeads are last parts of compounds of which no community is made, whatever
// the first part is: "biograftider", "fiskekort".
var errandHeads = map[string]paperwork{
	"tider": ticket, "priser": ticket, "billet": ticket, "kort": paper, "attest": paper, "tilladelse": paper, "bevis": paper, "gebyr": paper, "licens": paper,
	"abonnement": paper, "udlejning": paper, "forhandler": paper, "forsikring": paper,
	"anmeldelse": paper, "ansoegning": paper, "bestilling": paper, "levering": paper, "installation": paper, "montering": paper, "afgift": paper,
	"regning": paper, "konto": paper, "kontrakt": paper, "udbetaling": paper, "sats": paper, "tilskud": paper, "salon": paper,
	"hotel": paper, "liga": paper, "ligaen": paper, "vaccine": paper, "scanning": paper, "batteri": paper, "patron": paper,
	"laan": paper, "laege": paper, "opskrivning": paper, "blanket": paper, "rabat": paper, "kvittering": paper,
}

// noErrands are first parts with which it is none: a card is written, played or
// read, and who writes an application for a job can be helped.
var noErrands = map[string]bool{"job": true, "spille": true, "spil": true, "post": true, "jule": true, "land": true, "telefon": true, "tarot": true, "lykoensknings": true, "krop": true, "straf": true, "hunde": true}

// errandHead says whether a word is a compound of which no community is made.
func (r *Reader) errandHead(fold string) paperwork {
	if len(fold) < shortestPaper {
		return 0
	}
	cut := r.Danish.Split(fold, nil)
	if len(cut) < 2 || noErrands[cut[0]] {
		return 0
	}
	last := cut[len(cut)-1]
	return max(errandHeads[last], errandHeads[r.Danish.Base(last)])
}

// shortestPaper is the length of the shortest such compound.
const shortestPaper = 7

// errands looks for acts of trade and for inquiries.
func (r *Reader) errands(ts []token, out *Reading) {
	if slices.ContainsFunc(ts, func(t token) bool { return helped[t.fold] }) {
		return
	}
	question := false
	for i := range ts {
		t := &ts[i]
		question = question || questions[t.fold]
		if noun, ok := trades[t.fold]; ok && !(t.open && !r.Done) {
			if r.traded(ts, i, noun) {
				out.Terms = append(out.Terms, Term{Word: t.low, Weight: 1, Only: true, at: i})
				return
			}
			continue
		}
		if (ordered(ts, i) || lost(ts, i)) && r.traded(ts, 0, true) {
			out.Terms = append(out.Terms, Term{Word: t.low, Weight: 1, Only: true, at: i})
			return
		}
		if (inquiries[t.fold] || question && asked[t.fold]) && !(t.open && !r.Done) {
			out.Inquires = true
		}
		if !(t.open && !r.Done) && !t.lifted && !t.inside && !t.used {
			t.errand = r.errandHead(t.fold)
			out.Inquires = out.Inquires || t.errand > 0
		}
	}
}

// done are what one has done by others: "skal have klippet hunden". What is made
// or mended is none: that can be done together.
var done = map[string]bool{
	"klippet": true, "taget": true, "printet": true, "fornyet": true, "skiftet": true, "renset": true, "tjekket": true, "undersoegt": true, "maalt": true, "slebet": true,
	"trykt": true, "kopieret": true, "installeret": true, "monteret": true, "leveret": true, "fjernet": true, "vaccineret": true, "steriliseret": true, "neutraliseret": true,
	"chippet": true, "udbetalt": true, "godkendt": true, "underskrevet": true, "stemplet": true, "oversat": true, "vurderet": true, "synet": true, "toemt": true, "faeldet": true,
	"fotograferet": true, "registreret": true, "afmeldt": true, "opereret": true, "boret": true, "tapetseret": true,
}

// ordered says whether the word at i is what somebody has to have done.
func ordered(ts []token, i int) bool {
	if !done[ts[i].fold] {
		return false
	}
	for k := i - 1; k > 0 && k >= i-4; k-- {
		if ts[k].fold == "have" || ts[k].fold == "faa" {
			return modals[ts[k-1].fold] || k > 1 && modals[ts[k-2].fold]
		}
	}
	return false
}

// gone are what happens to a thing, and to nothing else.
var gone = map[string]bool{"stjaalet": true, "tyveri": true}

// mislaid are what happens to a thing where its name follows: "glemt min taske".
var mislaid = map[string]bool{"tabt": true, "glemt": true, "fundet": true}

// lost says whether something was lost or found at i.
func lost(ts []token, i int) bool {
	return gone[ts[i].fold] || mislaid[ts[i].fold] && i+2 < len(ts) && i > 0 && ts[i-1].fold == "har" && (whose[ts[i+1].fold] || articles[ts[i+1].fold]) && !toldWords()[ts[i+2].fold]
}

// traded says whether the act at i is all that the text is about: nothing is
// named outside what is traded.
func (r *Reader) traded(ts []token, i int, noun bool) bool {
	from, to := i, i+1
	for to < len(ts) && !breaks[ts[to].fold] {
		to++
	}
	for noun && from > 0 && !breaks[ts[from-1].fold] {
		from--
	}
	for k := range ts {
		t := &ts[k]
		if (k >= from && k < to) || t.stop || (t.used && !t.weak) || (t.used && !t.inside && !t.lifted) {
			continue
		}
		if t.lifted || t.inside || !r.Danish.Language().Faint(t.fold) {
			return false
		}
	}
	return true
}
