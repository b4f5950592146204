//go:build !linux

package faults

// Disk is a disk of our own, mounted at Dir. There are none here.
type Disk struct{ Dir string }

// NewDisk gives ErrNotHere.
func NewDisk(string, int64) (*Disk, error) { return nil, ErrNotHere }

// NewMemoryDisk gives ErrNotHere.
func NewMemoryDisk(string, int64) (*Disk, error) { return nil, ErrNotHere }

// Cut gives ErrNotHere.
func (*Disk) Cut() error { return ErrNotHere }

// Back gives ErrNotHere.
func (*Disk) Back() error { return ErrNotHere }

// ReadOnly gives ErrNotHere.
func (*Disk) ReadOnly(bool) error { return ErrNotHere }

// Fill gives ErrNotHere.
func (*Disk) Fill(int64) error { return ErrNotHere }

// Free gives ErrNotHere.
func (*Disk) Free() (int64, error) { return 0, ErrNotHere }

// Close does nothing.
func (*Disk) Close() error { return nil }
