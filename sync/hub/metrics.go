package hub

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics are counts of the hub's work. No label holds who asked.
type metrics struct {
	registry     *prometheus.Registry
	requests     *prometheus.CounterVec
	seconds      *prometheus.HistogramVec
	bytes        *prometheus.CounterVec
	ops          *prometheus.CounterVec
	appends      *prometheus.HistogramVec
	failed       *prometheus.CounterVec
	waiting      prometheus.Gauge
	followErrors prometheus.Counter
	poison       prometheus.Counter
	strangers    prometheus.Counter
}

func newMetrics(h *Hub) *metrics {
	m := &metrics{
		registry:     prometheus.NewRegistry(),
		requests:     prometheus.NewCounterVec(prometheus.CounterOpts{Name: "vejviser_requests_total", Help: "Requests answered."}, []string{"path", "code"}),
		seconds:      prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "vejviser_request_seconds", Help: "Time to an answer, waiting for news not counted.", Buckets: prometheus.ExponentialBuckets(0.001, 2, 14)}, []string{"path"}),
		bytes:        prometheus.NewCounterVec(prometheus.CounterOpts{Name: "vejviser_sent_bytes_total", Help: "Bytes of bodies sent."}, []string{"path"}),
		ops:          prometheus.NewCounterVec(prometheus.CounterOpts{Name: "vejviser_operations_total", Help: "Operations by kind and fate."}, []string{"kind", "state"}),
		appends:      prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "vejviser_append_seconds", Help: "Time to store a batch in the log.", Buckets: prometheus.ExponentialBuckets(0.0005, 2, 16)}, []string{"what"}),
		failed:       prometheus.NewCounterVec(prometheus.CounterOpts{Name: "vejviser_append_failures_total", Help: "Batches that were not stored."}, []string{"what"}),
		waiting:      prometheus.NewGauge(prometheus.GaugeOpts{Name: "vejviser_waiting_requests", Help: "Requests that wait for news."}),
		followErrors: prometheus.NewCounter(prometheus.CounterOpts{Name: "vejviser_follow_errors_total", Help: "Times that the log could not be followed, and records that could not be read."}),
		poison:       prometheus.NewCounter(prometheus.CounterOpts{Name: "vejviser_poison_total", Help: "Operations on which the hub itself failed."}),
		strangers:    prometheus.NewCounter(prometheus.CounterOpts{Name: "vejviser_sessions_refused_total", Help: "Sessions refused: no such device, or not its signature."}),
	}
	gauge := func(name, help string, f func() float64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, f)
	}
	m.registry.MustRegister(m.requests, m.seconds, m.bytes, m.ops, m.appends, m.failed, m.waiting, m.followErrors, m.poison, m.strangers,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		gauge("vejviser_seq", "How far the log is played.", func() float64 { return float64(h.tide.now().Seq) }),
		gauge("vejviser_epoch", "Which log it is.", func() float64 { return float64(h.tide.now().Epoch) }),
		gauge("vejviser_sessions", "Devices with a good token of this node.", func() float64 { return float64(h.sessions.count()) }),
		gauge("vejviser_audit_broken", "1 where the audit log does not hang together or cannot be written.", func() float64 {
			if h.auditState() != "" {
				return 1
			}
			return 0
		}))
	return m
}

func (m *metrics) append(what string, d time.Duration, err error) {
	m.appends.WithLabelValues(what).Observe(d.Seconds())
	if err != nil {
		m.failed.WithLabelValues(what).Inc()
	}
}

func (m *metrics) request(path string, code int, d time.Duration, sent int) {
	m.requests.WithLabelValues(path, strconv.Itoa(code)).Inc()
	m.seconds.WithLabelValues(path).Observe(d.Seconds())
	m.bytes.WithLabelValues(path).Add(float64(sent))
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// auditState says what is wrong with the audit log; "" is nothing.
func (h *Hub) auditState() string {
	if h.audit.broken != nil {
		return "broken"
	}
	h.audit.mu.Lock()
	defer h.audit.mu.Unlock()
	if h.audit.fail != nil {
		return "unwritten"
	}
	return ""
}
