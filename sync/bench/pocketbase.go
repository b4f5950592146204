package main

import (
	"bufio"
	"compress/gzip"
	"database/sql"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	_ "github.com/pocketbase/pocketbase/migrations" // the tables of PocketBase itself
	"github.com/pocketbase/pocketbase/tools/types"
	_ "modernc.org/sqlite"
)

// pocketServer holds the records in PocketBase; a line "N R" changes N of them.
func pocketServer(dir, addr, file string) error {
	app := core.NewBaseApp(core.BaseAppConfig{DataDir: dir})
	if err := app.Bootstrap(); err != nil {
		return err
	}
	if err := app.RunAllMigrations(); err != nil {
		return err
	}
	c := core.NewBaseCollection("communities")
	c.ListRule, c.ViewRule = types.Pointer(""), types.Pointer("")
	c.Fields.Add(&core.TextField{Name: "uid"}, &core.TextField{Name: "name", Max: 500}, &core.JSONField{Name: "body", MaxSize: 1 << 20},
		&core.AutodateField{Name: "updated", OnCreate: true, OnUpdate: true})
	c.AddIndex("idx_updated", false, "updated, id", "")
	if err := app.Save(c); err != nil {
		return err
	}
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	var ids []string
	err = app.RunInTransaction(func(tx core.App) error {
		lines := bufio.NewScanner(f)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			var head struct{ ID, Name string }
			if err := json.Unmarshal(lines.Bytes(), &head, json.MatchCaseInsensitiveNames(true)); err != nil {
				return err
			}
			r := core.NewRecord(c)
			r.Set("uid", head.ID)
			r.Set("name", head.Name)
			r.Set("body", types.JSONRaw(append([]byte(nil), lines.Bytes()...)))
			if err := tx.SaveNoValidate(r); err != nil {
				return err
			}
			ids = append(ids, r.Id)
		}
		return lines.Err()
	})
	if err != nil {
		return err
	}
	failed := make(chan error, 1)
	go func() { failed <- apis.Serve(app, apis.ServeConfig{HttpAddr: addr}) }()
	if err := waitFor("http://"+addr+"/api/health", failed); err != nil {
		return err
	}
	fmt.Println("ready")
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		var n, round int
		if _, err := fmt.Sscan(in.Text(), &n, &round); err != nil {
			return err
		}
		err := app.RunInTransaction(func(tx core.App) error {
			for i := range n {
				r, err := tx.FindRecordById("communities", ids[(round*n+i)%len(ids)])
				if err != nil {
					return err
				}
				r.Set("name", fmt.Sprintf("Ændret %d %d", round, i))
				if err := tx.SaveNoValidate(r); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		fmt.Println("ok")
	}
	return in.Err()
}

func waitFor(url string, failed <-chan error) error {
	for {
		if r, err := http.Get(url); err == nil {
			_ = r.Body.Close()
			return nil
		}
		select {
		case err := <-failed:
			return err
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// pocketClient copies the records into SQLite: the first time all of them by
// pages of 1,000 in key order, later those changed since (deletions it cannot see).
func pocketClient(dir, addr string) error {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "copy.db")+"?_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)")
	if err != nil {
		return err
	}
	defer db.Close()
	if _, err := db.Exec(`create table c (id text primary key, uid text, name text, updated text, body text)`); err != nil {
		return err
	}
	fmt.Println("ready")
	in := bufio.NewScanner(os.Stdin)
	since := ""
	for in.Scan() {
		t := time.Now()
		n := 0
		if n, since, err = pocketPull(db, addr, since); err != nil {
			return err
		}
		fmt.Printf(`{"ms":%.3f,"records":%d}`+"\n", float64(time.Since(t))/1e6, n)
	}
	return in.Err()
}

type pocketItem struct {
	ID      string         `json:"id"`
	UID     string         `json:"uid"`
	Name    string         `json:"name"`
	Updated string         `json:"updated"`
	Body    jsontext.Value `json:"body"`
}

func pocketPull(db *sql.DB, addr, since string) (n int, newest string, err error) {
	newest, lastID := since, ""
	for {
		filter := fmt.Sprintf("(updated > %q || (updated = %q && id > %q))", newest, newest, lastID)
		q := url.Values{"perPage": {"1000"}, "sort": {"updated,id"}, "skipTotal": {"1"}, "filter": {filter}}
		items, err := pocketPage("http://" + addr + "/api/collections/communities/records?" + q.Encode())
		if err != nil {
			return n, since, err
		}
		tx, err := db.Begin()
		if err != nil {
			return n, since, err
		}
		put, err := tx.Prepare(`insert or replace into c values (?,?,?,?,?)`)
		if err != nil {
			return n, since, err
		}
		for _, i := range items {
			if _, err := put.Exec(i.ID, i.UID, i.Name, i.Updated, string(i.Body)); err != nil {
				return n, since, err
			}
			newest, lastID = i.Updated, i.ID
		}
		if err := tx.Commit(); err != nil {
			return n, since, err
		}
		n += len(items)
		if len(items) < 1000 {
			return n, newest, nil
		}
	}
}

func pocketPage(address string) ([]pocketItem, error) {
	req, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept-Encoding", "gzip")
	r, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer r.Body.Close()
	var body io.Reader = r.Body
	if r.Header.Get("Content-Encoding") == "gzip" {
		if body, err = gzip.NewReader(r.Body); err != nil {
			return nil, err
		}
	}
	var page struct {
		Items []pocketItem `json:"items"`
	}
	if r.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", address, r.Status)
	}
	err = json.UnmarshalRead(body, &page)
	return page.Items, err
}
