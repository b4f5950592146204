package hub

import (
	"io"
	"sync"

	"github.com/klauspost/compress/zstd"
)

type encoder struct{ *zstd.Encoder }

// encoders are kept because making one costs more than a delta. One thread each,
// so that the same records give the same bytes.
var encoders = sync.Pool{New: func() any {
	z, err := zstd.NewWriter(io.Discard, zstd.WithEncoderConcurrency(1), zstd.WithLowerEncoderMem(true), zstd.WithEncoderLevel(zstd.SpeedDefault))
	if err != nil {
		panic(err) // the options are constants
	}
	return &encoder{z}
}}
