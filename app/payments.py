"""Where Stripe tells that a payment was made: it credits visitors who paid and closed their browser."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from app.resources import ledger
from core.errors import UserError
from core.settings import settings

LARGEST = 64 * 1024  # bytes of a message; Stripe's have some thousand


def routes() -> list[BaseRoute]:
    """The address to enter at Stripe as a webhook: /stripe/events."""
    return [Route("/stripe/events", _events, methods=["POST"])]


async def _events(request: Request) -> Response:
    """Any answer but one of success makes Stripe send the message again."""
    if not (settings().stripe_secret_key and settings().stripe_webhook_secret):
        return PlainTextResponse("not found", status_code=404)
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LARGEST:
            return PlainTextResponse("too long", status_code=413)
    from core.database import DatabaseError  # here: the first page does not wait for the database's libraries

    signature = request.headers.get("stripe-signature", "")
    try:
        await run_in_threadpool(lambda: ledger().receive_stripe_event(bytes(body), signature))
    except DatabaseError as error:
        return PlainTextResponse(str(error), status_code=503)
    except UserError as error:  # forged, about a payment that nobody began here, or Stripe does not answer
        return PlainTextResponse(str(error), status_code=400)
    return PlainTextResponse("ok")
