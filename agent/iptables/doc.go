// Package iptables tells the kernel what becomes of packets by way of the tools iptables-nft and iptables-legacy, and of ipset, for
// kernels on which nothing else can.
//
// Where the kernel has ipset, the rules match a set whose entries time out 15 s after their last renewal: the kernel itself ends the
// harm if nobody is left to do so. Where it has none, rules can be given an instant at which they stop matching; else they stay until
// they are removed.
package iptables
