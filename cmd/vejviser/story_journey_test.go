//go:build window

package main

import (
	"strings"
	"testing"
	"time"
)

const keySpace = ' '

const alone = "jeg er ny i byen og vil gerne gå ture om formiddagen, men tør ikke gå alene"

// One citizen, three people, and a hub that is away while each of them works: shown
// at the library with somebody to go along, arranged by the guide, carried out, the
// slip typed in at the desk, welcomed, still coming after four weeks.
func TestStoryJourney(t *testing.T) {
	st := newStory(t, "story", true)
	desk, guide := st.desk, st.guide
	code := st.shownAndArranged("1")

	st.later(1) // the day of the agreement
	if st.clock {
		guide.page('3')
		guide.keys(keyDown)
		guide.shot("did-they-go")
		guide.keys('1')
	} else {
		guide.keys('3') // said before its day
	}
	guide.shot("carried-out")

	st.later(3)
	desk.comesBack(code, "slip")
	desk.keys('1')
	desk.shot("welcomed")

	st.later(28)
	desk.comesBack(code, "four-weeks")
	desk.keys('1')
	desk.shot("still-coming")

	st.coordinator.open()
	for i, page := range []string{"communities", "readiness"} {
		st.coordinator.page(rune('1' + i))
		st.coordinator.shot(page)
	}
	st.sameEverywhere(code, "still_coming", "shown accompaniment_wanted arranged carried_out welcomed still_coming")
}

// It falls through: the citizen stands on the list again, first, and gets another
// companion.
func TestStoryFellThrough(t *testing.T) {
	st := newStory(t, "fell", false)
	desk, guide := st.desk, st.guide
	code := st.shownAndArranged("1")
	st.hub.stop()
	before := desk.looks()
	guide.keys('1')
	guide.shot("fell-through")
	st.hub.start()
	desk.hears("what fell through", before)
	desk.shot("on-the-list-again")
	guide.keys('2')
	guide.shot("another-companion")
	before = desk.looks()
	guide.keys(keyReturn)
	guide.shot("arranged-again")
	desk.hears("the new companion", before)
	desk.shot("arranged-again")
	st.sameEverywhere(code, "arranged", "shown accompaniment_wanted arranged fell_through arranged")
}

// There was no room: the desk shows another community, the new sheet has a code of
// its own that is tied to the first by nothing but the citizen's slip.
func TestStoryNoRoom(t *testing.T) {
	st := newStory(t, "room", false)
	desk := st.desk
	desk.open()
	code := desk.shows("strik", false)
	st.hub.stop()
	desk.comesBack(code, "slip")
	desk.keys('2')
	desk.shot("no-room")
	desk.comesBack(code, "offer-another")
	desk.keys('1')
	desk.shot("counter")
	next := desk.shows("kor", false)
	desk.comesBack(next, "the-next")
	st.hub.start()
	desk.comesBack(code, "the-first")
	st.sameEverywhere(code, "no_room", "shown no_room")
	st.sameEverywhere(next, "shown", "shown")
	for _, r := range []*role{st.desk, st.guide} {
		dump := vejvis(t, "dump", "--data", r.dir)
		for _, want := range []string{`"previous_code":"` + code, `"instead":[`} {
			if !strings.Contains(dump, want) {
				t.Errorf("%s does not hold %s", r.who, want)
			}
		}
	}
}

// Nobody knows how it went: that stays in sight, and is asked again.
func TestStoryUnknown(t *testing.T) {
	st := newStory(t, "unknown", false)
	desk := st.desk
	desk.open()
	code := desk.shows("strik", false)
	desk.comesBack(code, "slip")
	desk.keys('5')
	desk.shot("unclear")
	st.later(8)
	desk.page('2')
	desk.shot("asked-again")
	desk.comesBack(code, "asked-again")
	desk.keys('1')
	desk.shot("known-now")
	st.sameEverywhere(code, "welcomed", "shown unknown welcomed")
}

// shownAndArranged is the beginning of the story: the desk shows the way while the hub
// is away, the guide finds a companion – the nth of the list – while it is away again,
// and the desk hears of it. Desk and guide are left at Opfølgning and Følgeskab.
func (st *story) shownAndArranged(nth string) string {
	desk, guide := st.desk, st.guide
	guide.open()
	guide.page('3')
	guide.shot("nobody-waits")
	nobody := guide.looks()
	st.hub.stop()
	desk.open()
	code := desk.shows(alone, true)
	desk.page('2')
	desk.shot("not-sent")
	waits := desk.looks()
	st.hub.start()
	guide.hears("the one who waits", nobody)
	guide.shot("somebody-waits")
	time.Sleep(time.Second) // the desk has its answer

	st.hub.stop()
	guide.keys(keyDown)
	guide.shot("who-can-go")
	for _, r := range nth {
		guide.keys(sym(r))
	}
	guide.shot("plan")
	guide.keys(keyReturn)
	guide.shot("agreed")
	st.hub.start()
	desk.hears("the agreement", waits)
	desk.shot("agreed")
	return code
}

// shows is one vejvisning at the counter by keyboard alone; along is that the citizen
// wishes for somebody to go with them, in the forenoon.
func (r *role) shows(sentence string, along bool) string {
	r.typeText(sentence)
	r.settle()
	r.shot("found")
	r.keys(keyReturn)
	if along {
		r.ctrl('b')
		r.settle()
		r.backTab() // from the name to what stands above it
		r.keys(keySpace)
		r.shot("wants-somebody-along")
		for range 8 {
			r.press(keyTab)
		}
		r.keys(keySpace)
		r.shot("when")
	}
	r.ctrl('s')
	code := r.sheet()
	r.shot("recorded")
	r.keys(keyEscape)
	return code
}

// comesBack types a code as it stands on a slip.
func (r *role) comesBack(code, what string) {
	r.page('2')
	r.ctrl('k')
	r.typeText(code)
	r.keys(keyReturn)
	r.shot(what)
}
