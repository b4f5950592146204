package interchange

import (
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// ours is the member of an exported HSDS service that holds the whole record in
// its native form. HSDS allows further members; an import of our own export
// reads it and loses nothing.
const ours = "vejviser"

// object is an HSDS object: from JSON, or put together from the rows of a
// package, where every value is a string.
type object map[string]any

func (o object) str(key string) string {
	switch v := o[key].(type) {
	case string:
		return strings.TrimSpace(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}

func (o object) first(keys ...string) string {
	for _, k := range keys {
		if s := o.str(k); s != "" {
			return s
		}
	}
	return ""
}

func (o object) has(keys ...string) bool {
	return slices.ContainsFunc(keys, func(k string) bool { _, ok := o[k]; return ok })
}

func (o object) child(key string) object {
	switch v := o[key].(type) {
	case object:
		return v
	case map[string]any:
		return v
	}
	return nil
}

func (o object) list(keys ...string) (out []object) {
	for _, key := range keys {
		switch v := o[key].(type) {
		case []object:
			out = append(out, v...)
		case []any:
			for _, x := range v {
				if m, ok := x.(map[string]any); ok {
					out = append(out, m)
				}
			}
		}
	}
	return out
}

// signs of an HSDS service, and of a native record.
var (
	hsdsSigns   = []string{"organization", "service", "service_id", "location", "organization_id", "service_at_locations", "schedules", "cost_options", "assured_date", "eligibility_description", "fees_description", "attributes", "phones", "contacts", "service_areas", "minimum_age", "last_modified", "regular_schedules", "interpretation_services", "application_process", "alternate_name"}
	nativeSigns = []string{"places", "schedule", "organiser", "activities", "source_id", "audience", "price", "welcome", "considerations", "accompaniment", "category", "contact"}
)

func looksHSDS(m map[string]jsontext.Value) bool {
	has := func(keys []string) bool {
		return slices.ContainsFunc(keys, func(k string) bool { _, ok := m[k]; return ok })
	}
	return has(hsdsSigns) && !has(nativeSigns)
}

// servicesOf gives the services of an organization or bundle, each with the
// organization put in where it lacks one.
func servicesOf(v []byte) ([][]byte, bool) {
	var o struct {
		Services      []map[string]jsontext.Value `json:"services"`
		ID, Name      jsontext.Value
		Organizations jsontext.Value            `json:"organizations"`
		Rest          map[string]jsontext.Value `json:",embed"`
	}
	if !strings.Contains(string(v), `"services"`) || json.Unmarshal(v, &o) != nil || o.Services == nil {
		return nil, false
	}
	org := map[string]jsontext.Value{}
	for k, x := range o.Rest {
		org[k] = x
	}
	out := make([][]byte, 0, len(o.Services))
	for _, s := range o.Services {
		if _, ok := s["organization"]; !ok && org["name"] != nil {
			if b, err := json.Marshal(org, json.Deterministic(true)); err == nil {
				s["organization"] = b
			}
		}
		b, err := json.Marshal(s, json.Deterministic(true))
		if err != nil {
			return nil, false
		}
		out = append(out, b)
	}
	return out, true
}

// hsdsRow makes a row of an HSDS 3 or ORUK 3 service, or of a service at a location.
func hsdsRow(file string, line int, b []byte) *row {
	var o object
	if err := json.Unmarshal(b, &o); err != nil {
		return refused(file, line, "", jsonReason(err))
	}
	if s := o.child("service"); s != nil && o.str("name") == "" { // a service_at_location
		sal := object{}
		for k, v := range o {
			if k != "service" {
				sal[k] = v
			}
		}
		if len(s.list("service_at_locations")) == 0 {
			s["service_at_locations"] = []object{sal}
		}
		o = s
	}
	if native, ok := o[ours]; ok {
		if b, err := json.Marshal(native, json.Deterministic(true)); err == nil {
			var members map[string]jsontext.Value
			if json.Unmarshal(b, &members) == nil && members["name"] != nil {
				out := nativeRow(file, line, b, members)
				out.native, out.format = false, HSDS
				return out
			}
		}
	}
	out := &row{file: file, line: line, format: HSDS}
	convert(out, o)
	return out
}
