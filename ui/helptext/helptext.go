// Package helptext puts the frame of a command line's help into words: headings, and
// the flags and the command that the command-line library adds by itself and knows in
// English alone. It knows the catalogue and that library; what a command does is said
// by the command.
package helptext

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/faellesskabsby/vejviser/ui/say"
)

// Frame gives a root command its help in the speaker's language. It is called when
// all commands have been added.
func Frame(root *cobra.Command, s *say.Speaker) {
	root.SetUsageTemplate(template(s))
	root.PersistentFlags().BoolP("help", "h", false, s.T("helptext.help_flag"))
	if root.Version != "" {
		root.Flags().BoolP("version", "v", false, s.T("helptext.version_flag"))
	}
	root.SetHelpCommand(&cobra.Command{
		Use: "help [" + s.T("helptext.command") + "]", Short: s.T("helptext.help_command"),
		Run: func(_ *cobra.Command, args []string) {
			about, _, err := root.Find(args)
			if about == nil || err != nil {
				about = root
			}
			_ = about.Help() // written where the program writes; it has nowhere else to say that it could not
		},
	})
}

// template is the library's own with its words looked up, and without what these
// programs have none of: aliases, examples, groups and further topics.
func template(s *say.Speaker) string {
	words := strings.NewReplacer("<usage>", s.T("helptext.usage"), "<command>", s.T("helptext.command"), "<commands>", s.T("helptext.commands"),
		"<flags>", s.T("helptext.flags"), "<everywhere>", s.T("helptext.everywhere"), "<more>", s.T("helptext.more", "line", `{{.CommandPath}} [`+s.T("helptext.command")+`] --help`))
	return words.Replace(`<usage>:{{if .HasAvailableSubCommands}}
  {{.CommandPath}} [<command>]{{else}}
  {{.UseLine}}{{end}}{{if .HasAvailableSubCommands}}

<commands>:{{range .Commands}}{{if (or .IsAvailableCommand (eq .Name "help"))}}
  {{rpad .Name .NamePadding }} {{.Short}}{{end}}{{end}}{{end}}{{if .HasAvailableLocalFlags}}

<flags>:
{{.LocalFlags.FlagUsages | trimTrailingWhitespaces}}{{end}}{{if .HasAvailableInheritedFlags}}

<everywhere>:
{{.InheritedFlags.FlagUsages | trimTrailingWhitespaces}}{{end}}{{if .HasAvailableSubCommands}}

<more>{{end}}
`)
}
