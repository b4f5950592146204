package icons

import _ "embed"

// AppPNG is the app's own icon, 512 pixels square; vejviser.svg is its source.
//
//go:embed vejviser.png
var AppPNG []byte
