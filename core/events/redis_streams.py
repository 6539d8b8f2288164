"""Events into a Redis stream, from where other programs read them: https://redis.io/docs/latest/develop/data-types/streams.

Needs the package `redis` (dependency group `broker`). A batch is sent as one transaction, and what is older than
events are kept is trimmed from the stream as they come.
"""

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Self

from core.errors import N_, UserError
from core.events.sinks import SinkError
from core.events.types import Recorded

if TYPE_CHECKING:
    from redis import Redis
    from redis.typing import EncodableT, FieldT

STREAM = "effigies:events"
_SECONDS = 5.0  # that an answer may take
_DAY_MS = 24 * 3600 * 1000


class BrokerError(UserError):
    """The broker cannot be used as it is set."""


class RedisSink:
    """Adds each event to a stream: its kind, for those who read only some, and its row as JSON."""

    def __init__(self, client: "Redis", keep_days: int, stream: str = STREAM) -> None:
        self._client, self._keep_ms, self.stream = client, keep_days * _DAY_MS, stream

    @classmethod
    def open(cls, url: str, keep_days: int) -> Self:
        """A sink for `redis://host:6379/0`; it connects with the first event.

        Raises:
            BrokerError: the address makes no sense, or the package is missing.
        """
        try:
            import redis
        except ImportError as error:
            raise BrokerError(N_("Events for Redis need the package redis: pip install redis.")) from error
        try:
            client = redis.Redis.from_url(url, socket_timeout=_SECONDS, socket_connect_timeout=_SECONDS)
        except ValueError as error:
            raise BrokerError(N_("The address of Redis must look like redis://host:6379/0.")) from error
        return cls(client, keep_days)

    def write(self, events: Sequence[Recorded]) -> None:
        """See `Sink.write`."""
        import redis

        oldest = int(time.time() * 1000) - self._keep_ms
        with self._client.pipeline(transaction=True) as pipe:
            for each in events:
                fields: dict[FieldT, EncodableT] = {"kind": each.event.kind, "event": each.line()}
                pipe.xadd(self.stream, fields, minid=oldest, approximate=True)
            try:
                pipe.execute()
            except redis.RedisError as error:
                raise SinkError(str(error)) from error

    def close(self) -> None:
        """Close the connection."""
        self._client.close()
