"""Whose turn it is: a fair line for work of which only so much may run at once.

Visitors take turns: whoever has had one stands behind everybody who waits for theirs, however much they ask for. The
line is bounded, everybody in it can see their place, and whoever leaves it makes room at once. A visitor is a session,
for a whole school may come from one address; so that no address fills the line by opening many, each has at most half.
"""

import threading
from collections import OrderedDict, deque
from collections.abc import Hashable

from core.errors import N_, UserError


class LineFullError(UserError):
    """Too many wait already."""


class LineClosedError(UserError):
    """Nobody is let in any more: the program is about to stop."""


class Ticket:
    """A place in the line; `leave` gives it back, during the wait as well as after the work."""

    def __init__(self, line: "FairLine", visitor: Hashable, address: Hashable = None) -> None:
        self._line, self.visitor, self.address = line, visitor, address

    @property
    def place(self) -> int:
        """0 when it is this one's turn, 1 for who comes next.

        Raises:
            LineClosedError: nobody is let in any more.
        """
        return self._line.place(self)

    def wait(self, known: int, seconds: float) -> int:
        """The place, once it is another than the `known` one or `seconds` have passed.

        Raises:
            LineClosedError: nobody is let in any more.
        """
        return self._line.wait(self, known, seconds)

    def leave(self) -> None:
        """Give the place back; a second time changes nothing."""
        self._line.leave(self)


class FairLine:
    """At most `most` work at once and at most `waiting` wait, from one address half of them; for all of a process."""

    def __init__(self, most: int, waiting: int) -> None:
        self.most, self.longest = most, waiting
        self._changed = threading.Condition()
        self._working: set[Ticket] = set()
        # each visitor's tickets in order of coming; who is first has the next turn, then stands at the end
        self._waiting: OrderedDict[Hashable, deque[Ticket]] = OrderedDict()
        self._closed = False

    @property
    def working(self) -> int:
        """How many have their turn now."""
        return len(self._working)

    @property
    def waiting(self) -> int:
        """How many stand in line."""
        with self._changed:
            return self._length()

    def enter(self, visitor: Hashable, address: Hashable = None) -> Ticket:
        """A place at the end of the line, or at work where nobody waits and there is room.

        `address` is where the visitor comes from; those of None are not counted together.

        Raises:
            LineFullError: too many wait, or too many from this address.
            LineClosedError: nobody is let in any more.
        """
        ticket = Ticket(self, visitor, address)
        with self._changed:
            self._check_open()
            if len(self._working) >= self.most:
                self._check_room(address)
            self._waiting.setdefault(visitor, deque()).append(ticket)
            self._let_in()
        return ticket

    def place(self, ticket: Ticket) -> int:
        """See `Ticket.place`."""
        with self._changed:
            return self._place(ticket)

    def wait(self, ticket: Ticket, known: int, seconds: float) -> int:
        """See `Ticket.wait`."""
        with self._changed:
            self._changed.wait_for(lambda: self._place(ticket) != known, seconds)
            return self._place(ticket)

    def leave(self, ticket: Ticket) -> None:
        """See `Ticket.leave`."""
        with self._changed:
            self._working.discard(ticket)
            own = self._waiting.get(ticket.visitor)
            if own and ticket in own:
                own.remove(ticket)
                if not own:
                    del self._waiting[ticket.visitor]
            self._let_in()

    def close(self) -> None:
        """Let nobody in any more, and tell those who wait; who has a turn keeps it."""
        with self._changed:
            self._closed = True
            self._waiting.clear()
            self._changed.notify_all()

    def drain(self, seconds: float) -> bool:
        """Wait until nobody works any more, at most so long; whether nobody does."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._working, seconds)

    def _let_in(self) -> None:
        while self._waiting and len(self._working) < self.most:
            visitor, own = self._waiting.popitem(last=False)
            self._working.add(own.popleft())
            if own:
                self._waiting[visitor] = own
        self._changed.notify_all()

    def _place(self, ticket: Ticket) -> int:
        """How many turns are given until this one's, its own included: 0 when it has it."""
        if ticket in self._working:
            return 0
        self._check_open()
        own = self._waiting.get(ticket.visitor, deque())
        if ticket not in own:
            raise ValueError("this ticket was given back")
        rounds, before, place = own.index(ticket), True, 0
        for visitor, tickets in self._waiting.items():
            before &= visitor != ticket.visitor
            place += min(len(tickets), rounds + 1 if before or visitor == ticket.visitor else rounds)
        return place

    def _check_open(self) -> None:
        if self._closed:
            raise LineClosedError(N_("The studio is about to restart. Try again in a minute."))

    def _check_room(self, address: Hashable) -> None:
        if self._length() >= self.longest:
            raise LineFullError(
                N_("{count} people wait for their turn already. Try again in a minute."), count=self._length()
            )
        alike = sum(ticket.address == address for own in self._waiting.values() for ticket in own)
        if address is not None and alike >= (self.longest + 1) // 2:
            raise LineFullError(
                N_("{count} people at your address wait for their turn already. Try again in a minute."), count=alike
            )

    def _length(self) -> int:
        return sum(map(len, self._waiting.values()))
