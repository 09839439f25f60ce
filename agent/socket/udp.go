package socket

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"net/netip"
	"os"
	"strconv"
	"strings"

	"faultline/agent/netns"
	"faultline/agent/refuse"
)

// UDP is a socket of UDP that has a port.
type UDP struct {
	Local     netip.Addr `json:"local"`
	LocalPort uint16     `json:"local_port"`
	Inode     uint32     `json:"inode"`
	Held      bool       `json:"held"` // by whom it was asked for; by anybody, if it was not
}

// DumpUDP has every socket of UDP of the namespace, of both families. It reads them in /proc: udp_diag is a module that not every
// machine has.
func DumpUDP(namespace *netns.Namespace) ([]UDP, error) {
	found := []UDP{}
	err := namespace.Do(func() error {
		for _, name := range []string{"udp", "udp6"} {
			text, err := os.ReadFile("/proc/thread-self/net/" + name)
			if err != nil && !(name == "udp6" && os.IsNotExist(err)) { // without IPv6
				return refuse.Because("the kernel does not tell its sockets of UDP: %v", err)
			}
			found = append(found, readUDP(string(text))...)
		}
		return nil
	})
	return found, err
}

// readUDP reads a line for each socket, behind a line of headings: "sl local_address rem_address st …", with the inode in the tenth
// field.
func readUDP(text string) []UDP {
	var found []UDP
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) < 10 {
			continue
		}
		local, err := readEnd(fields[1])
		inode, problem := strconv.ParseUint(fields[9], 10, 32)
		if err == nil && problem == nil {
			found = append(found, UDP{Local: local.Addr(), LocalPort: local.Port(), Inode: uint32(inode), Held: true})
		}
	}
	return found
}

// readEnd reads an address and a port in hexadecimal digits. The address is words of 4 bytes, each in the machine's order.
func readEnd(text string) (netip.AddrPort, error) {
	address, port, _ := strings.Cut(text, ":")
	bytes, err := hex.DecodeString(address)
	number, problem := strconv.ParseUint(port, 16, 16)
	if err != nil || problem != nil || len(bytes)%4 != 0 {
		return netip.AddrPort{}, fmt.Errorf("%q is no address and port", text)
	}
	for i := 0; i < len(bytes); i += 4 {
		native.PutUint32(bytes[i:], binary.BigEndian.Uint32(bytes[i:]))
	}
	read, ok := netip.AddrFromSlice(bytes)
	if !ok {
		return netip.AddrPort{}, fmt.Errorf("%q is no address and port", text)
	}
	return netip.AddrPortFrom(read.Unmap(), uint16(number)), nil
}
