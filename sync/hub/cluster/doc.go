// Package cluster holds no code, only tests: two nodes of one hub on a NATS cluster
// of three, machines that reach them through a proxy which sends each request to the
// next node, and nodes that are killed meanwhile (DESIGN §5, §11). Here once; whole
// with
//
//	go test -count=1 -tags faults -timeout 20m -v ./sync/hub/cluster
//
// which prints the table.
package cluster
