"""Enriching and settling: the new set before the swap, and after it what came at the last moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from musnad.archive.client import errors_explained
from musnad.archive.indices import alias, beside, read_meta
from musnad.archive.sending import send
from musnad.archive.settle import META, Linkers, settle_archive
from musnad.components import Encoder
from musnad.encoders import Encoders
from musnad.fingerprint import combined
from musnad.reindex.beside import RUNS, live_index, remove
from musnad.reindex.catchup import CatchUp
from musnad.reindex.enriching import enrich_waiting
from musnad.reindex.state import Options
from musnad.reindex.swap import FEW
from musnad.reindex.work import Work

ROUNDS = 5
"""So often at most the new set is caught up, enriched and settled before it is compared."""


def build(work: Work, catch_up: CatchUp) -> None:
    """Catch up, enrich and settle until hardly anything is left to catch up with.

    Where much is ingested all the while, settling cannot keep up: the rest is taken over just before the swap, and
    enriched and settled after it.
    """
    for _ in range(ROUNDS):
        work.progress.begin("catching up")
        caught = catch_up.round()
        work.progress.end(
            f"{caught.articles} articles, {caught.deleted} deletions ({caught.read} writes)"
        )
        account, dead = enrich_waiting(
            work.client,
            work.settings,
            beside(work.prefix),
            work.state,
            work.selection().decisions,
            work.progress,
            work.how.workers,
            work.how.ray,
        )
        work.count(account, dead)
        catch_up.take(dead, stale=True)
        _settle(work, beside(work.prefix))
        if catch_up.behind() <= FEW:
            return


def _settle(work: Work, prefix: str, encoder: Encoder | None = None, *, live: bool = False) -> None:
    """Settle the claims of a set; all links are made anew where the linkers are others and all was asked for.

    Vectors are of the claims behind the aliases: they are made, by `encoder`, when the new set is `live`.
    """
    by_key = {r.key: r.component for r in sorted(work.pipeline.linkers, key=lambda r: r.key)}
    fingerprint = combined(work.pipeline.fingerprints[key] for key in by_key)
    linkers = Linkers(by_key, fingerprint, encoder)
    with errors_explained():
        known: Mapping[str, str] = read_meta(work.client, alias(prefix, "claims")).get(META, {})
    changed = known.get("linkers", linkers.fingerprint) != linkers.fingerprint
    relink = changed and work.state.options == Options()
    work.progress.begin("settling claims" + (" (all links anew)" if relink else ""))
    settled = settle_archive(
        work.client,
        prefix,
        linkers,
        everything=relink,
        swapped=live,
        on_wait=lambda message: work.progress.say(f"waiting: {message}"),
        on_work=work.progress.working,
    )
    work.progress.end(settled.lines()[0])
    if settled.outdated:
        work.how.say(
            "claims were linked by other linkers than today's: `musnad claims settle --all` links them anew"
        )


def finish(work: Work) -> None:
    """Enrich and settle what came at the last moment, in the set that is live now; clean up."""
    state = work.state
    account, dead = enrich_waiting(
        work.client,
        work.settings,
        work.prefix,
        state,
        work.selection().decisions,
        work.progress,
        work.how.workers,
        work.how.ray,
    )
    work.count(account, dead)
    _forget_waiting(work, dead)
    with Encoders(work.plugins) as encoders:
        _settle(work, work.prefix, encoders.first, live=True)
    remove(work.client, [live_index(work.client, beside(work.prefix), RUNS)])


def _forget_waiting(work: Work, articles: Sequence[str]) -> None:
    """Let articles that could not be enriched wait no more: they stay marked stale."""
    index = alias(work.prefix, "articles")
    values = {"run_id": work.state.id}
    send(
        work.client,
        ({"_op_type": "update", "_index": index, "_id": key, "doc": values} for key in articles),
        ignore=(404,),
    )
