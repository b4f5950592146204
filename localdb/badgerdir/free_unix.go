//go:build !windows

package badgerdir

import "golang.org/x/sys/unix"

// Free is the room left for this user on the disk that holds dir, in bytes.
func Free(dir string) (uint64, error) {
	var st unix.Statfs_t
	if err := unix.Statfs(dir, &st); err != nil {
		return 0, err
	}
	return uint64(st.Bavail) * uint64(st.Bsize), nil
}
