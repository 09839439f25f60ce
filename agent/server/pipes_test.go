package server

import (
	"os"
	"path/filepath"
	"testing"

	"faultline/agent/pipes"
)

// byPipes has a caller go on by pipes. What it has sent before, it hears as before.
func (c *caller) byPipes() {
	c.t.Helper()
	folder := c.t.TempDir()
	c.does("pipes", map[string]any{"pid": os.Getpid(), "folder": folder})
	in, err := os.OpenFile(filepath.Join(folder, pipes.Requests), os.O_WRONLY, 0)
	if err != nil {
		c.t.Fatal(err)
	}
	answers, err := os.Open(filepath.Join(folder, pipes.Answers))
	if err != nil {
		c.t.Fatal(err)
	}
	c.does("ping", nil) // nobody has asked by them yet
	c.in, c.lines = in, make(chan map[string]any, 10_000)
	go c.read(answers)
	c.t.Cleanup(func() { in.Close() })
}

func TestAnswersByPipesOnceItIsAskedByThem(t *testing.T) {
	at, c := world(t), serve(t, noLease)
	c.does("open", effects(drops(at, tag1)))
	c.byPipes()
	c.isRefused("pipes", map[string]any{"pid": os.Getpid(), "folder": t.TempDir()}, "pipes already")
	c.does("heal", naming(tag1))
	mustBeClean(t, at)
}

func TestHealsAtTheEndOfItsPipes(t *testing.T) {
	at, c := world(t), serve(t, noLease)
	c.byPipes()
	c.does("open", effects(drops(at, tag1)))
	c.in.Close()
	c.hears(tag1)
	c.mustEnd()
	mustBeClean(t, at)
}

func TestHealsAtAGoodbyeByPipes(t *testing.T) {
	at, c := world(t), serve(t, noLease)
	c.byPipes()
	c.does("open", effects(drops(at, tag1)))
	c.does("bye", nil)
	c.mustEnd()
	mustBeClean(t, at)
}

func TestIsAskedAsBeforeIfThereCanBeNoPipes(t *testing.T) {
	c := serve(t, noLease)
	c.isRefused("pipes", map[string]any{"pid": os.Getpid(), "folder": "/not/there"}, "no such file")
	c.byPipes()
	c.does("ping", nil)
}
