"""The methods that are compared, by name; a contract test runs against every one."""

from collections.abc import Callable

from core.errors import N_
from core.recommender.hybrid import Hybrid
from core.recommender.latent import GFCF, ContentLSA, InteractionLSA
from core.recommender.model import Popular, PopularInDepartment, RankingMethod
from core.recommender.neighbours import CosineNeighbours, WeightedNeighbours
from core.recommender.segments import PopularInSegment

METHODS: dict[str, Callable[..., RankingMethod]] = {
    "popular": Popular,
    "popular_department": PopularInDepartment,
    "popular_segment": PopularInSegment,
    "lsa": InteractionLSA,
    "content": ContentLSA,
    "cosine": CosineNeighbours,
    "weighted": WeightedNeighbours,
    "gfcf": GFCF,
    "hybrid": Hybrid,
}
FLOOR = "popular"

NAMES = {
    "popular": N_("Popular"),
    "popular_department": N_("Popular in the department"),
    "popular_segment": N_("Popular in the segment"),
    "lsa": N_("LSA of the purchases"),
    "content": N_("LSA of the descriptions"),
    "cosine": N_("Nearest neighbours (cosine)"),
    "weighted": N_("Nearest neighbours (degree-weighted)"),
    "gfcf": N_("Graph filter (GF-CF)"),
    "hybrid": N_("Hybrid"),
}
