"""What the agent itself does while a harm is in force."""


class Action:
    """Begins when the harm does, and ends with it; can begin again after that."""

    def begin(self):
        """Begins, or raises why it cannot."""

    def settle(self):
        """Waits until it is in force, as others are beginning meanwhile."""

    def tend(self):
        """Does what is due, now and then."""

    def end(self):
        """Takes back what it did; can be done twice."""

    def close(self):
        """Lets go of everything; it does not begin again."""
        self.end()

    def counters(self):
        """What it did so far, in a line."""
        raise NotImplementedError
