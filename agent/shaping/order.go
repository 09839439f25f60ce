package shaping

import (
	"regexp"
	"slices"

	"faultline/agent/packets"
	"faultline/agent/refuse"
)

const mostClasses = 15 // as many as have a hexadecimal digit of their own

var interfaceName = regexp.MustCompile(`^[^\s/]{1,15}$`)

// Order is how an interface serves what leaves it, or what arrives.
type Order struct {
	Interface   string  `json:"interface"`
	QueueLength int     `json:"queue"`     // before anything was done to it
	Direction   string  `json:"direction"` // OUT or IN
	Classes     []Class `json:"classes"`
}

// Class is how some of its packets are served: by a tbf, a netem, or both, the netem below the tbf.
type Class struct {
	Traffic packets.Traffic `json:"traffic"`
	Tbf     *Tbf            `json:"tbf"`
	Netem   *Netem          `json:"netem"`
}

// Require refuses what cannot be carried out.
func (o Order) Require() error {
	switch {
	case !interfaceName.MatchString(o.Interface) || o.Interface == "." || o.Interface == "..":
		return refuse.Because("%q is no name of an interface", o.Interface)
	case o.QueueLength < 0:
		return refuse.Because("a queue length of %d", o.QueueLength)
	case o.Direction != "OUT" && o.Direction != "IN":
		return refuse.Because("the direction is OUT or IN, not %q", o.Direction)
	case len(o.Classes) < 1 || len(o.Classes) > mostClasses:
		return refuse.Because("a tree is for 1 to %d kinds of traffic, not %d", mostClasses, len(o.Classes))
	}
	for _, class := range o.Classes {
		if err := class.require(); err != nil {
			return err
		}
	}
	return nil
}

func (c Class) require() error {
	if err := c.Traffic.Require(); err != nil {
		return err
	}
	if c.Traffic.Flow != "BOTH" || len(c.Traffic.Published) > 0 {
		return refuse.Because("traffic of a tree has no flow but BOTH, as a tree is for one direction, and no published ports")
	}
	if c.Tbf == nil && c.Netem == nil {
		return refuse.Because("a class has neither a tbf nor a netem")
	}
	if c.Tbf != nil {
		if err := c.Tbf.require(); err != nil {
			return err
		}
	}
	if c.Netem != nil {
		return c.Netem.require()
	}
	return nil
}

// canBecome tells whether the tree of an order can be told to be that of another: a netem keeps what it is not told again.
func (o Order) canBecome(other Order) bool {
	return o.Interface == other.Interface && o.Direction == other.Direction &&
		slices.EqualFunc(o.Classes, other.Classes, Class.canBecome)
}

func (c Class) canBecome(other Class) bool {
	// CanBecome of two orders that differ in nothing else compares their traffic.
	sameTraffic := packets.Order{Traffic: c.Traffic}.CanBecome(packets.Order{Traffic: other.Traffic})
	sameKinds := (c.Tbf == nil) == (other.Tbf == nil) && (c.Netem == nil) == (other.Netem == nil)
	return sameTraffic && sameKinds && (c.Netem == nil || c.Netem.kinds() == other.Netem.kinds())
}
