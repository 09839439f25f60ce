package rollback

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
)

func TestDetachesAndAttachesWithAllThatWasAskedFor(t *testing.T) {
	e := newEngine(t)
	p := start(t, e.socket, long, detaching)
	p.mustDo("ping")
	p.mustDo("make")
	if e.is(e.attached)() {
		t.Fatal("it is attached still")
	}
	p.mustDo("take_back")
	p.mustDo("take_back")
	if e.made("POST /networks/f00d/connect") != 1 {
		t.Error("it was not attached once")
	}
	e.do(func() {
		got, _ := json.Marshal(e.connects[0])
		want := `{"Aliases":["db"],"DriverOpts":{"opt":"1"},"GwPriority":9007199254740993,"IPAMConfig":{"IPv4Address":"10.0.0.5"}}`
		if string(got) != want {
			t.Errorf("asked for %s, not %s", got, want)
		}
	})
	p.in.Close()
	p.leaves(e, 0, "")
}

func TestAttachesWithAnotherAddressIfItsOwnIsTaken(t *testing.T) {
	e := newEngine(t)
	p := start(t, e.socket, long, detaching)
	p.mustDo("make")
	e.override("POST /networks/f00d/connect", func(w http.ResponseWriter, r *http.Request) {
		e.override("POST /networks/f00d/connect", nil)
		says(403, "Address already in use")(w, r)
	})
	p.mustDo("take_back")
	e.do(func() {
		if _, asked := e.connects[0]["IPAMConfig"]; asked || len(e.connects[0]["Aliases"]) == 0 {
			t.Errorf("asked for %s", e.connects[0])
		}
	})
}

func TestSaysWhatCannotBeAttachedAndTriesAgainUntilItCan(t *testing.T) {
	e := newEngine(t)
	e.networks = map[string]string{"net-a": "{}"} // its only one
	p := start(t, e.socket, long, detaching)
	p.mustDo("make")
	e.override("POST /networks/f00d/connect", says(500, "out of addresses\n"))
	if why := p.ask("take_back"); why != `cannot connect "app" to network "net-a" again: out of addresses` {
		t.Errorf("refused: %s", why)
	}
	p.in.Close()
	p.awaits("a second attempt to leave", func() bool { return e.made("POST /networks/f00d/connect") > 2 })
	e.override("POST /networks/f00d/connect", nil)
	p.leaves(e, 0, "")
	if !e.is(e.attached)() {
		t.Error("it is not attached")
	}
}

func TestLeavesIfTheNetworkIsGone(t *testing.T) {
	e := newEngine(t)
	p := start(t, e.socket, long, detaching)
	p.mustDo("make")
	e.do(func() { e.noNetwork = true })
	p.in.Close()
	p.leaves(e, 0, `cannot connect "app" to network "net-a" again: network f00d not found`)
}

func TestHasNothingToTakeBackOfAContainerThatIsGone(t *testing.T) {
	e := newEngine(t)
	p := start(t, e.socket, long, detaching, pausing, fmt.Sprintf(stopping, 60_000))
	e.do(func() { e.exists = false })
	if why := p.ask("make"); why != "No such container: c0ffee" {
		t.Errorf("refused: %s", why)
	}
	p.mustDo("take_back")
	p.in.Close()
	p.leaves(e, 0, "")
}

func TestPausesAndUnpauses(t *testing.T) {
	e := newEngine(t)
	p := start(t, e.socket, long, pausing)
	p.mustDo("make")
	if !e.is(e.isPaused)() {
		t.Fatal("it is not paused")
	}
	e.override("POST /containers/c0ffee/unpause", says(500, "unable to thaw"))
	if why := p.ask("take_back"); why != `cannot unpause "app": unable to thaw` {
		t.Errorf("refused: %s", why)
	}
	e.override("POST /containers/c0ffee/unpause", nil)
	p.mustDo("take_back")
	p.mustDo("take_back")
	if e.is(e.isPaused)() || e.made("POST /containers/c0ffee/unpause") != 2 {
		t.Error("it was not unpaused")
	}
}

func TestPassesDockersRefusalOnAndTakesBackWhatItHadMade(t *testing.T) {
	e := newEngine(t)
	p := start(t, e.socket, long, pausing, detaching) // made from the last to the first
	e.override("POST /containers/c0ffee/pause", says(500, "unable to freeze"))
	if why := p.ask("make"); why != "unable to freeze" {
		t.Errorf("refused: %s", why)
	}
	if e.made("POST /networks/f00d/disconnect") != 1 || !e.is(e.attached)() {
		t.Error("it was not detached and attached again")
	}
	e.override("POST /containers/c0ffee/pause", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) })
	if why := p.ask("make"); why != "Docker answered 500" {
		t.Errorf("refused: %s", why)
	}
}

func TestStartsWhatHasEnded(t *testing.T) {
	e := newEngine(t)
	p := start(t, e.socket, long, fmt.Sprintf(stopping, 60_000))
	p.mustDo("make")
	p.mustDo("take_back")
	if e.made("POST /containers/c0ffee/start") != 0 {
		t.Error("it was started while it ran")
	}
	p.mustDo("make")
	e.do(func() { e.running = false })
	e.override("POST /containers/c0ffee/start", says(500, "port is allocated"))
	if why := p.ask("take_back"); why != `cannot start "app" again: port is allocated` {
		t.Errorf("refused: %s", why)
	}
	e.override("POST /containers/c0ffee/start", nil)
	p.mustDo("take_back")
	if !e.is(e.isUp)() {
		t.Error("it was not started")
	}
	p.in.Close()
	p.leaves(e, 0, "") // at once: nothing can be ending any more
}

func TestTakesEachBackWhateverBecomesOfTheOthers(t *testing.T) {
	e := newEngine(t)
	p := start(t, e.socket, long, pausing, detaching)
	p.mustDo("make")
	e.do(func() { e.noNetwork = true })
	e.override("POST /containers/c0ffee/unpause", says(500, "unable to thaw"))
	want := `cannot unpause "app": unable to thaw; cannot connect "app" to network "net-a" again: network f00d not found`
	if why := p.ask("take_back"); why != want {
		t.Errorf("refused: %s", why)
	}
	e.do(func() { e.noNetwork = false })
	if p.ask("take_back"); !e.is(e.attached)() {
		t.Error("it is not attached, because of the other's trouble")
	}
}
