package stress

import (
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// hostsOwn is what the Docker host itself lives on, wherever it is mounted.
var hostsOwn = []string{"/", "/boot", "/dev", "/dev/shm", "/etc", "/home", "/opt", "/root", "/run", "/srv", "/tmp", "/usr", "/var",
	"/var/cache", "/var/lib", "/var/lib/docker", "/var/lib/docker/volumes", "/var/log", "/var/tmp"}

// devicesOf has those of these paths as a process of the engine sees them.
func devicesOf(engine int) map[uint64]bool {
	found := map[uint64]bool{}
	for _, path := range hostsOwn {
		var stat unix.Stat_t
		if unix.Stat(fmt.Sprintf("/proc/%d/root%s", engine, path), &stat) == nil {
			found[stat.Dev] = true
		}
	}
	return found
}

// openBelow opens a directory by its path as the container sees it, also where that leads over symbolic links.
func openBelow(pid int, path string) (int, error) {
	root, err := openRoot(pid)
	if err != nil {
		return 0, err
	}
	defer unix.Close(root)
	return unix.Openat2(root, path, &unix.OpenHow{
		Flags:   unix.O_RDONLY | unix.O_DIRECTORY | unix.O_CLOEXEC,
		Resolve: unix.RESOLVE_IN_ROOT,
	})
}

func openRoot(pid int) (int, error) {
	return unix.Open(fmt.Sprintf("/proc/%d/root", pid), unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
}

// mountOf is the kernel's number of the mount that an open file is on.
func mountOf(fd int) (string, error) {
	content, err := os.ReadFile(fmt.Sprintf("/proc/self/fdinfo/%d", fd))
	if err != nil {
		return "", err
	}
	_, behind, _ := strings.Cut(string(content), "mnt_id:")
	number, _, _ := strings.Cut(behind, "\n")
	return strings.TrimSpace(number), nil
}

func mountOfRoot(pid int) (string, error) {
	root, err := openRoot(pid)
	if err != nil {
		return "", err
	}
	defer unix.Close(root)
	return mountOf(root)
}

// allocate makes room for a part of a file, as posix_fallocate(3) does: also on file systems that cannot, such as ext3, where
// a byte is written into each block instead.
func allocate(file int, from, length int64) error {
	for {
		switch err := unix.Fallocate(file, 0, from, length); err {
		case unix.EINTR:
		case unix.EOPNOTSUPP:
			return writeBlocks(file, from, length)
		default:
			return err
		}
	}
}

func writeBlocks(file int, from, length int64) error {
	var stat unix.Stat_t
	if err := unix.Fstat(file, &stat); err != nil {
		return err
	}
	for at := from; at < from+length; {
		switch _, err := unix.Pwrite(file, []byte{0}, at); err {
		case unix.EINTR:
		case nil:
			at += int64(stat.Blksize)
		default:
			return err
		}
	}
	return nil
}
