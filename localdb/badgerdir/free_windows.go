package badgerdir

import "golang.org/x/sys/windows"

// Free is the room left for this user on the disk that holds dir, in bytes.
func Free(dir string) (uint64, error) {
	p, err := windows.UTF16PtrFromString(dir)
	if err != nil {
		return 0, err
	}
	var free uint64
	err = windows.GetDiskFreeSpaceEx(p, &free, nil, nil)
	return free, err
}
