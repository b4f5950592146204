package icons

import (
	_ "embed"
	"slices"
)

//go:embed vejviser.png
var app []byte

// AppPNG gives a copy of the app's own icon, 512 pixels square; vejviser.svg is
// its source.
func AppPNG() []byte { return slices.Clone(app) }
