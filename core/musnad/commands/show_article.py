"""An article for people: its text with the spans marked, then what was found, and by what."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

import typer

from musnad.commands.context import context
from musnad.dates import DateMention
from musnad.excerpt import sentence_around
from musnad.model import Article, Claim, Link, Mention, Speaker, Statement
from musnad.pipeline import Enriched
from musnad.timezone import local

DERIVED = "derived by program; the words it was derived from are shown"
_COLOURS = {
    "person": typer.colors.CYAN,
    "organization": typer.colors.BLUE,
    "state": typer.colors.GREEN,
    "armed_group": typer.colors.RED,
    "place": typer.colors.GREEN,
    "outlet": typer.colors.MAGENTA,
    "other": typer.colors.YELLOW,
}


_CONTROLS = {code: "\ufffd" for code in (*range(32), *range(127, 160)) if chr(code) not in "\t\n\r"}


def harmless(text: str) -> str:
    """Return `text` without characters that a terminal would obey (on a terminal only)."""
    return text.translate(_CONTROLS) if sys.stdout.isatty() else text


def isolate(text: str) -> str:
    """Return Arabic text fenced for a line that runs left to right (on a terminal only)."""
    return f"\u2068{harmless(text)}\u2069" if sys.stdout.isatty() else text


def one_line(text: str) -> str:
    """Return `text` with all white space runs as one space."""
    return " ".join(text.split())


def print_article(enriched: Enriched) -> None:
    """Print an enriched article."""
    article = enriched.article
    print_head(article, enriched.outlet.name if enriched.outlet else None)
    typer.echo(marked(article.title, "title", enriched.mentions))
    typer.echo(marked(article.body, "body", enriched.mentions))
    print_findings(article, enriched.mentions, enriched.statements, enriched.links, enriched.claims)
    _print_dates(enriched.data.get("dates") or ())
    for error in enriched.enrichment.errors:
        typer.echo(
            f"  ! {error.plugin}.{error.component} failed: {error.exception}: {error.message}"
        )
    typer.echo("")


def minute(at: datetime | None) -> str:
    """Return a point in time to the minute, in the time zone of the settings."""
    if at is None:
        return "no date"
    return local(at, context.settings.zone).isoformat(timespec="minutes")


def print_head(article: Article, outlet: str | None) -> None:
    """Print id, outlet and date of an article."""
    when = minute(article.published_at)
    shown = isolate(outlet or article.outlet or "outlet unknown")
    typer.secho(f"── {article.id} · {shown} · {when} " + "─" * 20, dim=True)


def marked(text: str, field: str, mentions: Sequence[Mention]) -> str:
    """Return `text` with each mention marked: in colour on a terminal, as ⟦surface|id⟧ elsewhere."""
    pieces: list[str] = []
    last = 0
    for mention in mentions:
        if mention.field != field:
            continue
        pieces.append(harmless(text[last : mention.start]))
        if sys.stdout.isatty():
            pieces.append(
                typer.style(harmless(mention.surface), fg=_COLOURS[mention.type], underline=True)
            )
        else:
            pieces.append(f"⟦{mention.surface}|{_target(mention)}⟧")
        last = mention.end
    pieces.append(harmless(text[last:]))
    return "".join(pieces)


def _target(mention: Mention) -> str:
    if mention.actor_id:
        return mention.actor_id
    if mention.candidates:
        return "?" + "/".join(candidate.id for candidate in mention.candidates)
    return mention.type


def print_findings(
    article: Article,
    mentions: Sequence[Mention],
    statements: Sequence[Statement],
    links: Sequence[Link],
    claims: Sequence[Claim] | None,
) -> None:
    """Print actors, statements and claims (if any are given), each with the words it was derived from."""
    typer.secho(f"\nActors ({DERIVED})", bold=True)
    for target, group in _grouped(mentions).items():
        first = group[0]
        surfaces = " · ".join(isolate(s) for s in dict.fromkeys(m.surface for m in group))
        rules = ", ".join(dict.fromkeys(m.provenance.rule or "" for m in group))
        typer.echo(
            f"  {isolate(first.name)}  [{first.type}] {target}  ×{len(group)}: {surfaces}  ({rules})"
        )
    typer.secho(f"\nStatements ({DERIVED})", bold=True)
    relation: dict[str, list[Link]] = defaultdict(list)
    for link in links:
        relation[link.statement_id].append(link)
    for number, statement in enumerate(statements, 1):
        _print_statement(number, article, statement, relation[statement.id])
    if claims is None:
        return
    typer.secho(f"\nClaims (status {DERIVED})", bold=True)
    numbers = {statement.id: number for number, statement in enumerate(statements, 1)}
    for claim in claims:
        typer.echo(f"  {claim.id}  {claim.status.upper()}  {isolate(one_line(claim.text))}")
        for change in claim.history:
            because = numbers.get(change.because)
            at = f"statement {because}" if because else change.because
            typer.echo(f"      {change.status} because of {at}: {change.reason}")


def _print_dates(dates: Sequence[DateMention]) -> None:
    """Print dates with the days they mean and what is to be doubted."""
    if not dates:
        return
    typer.secho(f"\nDates ({DERIVED})", bold=True)
    for one in dates:
        notes: list[str] = [one.calendar] if one.calendar != "gregorian" else []
        notes += ["counted from the day of publication"] if one.inferred else []
        notes += [f"or {one.other}"] if one.other else []
        notes += [f"CONFLICT: {kind.replace('_', ' ')}" for kind in one.conflicts]
        noted = f"  ({'; '.join(notes)})" if notes else ""
        typer.echo(f"  {one.value or 'no day known'}  {isolate(one_line(one.surface))}{noted}")


def _grouped(mentions: Iterable[Mention]) -> dict[str, list[Mention]]:
    groups: dict[str, list[Mention]] = defaultdict(list)
    for mention in mentions:
        target = _target(mention)
        groups[target if mention.actor_id or mention.candidates else mention.surface].append(
            mention
        )
    return groups


def speaker_text(speaker: Speaker) -> str:
    """Return a speaker in words: what stands in the text, and who that is."""
    # The outlet that publishes an article stands behind it without standing in it.
    named = speaker.name or speaker.actor_id or "nobody named"
    words = isolate(one_line(speaker.span.surface) if speaker.span else named)
    parts = [words, f"[{speaker.kind}]"]
    if speaker.actor_id:
        parts.append(f"= {speaker.actor_id}")
    elif speaker.name and speaker.span and speaker.name != speaker.span.surface:
        parts.append(f"= {isolate(speaker.name)}")
    if speaker.affiliation:
        parts.append(f"of {speaker.affiliation}")
    return " ".join(parts)


def _print_statement(
    number: int, article: Article, statement: Statement, links: Sequence[Link]
) -> None:
    typer.echo(
        f"  {number}. {statement.stance.upper()}  {isolate(statement.cue.surface)}  "
        f"({statement.provenance.rule})  {statement.cue.field}[{statement.cue.start}:{statement.cue.end}]"
    )
    typer.echo(f"      who: {speaker_text(statement.speaker)}")
    if statement.attribution not in ((), (statement.speaker,)):
        typer.echo("      through: " + " → ".join(speaker_text(s) for s in statement.attribution))
    if statement.said:
        quoted = " (quoted)" if statement.quoted else ""
        typer.echo(f"      said{quoted}: {isolate(one_line(statement.said.surface))}")
    for link in links:
        typer.echo(
            f"      {link.relation} claim {link.claim_id} ({link.decided_by}, {link.score:.2f})"
        )
    typer.echo(f"      from: {isolate(sentence_around(article, statement.cue))}")
