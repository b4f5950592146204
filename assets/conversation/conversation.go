// Package conversation holds the help for talking about communities: what a
// desk worker can say, ask and leave unsaid, one file an arena and language.
//
// The texts follow the method of DESIGN §1: readiness (know and begin), showing
// the way (show, and offer to go along) and welcome (say what awaits, and end
// well when the answer is no). They label nobody: they speak of days, places and
// things to do. The package knows no screen.
package conversation

import (
	"embed"
	"fmt"
	"slices"

	"github.com/go-json-experiment/json"
)

//go:embed da/*.json en/*.json
var files embed.FS

// Languages lists the languages in which every arena is written.
var Languages = []string{"da", "en"}

// IDs lists the arenas in the order in which they are shown.
var IDs = []string{"housing", "library", "job", "health", "loss", "parents", "nobody"}

// Arena is one situation in which a talk about communities can begin.
type Arena struct {
	ID        string   `json:"-"`
	Title     string   `json:"title"`
	When      string   `json:"when"`       // when one is in it, and what is special about it
	Ready     []string `json:"ready"`      // advice before the talk
	Openings  []string `json:"openings"`   // sentences to say
	FollowUps []string `json:"follow_ups"` // questions to ask
	Listening []string `json:"listening"`  // advice for hearing what is said
	Showing   []string `json:"showing"`    // advice for showing the way
	Accompany []string `json:"accompany"`  // sentences that offer somebody to go along
	Welcome   []string `json:"welcome"`    // advice about the first time and after
	Closing   []string `json:"closing"`    // sentences to part with when the answer is yes
	Avoid     []Avoid  `json:"avoid"`
	WhenNo    []string `json:"when_no"` // sentences to end well with
}

// Avoid is a sentence that closes a talk, and why.
type Avoid struct {
	Say string `json:"say"`
	Why string `json:"why"`
}

// Arenas gives every arena in a language ("da" or "en"); any other gives Danish.
func Arenas(lang string) ([]Arena, error) {
	if !slices.Contains(Languages, lang) {
		lang = Languages[0]
	}
	out := make([]Arena, 0, len(IDs))
	for _, id := range IDs {
		b, err := files.ReadFile(lang + "/" + id + ".json")
		if err != nil {
			return nil, fmt.Errorf("conversation: %w", err)
		}
		a := Arena{ID: id}
		if err := json.Unmarshal(b, &a, json.RejectUnknownMembers(true)); err != nil {
			return nil, fmt.Errorf("conversation: %s/%s: %w", lang, id, err)
		}
		out = append(out, a)
	}
	return out, nil
}
