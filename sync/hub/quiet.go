package hub

import (
	stdlog "log"
	"log/slog"
	"strings"
)

// quietLog is where the HTTP server complains of those who call it. Whose address
// it was stays out.
func quietLog(to *slog.Logger) *stdlog.Logger { return stdlog.New(&complaints{to}, "", 0) }

type complaints struct{ to *slog.Logger }

func (c *complaints) Write(b []byte) (int, error) {
	what := "other"
	for _, known := range []string{"TLS handshake error", "panic serving", "Accept error", "superfluous"} {
		if strings.Contains(string(b), known) {
			what = known
		}
	}
	c.to.Debug("http", "what", what)
	return len(b), nil
}
