"""Making people's decisions on claims: targets are looked up, the words they are about are kept with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from musnad.archive.decisions import DecisionStore, new_decision
from musnad.archive.documents import ClaimDocument, StatementDocument
from musnad.archive.read import ArchiveReader
from musnad.archive.reviews import ReviewDocument
from musnad.claims import Decision, DecisionKind, seed_statement
from musnad.errors import ArchiveError, InputError
from musnad.model import Relation

MOST_OTHERS = 50
"""A split names so many statements of the rest one by one; of a larger claim its first statement stands for all."""


@dataclass(frozen=True, slots=True)
class Decider:
    """One person who decides, and the archive that it is about.

    Every method adds one decision and returns it; it takes effect with the next settling. Raises
    `ArchiveError` for an id that is not in the archive, `InputError` for a decision that makes no sense.
    """

    reader: ArchiveReader
    store: DecisionStore
    who: str

    def link(
        self, statement_id: str, claim_id: str, why: str, relation: Relation | None = None
    ) -> Decision:
        """Decide that a statement is about a claim, and (with `relation`) how it bears on it."""
        statement, claim = self.statement(statement_id), self.claim(claim_id)
        if statement.id == seed_statement(claim.id) and relation is None:
            raise InputError(f'statement "{statement.id}" is where claim "{claim.id}" comes from')
        return self._add("link", why, statement, claims=(claim.id,), relation=relation)

    def unlink(self, statement_id: str, claim_id: str, why: str) -> Decision:
        """Decide that a statement is not about a claim."""
        statement, claim = self.statement(statement_id), self.claim(claim_id)
        if statement.id == seed_statement(claim.id):
            raise InputError(
                f'statement "{statement.id}" is where claim "{claim.id}" comes from: take the others '
                "away from it with `musnad claims split`"
            )
        return self._add("unlink", why, statement, claims=(claim.id,))

    def merge(self, claim_ids: Sequence[str], why: str) -> Decision:
        """Decide that claims are one."""
        claims = list({claim.id: claim for claim in map(self.claim, claim_ids)}.values())
        if len(claims) < 2:
            raise InputError("to merge, name at least two claims that are not one already")
        decision = new_decision(
            "merge", self.who, why, claims=[c.id for c in claims], quote=claims[0].text
        )
        self.store.add(decision)
        return decision

    def split(self, claim_id: str, statement_ids: Sequence[str], why: str) -> Decision:
        """Decide that statements are about another matter than the rest of their claim."""
        claim = self.claim(claim_id)
        members = {s.id: s for s in self.reader.statements_of_claim(claim.id)}
        strangers = [key for key in statement_ids if key not in members]
        if strangers:
            raise InputError(
                f'statement "{strangers[0]}" is not about claim "{claim.id}" (see `musnad claims show`)'
            )
        rest = [key for key in members if key not in statement_ids]
        if not rest:
            raise InputError(f'claim "{claim.id}" has no other statements to split these from')
        named = seed_statement(claim.id) in statement_ids or len(rest) <= MOST_OTHERS
        one = members[statement_ids[0]]
        decision = new_decision(
            "split",
            self.who,
            why,
            statements=list(dict.fromkeys(statement_ids)),
            quote=_quote(one),
            **({"others": rest} if named else {"claims": (claim.id,)}),
        )
        self.store.add(decision)
        return decision

    def rename(self, claim_id: str, text: str, why: str) -> Decision:
        """Decide how a claim reads."""
        claim = self.claim(claim_id)
        if not text.strip():
            raise InputError("the new wording is empty")
        decision = new_decision(
            "rename", self.who, why, claims=(claim.id,), text=text.strip(), quote=claim.text
        )
        self.store.add(decision)
        return decision

    def wrong_statement(self, statement_id: str, why: str) -> Decision:
        """Decide that what was found is no statement."""
        return self._add("wrong_statement", why, self.statement(statement_id))

    def review(
        self, document: ReviewDocument, claim_id: str, why: str, relation: Relation | None
    ) -> Decision:
        """Decide that a fact-check is about a claim (`relation` supports or denies), or is not (None)."""
        decision = new_decision(
            "unlink" if relation is None else "link",
            self.who,
            why,
            reviews=(document.id,),
            claims=(self.claim(claim_id).id,),
            relation=relation,
            quote=document.claim,
        )
        self.store.add(decision)
        return decision

    def withdraw(self, decision_id: str, why: str) -> Decision:
        """Take back a decision, whoever made it; both stay on record."""
        earlier = self.store.get(decision_id)
        if any(d.withdraws == earlier.id for d in self.store.all(kinds=["withdraw"])):
            raise InputError(f'decision "{earlier.id}" is withdrawn already')
        decision = new_decision(
            "withdraw",
            self.who,
            why,
            withdraws=earlier.id,
            article_id=earlier.article_id,
            quote=earlier.quote,
        )
        self.store.add(decision)
        return decision

    def statement(self, statement_id: str) -> StatementDocument:
        """Return a statement of the archive. Raises `ArchiveError` where there is none."""
        found = self.reader.statement(statement_id)
        if found is None:
            raise ArchiveError(
                f'there is no statement "{statement_id}" (`musnad claims show` gives their ids)'
            )
        return found

    def claim(self, claim_id: str) -> ClaimDocument:
        """Return a claim, following redirects. Raises `ArchiveError` where there is none."""
        found = self.reader.claim(claim_id)
        if found is None:
            raise ArchiveError(f'there is no claim "{claim_id}" (see `musnad claims list`)')
        return found

    def _add(
        self,
        kind: DecisionKind,
        why: str,
        statement: StatementDocument,
        claims: Sequence[str] = (),
        relation: Relation | None = None,
    ) -> Decision:
        # With article and words a statement is found again where its id has changed.
        decision = new_decision(
            kind,
            self.who,
            why,
            statements=(statement.id,),
            claims=claims,
            relation=relation,
            article_id=statement.article_id,
            quote=_quote(statement),
        )
        self.store.add(decision)
        return decision


def _quote(statement: StatementDocument) -> str:
    return statement.said.surface if statement.said else statement.cue.surface
