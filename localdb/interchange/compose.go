package interchange

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/faellesskabsby/vejviser/localdb/directory"
)

// writeMorePlaces writes the places after the first, one a line.
func writeMorePlaces(c *directory.Community) string {
	var out []string
	for i := 1; i < len(c.Places); i++ {
		p := c.Places[i]
		var parts []string
		for _, s := range []string{p.Name, p.Address, strings.TrimSpace(p.Postcode + " " + p.City)} {
			if s != "" {
				parts = append(parts, s)
			}
		}
		if len(parts) > 0 {
			out = append(out, strings.Join(parts, ", "))
		}
	}
	return strings.Join(out, "\n")
}

func (w *cellWriter) setMorePlaces(v string) {
	if v == "" {
		if len(w.c.Places) > 1 {
			w.c.Places = w.c.Places[:1]
		}
		return
	}
	first := *place(w.c)
	w.c.Places = []directory.Place{first}
	for _, l := range strings.FieldsFunc(v, func(r rune) bool { return r == '\n' || r == ';' }) {
		if l = strings.TrimSpace(l); l == "" {
			continue
		}
		p := directory.Place{}
		rest, code, city := splitAddress(l)
		p.Postcode, p.City = code, city
		if name, address, both := strings.Cut(rest, ", "); both {
			p.Name, p.Address = name, address
		} else if strings.ContainsAny(rest, "0123456789") {
			p.Address = rest
		} else {
			p.Name = rest
		}
		w.c.Places = append(w.c.Places, p)
	}
}

var endsInTown = regexp.MustCompile(`^(.*?)[,;]?\s*\b(\d{4})\s+(\p{L}[\p{L} .\-]*)$`)

// splitAddress parts "Storegade 4, 4100 Ringsted".
func splitAddress(v string) (address, postcode, city string) {
	if m := endsInTown.FindStringSubmatch(strings.TrimSpace(v)); m != nil {
		return strings.TrimSpace(m[1]), m[2], strings.TrimSpace(m[3])
	}
	return v, "", ""
}

// compose brings cells that say one thing in several columns together.
func compose(cells map[string]string) {
	has := func(f string) bool { _, ok := cells[f]; return ok }
	if v := cells["places.town"]; has("places.town") {
		m := regexp.MustCompile(`^(?:DK-?\s?)?(\d{4})\s*(.*)$`).FindStringSubmatch(v)
		if m != nil {
			setIfEmpty(cells, "places.postcode", m[1])
			setIfEmpty(cells, "places.city", strings.TrimSpace(m[2]))
		} else {
			setIfEmpty(cells, "places.city", v)
		}
	}
	if a, code, city := splitAddress(cells["places.address"]); code != "" && cells["places.postcode"] == "" && cells["places.city"] == "" {
		cells["places.address"], cells["places.postcode"], cells["places.city"] = a, code, city
	}
	if has("schedule.weekday") || has("schedule.from") || has("schedule.to") || has("schedule.time") {
		cells["schedule"] = joinTime(cells)
	}
	if has("audience.min_age") || has("audience.max_age") {
		lo, hi := cells["audience.min_age"], cells["audience.max_age"]
		switch {
		case cells["audience.age"] != "" || lo == "" && hi == "":
			setIfEmpty(cells, "audience.age", "")
		case hi == "":
			cells["audience.age"] = strings.TrimSuffix(lo, "+") + "+"
		case lo == "":
			cells["audience.age"] = "0-" + hi
		default:
			cells["audience.age"] = lo + "-" + hi
		}
	}
	// "En frivillig henter dig": somebody goes along, and this is how.
	if a := cells["accompaniment"]; a != "" {
		if _, ok := readYes(a); !ok {
			cells["accompaniment"] = wordFor("answer", "yes")
			cells["accompaniment.how"] = joinNonEmpty("; ", a, cells["accompaniment.how"])
		}
	}
	if w, ok := cells["contact.web"]; ok && w != "" && !strings.Contains(w, "://") && !strings.HasPrefix(w, "www.") && strings.Contains(w, "@") && cells["contact.email"] == "" {
		cells["contact.email"], cells["contact.web"] = w, ""
	}
}

func setIfEmpty(cells map[string]string, field, v string) {
	if cells[field] == "" {
		cells[field] = v
	}
}

// joinTime makes one text of the columns of day and time. What stands under
// "Tidspunkt" may be the whole of it or, beside a column "Ugedag", the clock
// times of that day alone: it is joined to the day where only that can be read.
func joinTime(cells map[string]string) string {
	whole, parts := cells["schedule"], composeTime(cells)
	if whole == "" || parts == "" {
		return whole + parts
	}
	alone, unread := readSchedule(whole)
	if cells["schedule.weekday"] != "" && len(unread) > 0 {
		joined := joinNonEmpty(" ", parts, whole)
		if _, unread := readSchedule(joined); len(unread) == 0 {
			return joined
		}
	}
	if day, _ := readSchedule(parts); len(unread) == 0 && len(day) == 1 && day[0].From == "" {
		for _, s := range alone {
			if s.Weekday != 0 && s.Weekday == day[0].Weekday {
				return whole // it names the same day once more
			}
		}
	}
	return whole + "; " + parts
}

func composeTime(cells map[string]string) string {
	day := strings.NewReplacer(";", ",", "\n", ", ").Replace(strings.TrimSpace(cells["schedule.weekday"]))
	time := strings.TrimSpace(cells["schedule.time"])
	if from, to := cells["schedule.from"], cells["schedule.to"]; from != "" {
		span := clockCell(from)
		if to != "" {
			span += "-" + clockCell(to)
		}
		time = strings.TrimSpace(time + " " + span)
	}
	return strings.TrimSpace(day + " " + time)
}

// clockCell takes the seconds off a clock time that a spreadsheet wrote.
func clockCell(v string) string {
	v = strings.TrimSpace(v)
	if len(v) == 8 && v[2] == ':' && v[5:] == ":00" || len(v) == 7 && v[1] == ':' && v[4:] == ":00" {
		return v[:len(v)-3]
	}
	return v
}

// sentences parts a cell into the sentences of "the first time": its lines, else its sentences.
func sentences(v string) []string {
	if strings.Contains(v, "\n") {
		var out []string
		for _, l := range strings.Split(v, "\n") {
			if l = strings.TrimSpace(l); l != "" {
				out = append(out, l)
			}
		}
		return out
	}
	var out []string
	begin := 0
	for i := 0; i+2 < len(v); i++ {
		// "kl. 10" and "f.eks. en" do not end a sentence: the next begins with a capital.
		if v[i] != '.' || v[i+1] != ' ' {
			continue
		}
		next, _ := utf8.DecodeRuneInString(strings.TrimLeft(v[i+1:min(len(v), i+12)], " "))
		if !unicode.IsUpper(next) {
			continue
		}
		out = append(out, strings.TrimSpace(v[begin:i+1]))
		begin = i + 1
	}
	if rest := strings.TrimSpace(v[begin:]); rest != "" {
		out = append(out, rest)
	}
	return out
}
