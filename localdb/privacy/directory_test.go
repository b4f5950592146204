package privacy

import (
	"bufio"
	"os"
	"path/filepath"
	"testing"
)

func TestADirectoryWithoutCPRNumbersIsNotHeldUp(t *testing.T) {
	f, err := os.Open(filepath.Join("..", "..", "..", "shared", "data", "directory", "communities-1k.jsonl"))
	if err != nil {
		t.Skip("the test directory is not here:", err)
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if f := CheckCPR(lines.Text(), today); f.Verdict != Pass {
			t.Errorf("held up at %q", lines.Text()[f.Start:f.End])
		}
	}
}
