"""Points for an answer, and who leads."""

from dataclasses import dataclass

FULL = 1000


@dataclass(frozen=True)
class Place:
    """One line of the leader board; players with equal points share a rank."""

    rank: int
    player_id: int
    nickname: str
    points: int
    right: int


def points(correct: bool, elapsed_ms: int, seconds: int) -> int:
    """What an answer is worth: as in Kahoot, 1000 at once, evenly down to 500 when time runs out; 0 if it is wrong."""
    if not correct:
        return 0
    share = min(max(elapsed_ms / (1000 * seconds), 0.0), 1.0)
    return round(FULL * (1 - share / 2))


def board(totals: list[tuple[int, str, int, int]]) -> list[Place]:
    """Rank (player id, nickname, points, right answers); the best first, equals by nickname."""
    ordered = sorted(totals, key=lambda row: (-row[2], row[1].casefold()))
    places: list[Place] = []
    for number, (player, nickname, total, right) in enumerate(ordered, start=1):
        equal = places and places[-1].points == total
        places.append(Place(places[-1].rank if equal else number, player, nickname, total, right))
    return places
