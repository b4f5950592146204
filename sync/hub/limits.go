package hub

import (
	"net"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Limits bound what one device and one address may ask of the hub. Many desks of
// a municipality come from one address, all at 08:00, so an address may ask for
// much at once and a device for little.
type Limits struct {
	Device, Address           rate.Limit // requests a second
	DeviceBurst, AddressBurst int
	Strangers                 rate.Limit // requests a second of an address without a token
	StrangersBurst            int
	WrongCodes                int // wrong invitations of one address in a minute
	WrongCodesAll             int // and of all in an hour
	Conns, ConnsAddress       int
	Pushes                    int // pushes under way at once
}

func (l *Limits) fill() {
	def := Limits{Device: 20, DeviceBurst: 1200, Address: 200, AddressBurst: 2000, Strangers: 50, StrangersBurst: 1000,
		WrongCodes: 10, WrongCodesAll: 100, Conns: 4096, ConnsAddress: 256, Pushes: 32}
	if *l == (Limits{}) {
		*l = def
	}
}

// maxRetryAfter is the longest that anybody is told to wait.
const maxRetryAfter = 300 * time.Second

// limiters counts by device and by address. What was not used for a while is full
// again and forgotten.
type limiters struct {
	l   Limits
	now func() time.Time

	mu      sync.Mutex
	by      map[string]*limiter
	codes   *rate.Limiter
	notes   *rate.Limiter
	pushing chan struct{}
}

type limiter struct {
	*rate.Limiter
	used time.Time
}

func newLimiters(l Limits, now func() time.Time) *limiters {
	return &limiters{l: l, now: now, by: map[string]*limiter{},
		notes:   rate.NewLimiter(rate.Every(time.Minute), 60),
		codes:   rate.NewLimiter(rate.Limit(float64(l.WrongCodesAll)/3600), l.WrongCodesAll),
		pushing: make(chan struct{}, l.Pushes)}
}

// take takes one from what key has, or says how long to wait.
func (l *limiters) take(key string, r rate.Limit, burst int) (wait time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return waitFor(l.of(key, r, burst).ReserveN(l.now(), 1), l.now())
}

func (l *limiters) of(key string, r rate.Limit, burst int) *rate.Limiter {
	x := l.by[key]
	if x == nil {
		x = &limiter{Limiter: rate.NewLimiter(r, burst)}
		l.by[key] = x
	}
	x.used = l.now()
	return x.Limiter
}

// waitFor gives back a reservation that would mean waiting.
func waitFor(r *rate.Reservation, now time.Time) time.Duration {
	d := r.DelayFrom(now)
	if !r.OK() {
		return maxRetryAfter
	}
	if d <= 0 {
		return 0
	}
	r.CancelAt(now)
	return min(d, maxRetryAfter)
}

func (l *limiters) device(id string) time.Duration {
	return l.take("d"+id, l.l.Device, l.l.DeviceBurst)
}

func (l *limiters) address(a string) time.Duration {
	return l.take("a"+a, l.l.Address, l.l.AddressBurst)
}

func (l *limiters) stranger(a string) time.Duration {
	return l.take("s"+a, l.l.Strangers, l.l.StrangersBurst)
}

// mayTryCode says how long an address must wait before it may try an invitation:
// nothing is counted for one that is right.
func (l *limiters) mayTryCode(a string) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.short(l.of("c"+a, rate.Limit(float64(l.l.WrongCodes)/60), l.l.WrongCodes))
}

// wrongCode counts a wrong invitation, and says how long its address is to wait
// because all addresses together had too many. One that is right is never held up by
// what others try: anybody could stop all enrolment so.
func (l *limiters) wrongCode(a string) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.of("c"+a, rate.Limit(float64(l.l.WrongCodes)/60), l.l.WrongCodes).AllowN(l.now(), 1)
	wait := l.short(l.codes)
	l.codes.AllowN(l.now(), 1)
	return wait
}

// mayNote says whether one more failure of a stranger is worth a line of the audit
// log: the first ones tell that somebody tries, and all are counted in the metrics.
// The log is kept, so it must not be strangers who fill it.
func (l *limiters) mayNote() bool { return l.notes.AllowN(l.now(), 1) }

// short is how long it takes until there is one more.
func (l *limiters) short(x *rate.Limiter) time.Duration {
	t := x.TokensAt(l.now())
	if t >= 1 {
		return 0
	}
	return min(time.Duration((1-t)/float64(x.Limit())*float64(time.Second)), maxRetryAfter)
}

func (l *limiters) sweep() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for k, x := range l.by {
		if l.now().Sub(x.used) > 10*time.Minute && x.TokensAt(l.now()) >= float64(x.Burst()) { // it is full again
			delete(l.by, k)
		}
	}
}

// Listen bounds the connections of a listener, at all and of one address: the
// ones above are closed at once. Those from this machine itself are a proxy's,
// who counts for itself.
func Listen(in net.Listener, l Limits) net.Listener {
	l.fill()
	return &bounded{Listener: in, l: l, by: map[netip.Addr]int{}}
}

type bounded struct {
	net.Listener
	l   Limits
	mu  sync.Mutex
	all int
	by  map[netip.Addr]int
}

func (b *bounded) Accept() (net.Conn, error) {
	for {
		c, err := b.Listener.Accept()
		if err != nil {
			return nil, err
		}
		a := addressOf(c.RemoteAddr().String())
		if b.enter(a) {
			return &counted{Conn: c, leave: func() { b.leave(a) }}, nil
		}
		_ = c.Close() // whoever it is has had more than its share; there is nothing to say
	}
}

func (b *bounded) enter(a netip.Addr) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.all >= b.l.Conns || b.by[a] >= b.l.ConnsAddress && !a.IsLoopback() {
		return false
	}
	b.all++
	b.by[a]++
	return true
}

func (b *bounded) leave(a netip.Addr) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.all--
	if b.by[a]--; b.by[a] <= 0 {
		delete(b.by, a)
	}
}

type counted struct {
	net.Conn
	once  sync.Once
	leave func()
}

func (c *counted) Close() error {
	c.once.Do(c.leave)
	return c.Conn.Close()
}

// addressOf gives the address of host:port; of IPv6 the /64 that one house has.
func addressOf(hostport string) netip.Addr {
	ap, err := netip.ParseAddrPort(hostport)
	if err != nil {
		return netip.Addr{}
	}
	return house(ap.Addr())
}

func house(a netip.Addr) netip.Addr {
	a = a.Unmap().WithZone("")
	if a.Is6() && !a.IsLoopback() {
		if p, err := a.Prefix(64); err == nil {
			return p.Addr()
		}
	}
	return a
}
