package hub

import (
	"io"
	"sync"

	"github.com/klauspost/compress/zstd"
)

type encoder struct{ *zstd.Encoder }

// newEncoders keeps encoders, because making one costs more than a delta. One
// thread each, so that the same records give the same bytes. Each hub has its own:
// an encoder waits on channels, which belong to whoever made them.
func newEncoders() *sync.Pool {
	return &sync.Pool{New: func() any {
		z, err := zstd.NewWriter(io.Discard, zstd.WithEncoderConcurrency(1), zstd.WithLowerEncoderMem(true), zstd.WithEncoderLevel(zstd.SpeedDefault))
		if err != nil {
			panic(err) // the options are constants
		}
		return &encoder{z}
	}}
}
