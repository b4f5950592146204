package counter

import "github.com/faellesskabsby/vejviser/localdb/referral"

// Lay lays communities in the folder that were chosen on another page. previous is
// the code that the citizen came back with, "" is none. A community that is not in
// the directory any more is passed over.
func (c *Counter) Lay(previous referral.Code, communities []string) {
	if c.folder.done != nil {
		c.NewCitizen()
	}
	for _, id := range communities {
		com, err := c.deps.Directory.Community(id)
		if err != nil || c.folder.holds(id) {
			continue
		}
		c.folder.items = append(c.folder.items, &folderItem{community: com})
	}
	if previous != "" {
		c.folder.tie.set(previous, nil)
	}
	c.folder.changed()
	c.Focus()
}
