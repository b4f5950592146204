package helptext

import (
	"bytes"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/faellesskabsby/vejviser/ui/say"
)

// Somebody who reads Danish meets no English in the frame of a help text.
func TestTheHelpIsInOneLanguage(t *testing.T) {
	read := func(lang string, args ...string) string {
		root := &cobra.Command{Use: "vejvis", Short: "kort", Version: "1"}
		child := &cobra.Command{Use: "find ORD", Short: "finder", Run: func(*cobra.Command, []string) {}}
		child.Flags().String("sted", "", "hvor")
		root.AddCommand(child)
		Frame(root, say.In(lang))
		var out bytes.Buffer
		root.SetOut(&out)
		root.SetErr(&out)
		root.SetArgs(args)
		if err := root.Execute(); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	for _, args := range [][]string{{"--help"}, {"help"}, {"find", "--help"}, {"help", "find"}} {
		got := read("da", args...)
		for _, english := range []string{"Usage", "Available", "Flags", "Global", "help for", "version for", "Help", "Use \""} {
			if strings.Contains(got, english) {
				t.Errorf("vejvis %s says %q:\n%s", strings.Join(args, " "), english, got)
			}
		}
		if !strings.Contains(got, "Sådan bruges den:") || !strings.Contains(read("en", args...), "Usage:") {
			t.Errorf("vejvis %s:\n%s", strings.Join(args, " "), got)
		}
	}
}
