package journal

import (
	"encoding/binary"
	"hash/crc32"
)

// markName is a file that holds the last acknowledged sequence and its CRC-32C.
// It is written after the frame is on the disk and is itself never fsynced: it
// only has to tell a journal that lost its tail from one that never had more,
// where the store, which knows as well, was lost at the same time. A power cut
// can leave it behind the journal, where it says nothing; never before it.
const markName = "outbox.last"

const markSize = 12

// witness notes the last acknowledged sequence. Where that fails the act stands
// all the same, and what was noted before is still true: the file is left alone
// and tried again from the beginning next time.
func (j *Journal) witness() {
	b := binary.BigEndian.AppendUint64(make([]byte, 0, markSize), j.last)
	b = binary.BigEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
	if j.mark == nil {
		f, err := j.o.FS.Open(j.path(markName), true)
		if err != nil {
			return
		}
		j.mark = f
	}
	if _, err := j.mark.WriteAt(b, 0); err != nil {
		_ = j.mark.Close()
		j.mark = nil
	}
}

// readMark gives what witness noted, 0 where there is nothing readable.
func (j *Journal) readMark() uint64 {
	f, err := j.o.FS.Open(j.path(markName), false)
	if err != nil {
		return 0
	}
	defer f.Close()
	b, err := readAll(f)
	if err != nil || len(b) != markSize || crc32.Checksum(b[:8], castagnoli) != binary.BigEndian.Uint32(b[8:]) {
		return 0
	}
	return binary.BigEndian.Uint64(b)
}
