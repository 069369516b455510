"""Claims: which statements are about the same thing, and what is known of it. Pure; storage is elsewhere.

`relation` (a stance's bearing on a claim) → `status` (of a claim, from all that bear on it) → `registry` (what
linkers compare with) → `settle` (claims of all accepted links, under people's `decisions`) → `article` (the same
inside one article, for `enrich`).
"""

from musnad.claims.article import link_article, stamp
from musnad.claims.bearing import Bearing, article_bearing
from musnad.claims.decisions import Decision, DecisionKind, seed_id, seed_statement, standing
from musnad.claims.features import ATTACHED, DIFFERS, NEGATED, OWN_WORDS, REPEATS, UNDECIDED
from musnad.claims.graph import components, touched
from musnad.claims.registry import MemoryClaimRegistry, seed_claim
from musnad.claims.relation import claim_is_negated, relation_of
from musnad.claims.reviewed import Reviewed
from musnad.claims.settle import (
    COHESION,
    THRESHOLD,
    ArticleFacts,
    Settlement,
    decision_edges,
    settle,
)
from musnad.claims.status import Evidence, status_as_of, status_of

__all__ = [
    "ATTACHED",
    "COHESION",
    "DIFFERS",
    "NEGATED",
    "OWN_WORDS",
    "REPEATS",
    "THRESHOLD",
    "UNDECIDED",
    "ArticleFacts",
    "Bearing",
    "Decision",
    "DecisionKind",
    "Evidence",
    "MemoryClaimRegistry",
    "Reviewed",
    "Settlement",
    "article_bearing",
    "claim_is_negated",
    "components",
    "decision_edges",
    "link_article",
    "relation_of",
    "seed_claim",
    "seed_id",
    "seed_statement",
    "settle",
    "stamp",
    "standing",
    "status_as_of",
    "status_of",
    "touched",
]
