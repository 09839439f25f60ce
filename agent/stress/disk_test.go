package stress

import (
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

const byDefault = 1 << 30

func TestFillsADiskAndWhatBecomesFree(t *testing.T) {
	c := newContainer(t, 0)
	c.expect(t, "write 1000000", "done")
	action := begun(t, c, Order{Kind: "disk", Path: c.tmpfs(t), ByDefault: byDefault})
	c.expect(t, "write 0", "done") // which frees what the file had
	eventually(t, "all is taken", func() bool { did, of, _ := counted(t, action); return did > 16_000_000 && of == did })
	c.expect(t, "write 10000", "ENOSPC")
	if _, _, text := counted(t, action); strings.Contains(text, "not needed") {
		t.Fatal(text)
	}
	end(t, action)
	c.expect(t, "write 10000000", "done")
}

func TestLeavesSomeOfADisk(t *testing.T) {
	c := newContainer(t, 0)
	begun(t, c, Order{Kind: "disk", Path: c.tmpfs(t), Leaving: 100_000, ByDefault: byDefault})
	c.expect(t, "write 50000", "done")
	if got := c.do(t, "write 200000"); got != "ENOSPC" {
		t.Fatalf("writing more than was left: %s", got)
	}
}

func TestDoesNotTakeMoreThanItMay(t *testing.T) {
	c := newContainer(t, 0)
	c.expect(t, "write 8000000", "done")
	action := begun(t, c, Order{Kind: "disk", Path: c.tmpfs(t), AtMost: 12_000_000})
	c.expect(t, "write 0", "done")
	eventually(t, "it says so", func() bool {
		_, _, text := counted(t, action)
		return strings.HasSuffix(text, "; more than 12000000 bytes would have to be taken since others have given up theirs; "+
			"allow more by atMost()")
	})
	if did, _, _ := counted(t, action); did > 12_000_000 {
		t.Fatalf("it took %d", did)
	}
}

func TestWritesAsTheUserOfTheContainer(t *testing.T) {
	if !capabilitiesDropped {
		t.Skip("root may write anywhere here")
	}
	c := newContainer(t, 0)
	c.expect(t, "become 1000", "done")
	action := begun(t, c, Order{Kind: "disk", Path: c.tmpfs(t), ByDefault: byDefault})
	c.expect(t, "write 10000", "ENOSPC")
	end(t, action)

	if why := refusal(t, c, Order{Kind: "disk", Path: "/proc", AtMost: 1 << 50}); !strings.Contains(why,
		"nothing can be written to /proc in the container: Permission denied, neither by root nor by the user of its first process") {
		t.Fatal(why)
	}
}

func TestRefusesDisksThatAreNotTheContainersAlone(t *testing.T) {
	c := newContainer(t, 0)
	folder := c.tmpfs(t)
	for path, want := range map[string]string{
		"/":                          "would fill the host",
		filepath.Join(folder, ".."):  "withTmpFs(Map.of(\"" + filepath.Join(folder, "..") + "\"",
		filepath.Join(folder, "not"): "No such file or directory; name a directory there",
		"/proc/version":              "no file without a name can be made at /proc/version in the container: Not a directory",
	} {
		if why := refusal(t, c, Order{Kind: "disk", Path: path, ByDefault: byDefault}); !strings.Contains(why, want) {
			t.Errorf("%s: %s", path, why)
		}
	}
	if why := refusal(t, c, Order{Kind: "disk", Path: folder, AtMost: 1_000_000}); !strings.HasSuffix(why,
		"more than the 1000000 that may be taken") {
		t.Error(why)
	}
	if why := refusal(t, c, Order{Kind: "disk", Path: folder, ByDefault: 1_000_000}); !strings.Contains(why, "withTmpFs(Map.of(") {
		t.Error(why)
	}
	if why := refusal(t, c, Order{Kind: "disk", Path: folder, Leaving: 1 << 30, ByDefault: byDefault}); !strings.Contains(why,
		"nothing is to be taken to leave 1073741824; leave fewer") {
		t.Error(why)
	}
}

func TestWritesIntoBlocksWhereTheyCannotBeAllocated(t *testing.T) {
	file, err := unix.MemfdCreate("blocks", 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(file)
	if err := writeBlocks(file, 8192, 1<<20); err != nil {
		t.Fatal(err)
	}
	var stat unix.Stat_t
	if err := unix.Fstat(file, &stat); err != nil || stat.Blocks*512 != 1<<20 {
		t.Fatalf("%d bytes are taken (%v)", stat.Blocks*512, err)
	}
}
