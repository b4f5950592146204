package interchange

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json"

	"github.com/faellesskabsby/vejviser/localdb/clean"
	"github.com/faellesskabsby/vejviser/localdb/directory"
)

// setAside takes a value that may not stand in a field out of it and keeps it
// beside, as the unknown member "imported_<field>" of the same object; so it is
// exported with the record, and a confidential place takes its own along. A text
// that is too long is shortened and kept in full. It gives the code for the note.
func setAside(c *directory.Community, p *directory.RefusedError) (string, error) {
	b, err := json.Marshal(c)
	if err != nil {
		return "", fmt.Errorf("interchange: %w", err)
	}
	var doc map[string]any
	if err := json.Unmarshal(b, &doc); err != nil {
		return "", fmt.Errorf("interchange: %w", err)
	}
	note := "set_aside"
	switch {
	case p.Reason == "too_long":
		note = "shortened"
		shorten(doc, p.Field)
	case p.Reason == "too_many" || p.Reason == "too_many_sentences":
		note = "shortened"
		cutList(doc, p.Field)
	default:
		remove(doc, p.Field)
	}
	if b, err = json.Marshal(doc, json.Deterministic(true)); err != nil {
		return "", fmt.Errorf("interchange: %w", err)
	}
	var out directory.Community
	if err := json.Unmarshal(b, &out); err != nil {
		return "", fmt.Errorf("interchange: %s: %w", p.Field, err)
	}
	*c = out
	return note, nil
}

// find walks to the object that holds a field such as places[0].postcode; index
// is the place in a list that the field ends with, or -1.
func find(doc map[string]any, field string) (parent map[string]any, key string, index int) {
	parent = doc
	parts := strings.Split(field, ".")
	for i, part := range parts {
		key, index = part, -1
		if at := strings.IndexByte(part, '['); at > 0 {
			n, err := strconv.Atoi(strings.Trim(part[at:], "[]"))
			if err != nil {
				return nil, "", -1
			}
			key, index = part[:at], n
		}
		if i == len(parts)-1 {
			return parent, key, index
		}
		next := parent[key]
		if list, ok := next.([]any); ok && index >= 0 && index < len(list) {
			next = list[index]
		}
		m, ok := next.(map[string]any)
		if !ok {
			return nil, "", -1
		}
		parent = m
	}
	return nil, "", -1
}

func keepBeside(parent map[string]any, key string, value any) {
	parent["imported_"+key] = value
}

// alsoBeside keeps one more value beside, once.
func alsoBeside(parent map[string]any, key string, value any) {
	kept, _ := parent["imported_"+key].([]any)
	if !slices.ContainsFunc(kept, func(x any) bool { return reflect.DeepEqual(x, value) }) {
		keepBeside(parent, key, append(kept, value))
	}
}

func remove(doc map[string]any, field string) {
	parent, key, index := find(doc, field)
	if parent == nil {
		return
	}
	if index < 0 {
		keepBeside(parent, key, parent[key])
		delete(parent, key)
		return
	}
	list, ok := parent[key].([]any)
	if !ok || index >= len(list) {
		return
	}
	alsoBeside(parent, key, list[index])
	parent[key] = append(list[:index:index], list[index+1:]...)
}

func shorten(doc map[string]any, field string) {
	parent, key, index := find(doc, field)
	if parent == nil {
		return
	}
	most := directory.MaxLine
	switch key {
	case "summary", "description", "how":
		most = directory.MaxText
	}
	if index < 0 {
		if s, ok := parent[key].(string); ok {
			keepBeside(parent, key, s)
			parent[key] = cutText(s, most)
		}
		return
	}
	if list, ok := parent[key].([]any); ok && index < len(list) {
		if s, ok := list[index].(string); ok {
			alsoBeside(parent, key, s)
			list[index] = cutText(s, most)
		}
	}
}

// cutText shortens a text at the end of a sentence, else of a word.
func cutText(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	head := clean.Text(s, most-1)
	for _, end := range []string{"\n", ". ", " "} {
		if at := strings.LastIndex(head, end); at > len(head)*2/3 {
			return strings.TrimSpace(head[:at+len(strings.TrimRight(end, " \n"))])
		}
	}
	return head
}

// cutList keeps as much of a list as a record may hold.
func cutList(doc map[string]any, field string) {
	parent, key, _ := find(doc, field)
	if parent == nil {
		return
	}
	list, ok := parent[key].([]any)
	if !ok {
		return
	}
	most := 60
	switch key {
	case "first_time":
		most = 3
	case "exceptions":
		most = 400
	}
	if len(list) > most {
		keepBeside(parent, key, list[most:])
		parent[key] = list[:most:most]
	}
}
