package main

import (
	"database/sql"
	"errors"
	"path/filepath"
	"strings"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/match/danish"
	"github.com/faellesskabsby/vejviser/localdb/match/judge"
	_ "modernc.org/sqlite" // the database driver
)

// fts5 is SQLite FTS5 as it comes: the Unicode tokenizer without diacritics, an
// index of beginnings, columns weighed, any word of the query and the last one
// as a beginning.
type fts5 struct {
	db *sql.DB
	st *sql.Stmt
}

func fts5File(dir string) string { return filepath.Join(dir, "fts5.db") }

func buildFTS5(dir string, cs []*directory.Community) (engine, error) {
	db, err := sql.Open("sqlite", fts5File(dir))
	if err != nil {
		return nil, err
	}
	if err := fillFTS5(db, cs); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return ready(db)
}

func fillFTS5(db *sql.DB, cs []*directory.Community) error {
	if _, err := db.Exec(`CREATE VIRTUAL TABLE c USING fts5(id UNINDEXED, name, activities, category, summary, description, organiser, place,
		tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3 4')`); err != nil {
		return err
	}
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback() // after Commit this does nothing
	st, err := tx.Prepare(`INSERT INTO c VALUES (?, ?, ?, ?, ?, ?, ?, ?)`)
	if err != nil {
		return err
	}
	for _, c := range cs {
		t := textOf(c)
		if c.Status == directory.StatusClosed {
			continue
		}
		if _, err := st.Exec(c.SourceID, t.Name, t.Activities, t.Category, t.Summary, t.Description, t.Organiser, t.Place); err != nil {
			return err
		}
	}
	return tx.Commit()
}

func openFTS5(dir string) (engine, error) {
	db, err := sql.Open("sqlite", fts5File(dir))
	if err != nil {
		return nil, err
	}
	return ready(db)
}

func ready(db *sql.DB) (engine, error) {
	db.SetMaxOpenConns(1)
	st, err := db.Prepare(`SELECT id FROM c WHERE c MATCH ? ORDER BY bm25(c, 0, 8, 8, 4, 4, 1, 1, 2) LIMIT 10`)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &fts5{db, st}, nil
}

func (f *fts5) search(text string) judge.Answer {
	var terms []string
	danish.Words(danish.Lower(text), func(w string) {
		terms = append(terms, `"`+strings.ReplaceAll(w, `"`, ``)+`"`)
	})
	if len(terms) == 0 {
		return judge.Answer{}
	}
	if !strings.HasSuffix(text, " ") {
		terms[len(terms)-1] += "*"
	}
	rows, err := f.st.Query(strings.Join(terms, " OR "))
	if err != nil {
		fail(err)
	}
	defer rows.Close()
	var a judge.Answer
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			fail(err)
		}
		a.Hits = append(a.Hits, id)
	}
	if err := rows.Err(); err != nil {
		fail(err)
	}
	return a
}

func (f *fts5) close() error { return errors.Join(f.st.Close(), f.db.Close()) }
