package translations

// The forms of a plural, as the Unicode CLDR names them.
const (
	zero  = "zero"
	one   = "one"
	two   = "two"
	few   = "few"
	many  = "many"
	other = "other"
)

// forms lists the forms that whole numbers take in a language, by the plural
// rules of the CLDR; the last is the one for everything else. An entry with a
// count has each of them.
func forms(lang string) []string {
	switch lang {
	case "pl", "uk":
		return []string{one, few, many}
	case "ar":
		return []string{zero, one, two, few, many, other}
	}
	return []string{one, other}
}

// form is the plural form of a whole number in a language.
func form(lang string, n int) string {
	if n < 0 {
		n = -n
	}
	switch lang {
	case "uk":
		return eastSlavic(n)
	case "pl":
		if n == 1 {
			return one
		}
		if f := eastSlavic(n); f != one { // 21 is "many" here
			return f
		}
		return many
	case "ar":
		return arabic(n)
	case "fa":
		if n <= 1 {
			return one
		}
		return other
	}
	if n == 1 {
		return one
	}
	return other
}

func eastSlavic(n int) string {
	tens, ones := n/10%10, n%10
	switch {
	case tens == 1:
		return many
	case ones == 1:
		return one
	case ones >= 2 && ones <= 4:
		return few
	}
	return many
}

func arabic(n int) string {
	switch h := n % 100; {
	case n == 0:
		return zero
	case n == 1:
		return one
	case n == 2:
		return two
	case h >= 3 && h <= 10:
		return few
	case h >= 11:
		return many
	}
	return other
}
