package hub

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"html/template"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/faellesskabsby/vejviser/assets/translations"
	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/record"
)

//go:embed pages/page.html pages/style.css
var pageFiles embed.FS

var templates = template.Must(template.ParseFS(pageFiles, "pages/page.html"))

// Words says facts in one language; *say.Speaker is one. The hub's pages say them
// as screens and sheets do, and sync may not know ui, so they are handed in.
type Words interface {
	Next(directory.Occurrence) string
	Schedule([]directory.Slot) string
	Price(*directory.Price) string
	Place(*directory.Place) string
	Phone(string) string
	Audience(*directory.Audience) string
	Accompaniment(*directory.Accompaniment) string
	Room(*directory.Capacity) string
	Freshness(directory.Freshness) string
	Label(group, value string) string
	Labels(group string, values []string) string
}

// pages are what anybody may see: the page that the QR code of a sheet leads to.
// They know which community a key is; what is not public is not read into them.
type pages struct {
	h   *Hub
	css []byte

	mu    sync.Mutex
	byKey map[string]string // directory.PageKey → id
	dirty bool
	built time.Time
}

func newPages(h *Hub) *pages {
	css, err := pageFiles.ReadFile("pages/style.css")
	if err != nil {
		panic(err) // it is embedded
	}
	return &pages{h: h, css: css, dirty: true}
}

// changed says that a community came, changed or went.
func (p *pages) changed() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.dirty = true
}

// id gives the community of a key; "" where there is none.
func (p *pages) id(ctx context.Context, key string) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if id, ok := p.byKey[key]; ok {
		return id, nil
	}
	if !p.dirty || time.Since(p.built) < time.Second {
		return "", nil
	}
	all := map[string]string{}
	err := readEach(ctx, p.h.store, record.Directory, record.FeedOf(record.Directory, ""), func(r record.Record) error {
		if r.Kind == record.Community {
			all[directory.PageKey(r.ID)] = r.ID
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	p.byKey, p.dirty, p.built = all, false, time.Now()
	return all[key], nil
}

// servePeople answers what is not the protocol: pages, and how the hub is.
func (h *Hub) servePeople(w *reply, r *http.Request) error {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.path = "other"
		w.Header().Set("Allow", "GET, HEAD")
		return refusal(http.StatusMethodNotAllowed, "not_found")
	}
	path := h.withoutBase(r.URL.Path)
	switch {
	case path == "/healthz":
		return h.serveHealth(w, r)
	case path == "/metrics" && fromHere(r):
		w.status = http.StatusOK
		h.metrics.handler().ServeHTTP(w.w, r)
		return nil
	case h.o.Words == nil:
		w.path = "other"
		return notFound
	case path == "/style.css":
		w.Header().Set("Cache-Control", "public, max-age=3600")
		return w.send(http.StatusOK, "text/css; charset=utf-8", h.pages.css)
	case path == "/":
		return h.pages.show(w, r, http.StatusOK, "home", h.pages.page(r, "/", ""))
	case strings.HasPrefix(path, "/f/"):
		w.path = "/f/"
		return h.pages.serveCommunity(w, r, strings.ToUpper(path[len("/f/"):]))
	}
	w.path = "other"
	return h.pages.message(w, r, http.StatusNotFound, "nothing")
}

// fromHere says that a request comes from this machine and from no proxy on it.
func fromHere(r *http.Request) bool {
	ap, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && ap.Addr().Unmap().IsLoopback() && r.Header.Get("X-Forwarded-For") == "" && r.Header.Get("Forwarded") == ""
}

// withoutBase gives a path in small letters, without that of the public address:
// a sheet prints addresses in capitals.
func (h *Hub) withoutBase(path string) string {
	path = strings.ToLower(path)
	if base := strings.ToLower(h.base()); base != "" {
		if rest, ok := strings.CutPrefix(path, base); ok && (rest == "" || rest[0] == '/') {
			path = rest
		}
	}
	if path == "" {
		return "/"
	}
	return path
}

func (h *Hub) base() string {
	u, err := url.Parse(h.id.PublicURL)
	if err != nil {
		return ""
	}
	return strings.TrimRight(u.EscapedPath(), "/")
}

// serveHealth says that the hub stands and that its log answers.
func (h *Hub) serveHealth(w *reply, r *http.Request) error {
	ctx, cancel := context.WithTimeout(r.Context(), 3*time.Second)
	defer cancel()
	if _, err := h.log.State(ctx); err != nil {
		return err
	}
	if _, err := h.store.Record(ownerRef.Kind, ownerRef.ID); err != nil {
		return err
	}
	return w.json(http.StatusOK, map[string]string{"status": "ok"})
}

// page is what a template is filled with.
type page struct {
	Lang, Title, Hub, Base, Message string
	Other                           struct{ Lang, Name, Href string }
	C                               *shown
	cat                             *translations.Catalogue
}

// T gives a text in the page's language.
func (p *page) T(key string) string { return p.cat.T(key) }

func (p *pages) page(r *http.Request, path, title string) *page {
	lang, other := languageOf(r), "en"
	if lang == "en" {
		other = "da"
	}
	x := &page{Lang: lang, Hub: p.h.id.Name, Base: p.h.base(), cat: translations.For(lang), Title: title}
	if title == "" {
		x.Title = x.Hub
	}
	x.Other.Lang, x.Other.Name, x.Other.Href = other, translations.For(other).T("hubpages.language"), x.Base+path+"?lang="+other
	return x
}

// languageOf follows what was asked for, else the browser, else Danish.
func languageOf(r *http.Request) string {
	if l := r.URL.Query().Get("lang"); slices.Contains(translations.Languages, l) {
		return l
	}
	for part := range strings.SplitSeq(r.Header.Get("Accept-Language"), ",") {
		tag, _, _ := strings.Cut(strings.TrimSpace(part), ";")
		tag, _, _ = strings.Cut(strings.ToLower(tag), "-")
		switch {
		case tag == "nb" || tag == "no" || tag == "nn" || tag == "sv":
			return "da"
		case slices.Contains(translations.Languages, tag):
			return tag
		}
	}
	return translations.Default
}

func (p *pages) show(w *reply, r *http.Request, status int, name string, x *page) error {
	var b bytes.Buffer
	if err := templates.ExecuteTemplate(&b, name, x); err != nil {
		return err
	}
	head := w.Header()
	head.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
	head.Set("Content-Language", x.Lang)
	head.Set("Vary", "Accept-Language")
	head.Set("Cache-Control", "public, max-age=300")
	return w.send(status, "text/html; charset=utf-8", b.Bytes())
}

func (p *pages) message(w *reply, r *http.Request, status int, what string) error {
	x := p.page(r, "/", "")
	x.Title, x.Message = x.cat.T("hubpages."+what+"_title"), x.cat.T("hubpages."+what)
	return p.show(w, r, status, "message", x)
}

// serveCommunity shows what may be known of one community.
func (p *pages) serveCommunity(w *reply, r *http.Request, key string) error {
	id, err := p.id(r.Context(), key)
	if err != nil {
		return err
	}
	if id == "" {
		return p.message(w, r, http.StatusNotFound, "unknown")
	}
	c, err := p.h.store.Community(id)
	if errors.Is(err, localdb.ErrNotFound) || err == nil && c.IsClosed() {
		return p.message(w, r, http.StatusGone, "closed")
	}
	if err != nil {
		return err
	}
	x := p.page(r, "/f/"+key, c.Name)
	x.C = show(c, p.h.o.Words(x.Lang), x.cat, p.h.o.Now())
	return p.show(w, r, http.StatusOK, "community", x)
}

// shown is a community as the public sees it.
type shown struct {
	Name, Category, Summary, Fresh string
	Description, First             []string
	Paused                         bool
	Facts                          []fact
}

// fact is a line of a page. Href is made here, of parts that were looked at.
type fact struct {
	What, Text string
	Href       template.URL
}

// show makes a public page's facts. Of a confidential place only what
// PublicPlace leaves is ever looked at.
func show(c *directory.Community, say Words, cat *translations.Catalogue, now time.Time) *shown {
	_, paused := c.PausedOn(directory.DayOf(now))
	s := &shown{Name: c.Name, Category: c.Category, Summary: c.Summary, Paused: paused,
		Description: strings.FieldsFunc(c.Description, func(r rune) bool { return r == '\n' })}
	add := func(what, text, href string) {
		if text != "" {
			s.Facts = append(s.Facts, fact{cat.T("hubpages.fact." + what), text, template.URL(href)})
		}
	}
	if next := c.NextForNew(now, 1); len(next) > 0 {
		add("next", say.Next(next[0]), "")
	}
	add("schedule", say.Schedule(c.Schedule), "")
	if p := c.PublicPlace(); p != nil {
		add("place", say.Place(p), "")
	}
	add("meeting", c.MeetingPoint(), "")
	if c.Welcome != nil {
		add("greeter", c.Welcome.Greeter, "")
		s.First = c.Welcome.FirstTime
	}
	add("price", say.Price(c.Price), "")
	add("audience", say.Audience(c.Audience), "")
	add("accompaniment", say.Accompaniment(c.Accompaniment), "")
	add("considerations", say.Labels("consideration", c.Considerations), "")
	add("languages", say.Labels("language", c.Languages), "")
	add("room", say.Room(c.Capacity), "")
	if o := c.Organiser; o != nil {
		add("organiser", o.Name, "")
	}
	if t := c.Contact; t != nil {
		add("contact", t.Role, "")
		add("phone", say.Phone(t.Phone), dial(t.Phone))
		add("email", t.Email, "mailto:"+url.PathEscape(t.Email))
		add("web", t.Web, webAddress(t.Web))
	}
	s.Fresh = say.Freshness(c.Freshness(directory.DayOf(now)))
	return s
}

func dial(phone string) string {
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '+' {
			return r
		}
		return -1
	}, phone)
	if len(digits) < 3 {
		return ""
	}
	return "tel:" + digits
}

// webAddress gives an address that a browser may open; "" for any other.
func webAddress(web string) string {
	if !strings.Contains(web, "://") {
		web = "https://" + web
	}
	u, err := url.Parse(web)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return ""
	}
	return u.String()
}
