#!/usr/bin/env bash
# One would believe: `nft delete chain` fails on a chain that still has rules. nft(8) says so ("The chain must not contain any rules or
# be used as jump target"), and `iptables -X`, which does the same by the same kernel's interface, refuses: so cleaning up by
# it cannot take along what somebody else has put there meanwhile.
#
# What happens: only the second half holds. A chain that something jumps to is refused with EBUSY; one that merely has rules goes, with
# all of them, and the exit code is 0, base chains too. The kernel refuses only if NLM_F_NONREC is in the request: iptables-nft sends
# it, nft does not, nor does the Go library google/nftables (DelChain). "Delete it if it is empty" cannot be said with
# the latter two: whoever looks first and deletes then can lose a rule that came in between.
#
# Seen with nftables 1.0.6, iptables 1.8.9 (Debian 12), google/nftables 0.3.0, Go 1.26.8, Linux 6.18.44, 2026-11-28.
# Needs root, nft, iptables-nft and go. 20 s. Exits 0 if it is still so, 1 if it has changed, 2 if it could not be tried here.
set -euo pipefail
for tool in nft iptables-nft go unshare; do command -v "$tool" >/dev/null || { echo "needs $tool"; exit 2; }; done
[ "$(id -u)" = 0 ] || { echo 'needs root'; exit 2; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
uname -r; nft --version; iptables-nft --version; go version

cat >main.go <<'GO'
package main

import (
	"fmt"
	"os"

	"github.com/google/nftables"
)

func main() {
	conn := &nftables.Conn{}
	table := &nftables.Table{Family: nftables.TableFamilyIPv4, Name: "filter"}
	conn.DelChain(&nftables.Chain{Table: table, Name: "theirs"})
	if err := conn.Flush(); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}
GO
go mod init example >/dev/null 2>&1
go get github.com/google/nftables@v0.3.0 >/dev/null 2>&1 || { echo 'the library cannot be had'; exit 2; }
CGO_ENABLED=0 go build -o delete .

# In a network namespace of its own, which goes with it. Arguments: how the chain is deleted. Prints its exit code.
of_a_chain_with_a_rule() {
  unshare --net bash -c "iptables-nft -N theirs && iptables-nft -A theirs -p tcp --dport 22 -j ACCEPT || exit 99; $1 >&2; echo \$?"
}
by_iptables=$(of_a_chain_with_a_rule 'iptables-nft -X theirs')
by_nft=$(of_a_chain_with_a_rule 'nft delete chain ip filter theirs')
by_library=$(of_a_chain_with_a_rule "$folder/delete")
echo "a chain with a rule in it is deleted: iptables -X exits with $by_iptables, nft delete chain with $by_nft, DelChain with $by_library"
[ "$by_iptables" != 0 ] && [ "$by_nft" = 0 ] && [ "$by_library" = 0 ]
