package readiness

import (
	"github.com/go-json-experiment/json"

	"github.com/faellesskabsby/vejviser/localdb"
)

// same says whether two states of a record say the same.
func same[T any](a, b *T) bool {
	x, err1 := json.Marshal(a)
	y, err2 := json.Marshal(b)
	return err1 == nil && err2 == nil && localdb.SameValue(x, y)
}

// holds says whether one of a list is as asked for.
func holds[T any](list []T, is func(*T) bool) bool {
	for i := range list {
		if is(&list[i]) {
			return true
		}
	}
	return false
}
