package interchange

import "github.com/go-json-experiment/json/jsontext"

func openFolder(path string) ([]source, int64, error) {
	return nil, 0, &FileError{path, "folder_not_hsds"}
}
func openPackageZip(name string, files map[string]uint64) ([]source, error) {
	return nil, &FileError{name, "folder_not_hsds"}
}
func hsdsRow(file string, line int, b []byte) *row { return refused(file, line, "", "not_json") }
func looksHSDS(m map[string]jsontext.Value) bool   { return false }
func servicesOf(v []byte) ([][]byte, bool)         { return nil, false }
