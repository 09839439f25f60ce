#!/usr/bin/env bash
# One would believe: iptables-save prints what is there, so that two equal outputs mean two equal packet filters; ":INPUT ACCEPT [0:0]"
# stands for a base chain that exists, with its policy and counters. Comparing it before and after is how people test that nothing
# was left behind.
#
# What happens: as soon as a table of that name exists in nf_tables, iptables-nft-save prints all of the table's built-in chains, with
# policy ACCEPT and counters of 0, whether they exist or not. A table without a single chain, one with the three base chains of which
# each packet now crosses one, and one that has only INPUT, give the same text. Only `nft list ruleset` tells them apart. So a tool
# that made the base chains on its way, as iptables-nft does with the first rule and never undoes, seems to have left nothing.
#
# Seen with iptables 1.8.9 (nf_tables), nftables 1.0.6 (Debian 12), Linux 6.18.44, 2026-11-28. Needs root, nft, iptables-nft. 1 s.
# Exits 0 if it is still so, 1 if it has changed, 2 if it could not be tried here.
set -euo pipefail
for tool in nft iptables-nft iptables-nft-save unshare; do command -v "$tool" >/dev/null || { echo "needs $tool"; exit 2; }; done
[ "$(id -u)" = 0 ] || { echo 'needs root'; exit 2; }
uname -r; iptables-nft --version; nft --version

# Each in a network namespace of its own, which goes with it. Arguments: commands.
saved() { unshare --net bash -ec "$1; iptables-nft-save -t filter | grep -v '^#'"; }
listed() { unshare --net bash -ec "$1; nft list ruleset"; }

empty='nft add table ip filter'
used='iptables-nft -A INPUT -j ACCEPT; iptables-nft -D INPUT -j ACCEPT'
for each in "$empty" "$used"; do
  echo "after: $each"
  echo '  iptables-nft-save:'; saved "$each" | sed 's/^/    /'
  echo '  nft list ruleset:'; listed "$each" | sed 's/^/    /'
done
[ "$(saved "$empty")" = "$(saved "$used")" ] && [ "$(listed "$empty")" != "$(listed "$used")" ]
