"""A stand-in for Stripe's HTTP API: Checkout sessions, of which the test decides which are paid."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs

from core.ledger.stripe_till import StripeTill

SECRET = "whsec_test"  # noqa: S105 - of the stand-in
Sessions = dict[str, dict[str, object]]


class StripeStandIn(BaseHTTPRequestHandler):
    """Checkout sessions as Stripe's HTTP API serves them."""

    sessions: Sessions
    keys: dict[str, str]

    def do_POST(self) -> None:
        asked = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        key = self.headers["Idempotency-Key"]
        name = self.keys.setdefault(key, f"cs_test_{len(self.keys)}")
        session = {
            "id": name,
            "object": "checkout.session",
            "url": f"https://checkout.example/{name}",
            "client_reference_id": asked["client_reference_id"][0],
            "amount_total": int(asked["line_items[0][price_data][unit_amount]"][0]),
            "currency": asked["line_items[0][price_data][currency]"][0],
            "success_url": asked["success_url"][0],
            "payment_status": "unpaid",
            "livemode": False,
        }
        self.answer(200, self.sessions.setdefault(name, session))

    def do_GET(self) -> None:
        session = self.sessions.get(self.path.rsplit("/", 1)[1])
        missing = {"type": "invalid_request_error", "code": "resource_missing", "message": "No such session"}
        self.answer(200, session) if session else self.answer(404, {"error": missing})

    def answer(self, status: int, body: dict[str, object]) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *arguments: object) -> None:
        """Stay silent."""


@contextmanager
def stripe_stand_in() -> Iterator[tuple[StripeTill, Sessions]]:
    """A till that asks the stand-in, and the sessions that it knows."""
    sessions: Sessions = {}
    handler = type("Handler", (StripeStandIn,), {"sessions": sessions, "keys": {}})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield StripeTill("sk_test_x", SECRET, api_base=f"http://127.0.0.1:{server.server_port}"), sessions
    finally:
        server.shutdown()
        server.server_close()


def paid_event(session: str, kind: str = "checkout.session.completed") -> bytes:
    """What Stripe calls a webhook with."""
    event = {"id": "evt_1", "object": "event", "type": kind, "data": {"object": {"id": session}}}
    return json.dumps(event).encode()
