"""What background threads share."""

from threading import Thread


def ended(thread: Thread | None, seconds: float) -> bool:
    """Wait for a thread that was told to end, at most so long; whether it has ended, or was never started."""
    if thread is None:
        return True
    thread.join(seconds)
    return not thread.is_alive()
