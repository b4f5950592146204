// Package sim lives through thirty days of a hub and fifty PCs in a few seconds,
// as one seed says, and then asks whether anything was lost, doubled, or known
// differently anywhere (findings/sync §4 point 2, findings/reliability §5.3 row
// 33). Time is that of testing/synctest; hub, client, log and store are the real
// ones on a real file system; only the line between them is made here, and it
// drops, doubles, delays, cuts and bends what goes over it.
//
// What it leaves out: a hub is not restored while two machines have one identity.
// A copied disk under a key file, and a hub that forgot which of the two took a
// counter, together lose what the other had acknowledged under it.
//
// It knows the hub, the client and the store from outside, as a person at the
// counter and an administrator do. It must not reach into them, and nothing may
// import it.
package sim
