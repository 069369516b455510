"""What the rules share while one article is read: its words, its cues, who has spoken so far."""

from __future__ import annotations

from typing import Protocol, cast

from musnad.model import Speaker, Stance

from musnad_claims.clauses import Said
from musnad_claims.drafts import Draft
from musnad_claims.fold import fold
from musnad_claims.inflect import Form
from musnad_claims.matches import Match, find_matches
from musnad_claims.phrase_sets import PhraseSet
from musnad_claims.phrases import THAT, Phrase
from musnad_claims.resources import phrases, words
from musnad_claims.speakers import NOBODY, Voice, voice
from musnad_claims.words import Words, sentence_end, sentence_start

_DENYING = PhraseSet(phrases("clauses.yaml", "denying_content"))
_DENYING_WITHIN = PhraseSet(phrases("clauses.yaml", "denying_within"))
_CLAIMING = PhraseSet(phrases("clauses.yaml", "claiming_content"))
_NEAR_BEGINNING = 25
_SHORT = 18
"""The end of what is said judges the whole only where it is this short."""
_DOUBTING = PhraseSet(phrases("clauses.yaml", "doubting_content"))
_WITHHOLDING = PhraseSet(phrases("clauses.yaml", "withholding_content"))
_REPORTED = frozenset({"صحه", "ما", "نبا", "انباء"})
_MANNER = frozenset({"بشكل", "بطريقه", "بصوره"})
_MEMORY = 12
_VOICES = 60
"""Speakers further back than this are not who speaks on, even in one endless sentence."""
_MASCULINE = words("traps.yaml", "other_verbs")
OTHER_VERBS = _MASCULINE | {verb + "ت" for verb in _MASCULINE}
"""Folded words (without و) that are frequent verbs whose subject may speak on."""


class WeakSubject(Protocol):
    """Reads whom the sentence that begins at `token` is about, and where it begins with that."""

    def __call__(self, reading: Reading, token: int) -> tuple[int, Voice] | None:
        """Return None for nobody."""


class Reading:
    """One article under extraction."""

    def __init__(self, text: Words, weak_subject: WeakSubject) -> None:
        self.text = text
        self._weak_subject = weak_subject
        self._noticed: list[int] = []
        self._heard: dict[Phrase, Voice | None] = {}
        self.ahead: dict[tuple[int, int, int], Phrase | None] = {}
        """The phrases before verbs that were looked for, by the verb's place."""
        self.matches: dict[int, Match] = find_matches(text)
        self.voices: list[tuple[int, Voice]] = []
        self._weak: tuple[int, Voice] | None = None
        self._persons: dict[str, Speaker] = {}
        self._described: dict[tuple[str, str], tuple[int, Voice]] = {}
        self._shared: set[tuple[str, str]] = set()
        """Descriptions of two known speakers: «الوزير» names neither."""
        self.drafts: list[Draft] = []
        self.stops: frozenset[int] = frozenset()
        self.speaking_names = self._names()
        self.facts: set[int] = set()
        """Sentences in which facts «say» something: the writer's own judgement."""

    def _names(self) -> set[str]:
        """Return unknown words that stand alone between a verb of saying and what is said: surnames."""
        found = set()
        for match in self.matches.values():
            token = match.last
            if (
                match.finite
                and "that" in match.cue.takes
                and not match.negated
                and token < len(self.text)
            ):
                following = self.text.key(token + 1)
                if (following in THAT or following == ":") and self.text.is_word[token]:
                    found.add(self.text.key(token))
        return found

    def remember(self, token: int, heard: Voice) -> None:
        """Note that `heard` is the subject around `token`: later verbs without a subject may be theirs."""
        if heard.speaker.kind != "none":
            self._noticed.clear()  # whoever speaks later is nearer than their subjects
            self.voices.append((token, heard))
            if heard.speaker.kind == "person" and heard.phrase is not None:
                for at in range(heard.phrase.first, heard.phrase.last):
                    self._persons[self.text.key(at)] = heard.speaker
            if heard.phrase is not None:
                described = heard.speaker.kind, self.text.bare(heard.phrase.first)
                before = self._described.get(described)
                mine = heard.speaker.actor_id
                if before and mine and before[1].speaker.actor_id not in (None, mine):
                    self._shared.add(described)
                self._described[described] = len(self.voices), heard

    def notice(self, token: int) -> None:
        """Note that a sentence begins at `token` with no verb that is known: its subject may speak on."""
        self._noticed.append(token)

    @property
    def weak(self) -> tuple[int, Voice] | None:
        """The subject of the latest clause whose verb is in no list: it may speak on in its sentence.

        Few are ever asked for, so they are read when they are: until somebody else speaks, nothing that
        they depend on changes.
        """
        while self._noticed:
            found = self._weak_subject(self, self._noticed.pop())
            if found is not None:
                self._weak = found
                self._noticed.clear()
        return self._weak

    def speaks_in_sentence(self, token: int) -> bool:
        """Tell whether somebody has spoken already in the sentence of `token`."""
        return (
            bool(self.voices)
            and self.text.sentence[self.voices[-1][0]] == self.text.sentence[token]
        )

    def hear(self, phrase: Phrase | None) -> Voice | None:
        """Return who `phrase` names, None for nobody."""
        # A clitic that stands alone («وفقا ل») leaves nothing to name.
        if phrase is None or phrase.start >= phrase.end:
            return None
        try:
            heard = self._heard[phrase]
        except KeyError:
            heard = self._heard[phrase] = voice(self.text, phrase)
        return None if heard is None else self._known_already(heard)

    def _known_already(self, heard: Voice) -> Voice:
        """«الصحيفة», «المصدر» after «صحيفة الميناء», «مصدر عسكري …» is the same speaker."""
        phrase, speaker = heard.phrase, heard.speaker
        if phrase is None or speaker.actor_id:
            return heard
        person = self._quoted_person(phrase, speaker)
        if person is not None:
            return heard._replace(speaker=person, gender="")
        if phrase.last - phrase.first != 1:
            return heard
        key = self.text.key(phrase.first)
        names = {key, key.removeprefix("ال")}
        keys = [(speaker.kind, name) for name in names]
        before = [self._described[k] for k in keys if k in self._described]
        if not before or not self._shared.isdisjoint(keys):
            return heard
        same = max(before, key=lambda entry: entry[0])[1].speaker
        update = {"actor_id": same.actor_id, "name": same.name, "affiliation": same.affiliation}
        return heard._replace(speaker=speaker.model_copy(update=update))

    def _quoted_person(self, phrase: Phrase, speaker: Speaker) -> Speaker | None:
        """Return the person whose surname stands alone in quotation marks: «وقال "النجار" …»."""
        quoted = [at for at in range(phrase.first, phrase.last) if self.text.is_word[at]]
        if speaker.kind != "organization" or len(quoted) != 1 or self.text.quote[quoted[0]] < 0:
            return None
        same = self._persons.get(self.text.key(quoted[0]))
        if same is None:
            return None
        update = {"kind": "person", "actor_id": same.actor_id, "name": same.name}
        return speaker.model_copy(update={**update, "affiliation": same.affiliation})

    def recent(self) -> list[Draft]:
        """Return the latest drafts, last first: what a rule looks back at."""
        return self.drafts[: -_VOICES - 1 : -1]

    def implied(self, token: int, form: Form | None) -> Voice:
        """Return who a verb (or participle) at `token` without a subject belongs to."""
        here = self.text.sentence[token]
        weak = self.weak
        if weak is not None and self.text.sentence[weak[0]] == here:
            newer = not self.voices or self.voices[-1][0] < weak[0]
            if newer and (form is None or form.kind == "participle" or _agrees(form, weak[1])):
                return self._named(weak[1])
        for at, heard in self.voices[: -_VOICES - 1 : -1]:
            distance = here - self.text.sentence[at]
            if distance > _MEMORY:
                break
            if heard.speaker.kind == "document" and _in_title(heard):
                continue
            # A participle often does not agree: «وقالت مصادر …، مشيرا إلى».
            loose = form is None or (form.kind == "participle" and distance <= 1)
            if loose or form is None or _agrees(form, heard):
                return self._named(heard)
        if weak is not None and not self.voices and here - self.text.sentence[weak[0]] <= _MEMORY:
            return self._named(weak[1]) if form is None or _agrees(form, weak[1]) else NOBODY
        return NOBODY

    def _named(self, heard: Voice) -> Voice:
        """A speaker in the title stands for one in the body, but its words are not the body's."""
        if _in_title(heard):
            return heard._replace(speaker=heard.speaker.model_copy(update={"span": None}))
        return heard

    def start(self, token: int) -> int:
        """Return the first token of the sentence of `token`."""
        return sentence_start(self.text, token)

    def end(self, token: int) -> int:
        """Return one past the last token of the sentence of `token`."""
        return sentence_end(self.text, token)

    def stance(self, match: Match, said: Said | None) -> Stance | None:
        """Return the stance of a cue with its content; None where it is no statement."""
        name = match.cue.negated if match.negated else match.cue.stance
        if match.both:
            name = "no_comment"
        if name == "none":
            return None
        if said is not None and name == "asserts":
            content = fold(self.text.text[said.start : said.end]).split()
            if _has(content, _DENYING) or _within(content, _DENYING_WITHIN):
                name = "denies"
            elif _has(content, _DOUBTING):
                name = "doubts"
            elif _has(content, _WITHHOLDING):
                name = "no_comment"
            elif self._concedes(match, content):
                name = "confirms"
        return cast(Stance, name)

    def _concedes(self, match: Match, content: list[str]) -> bool:
        """Tell «أعلنت مسؤوليتها عن», «أكد صحة …», «أكد ما ذكرته …» from other assertions."""
        if match.cue.rule == "say:أعلن" and _has(content[:2], _CLAIMING):
            return True
        return "object" in match.cue.takes and content[0] in _REPORTED and len(content) > 1

    def add(
        self,
        match: Match,
        said: Said | None,
        speaker: Voice,
        score: float,
        cue_last: int | None = None,
    ) -> Draft | None:
        """Note a statement; None (and nothing noted) where the cue's stance says that it is none."""
        stance = self.stance(match, said)
        if stance is None:
            return None
        kinds = match.cue.speaker_kinds
        if kinds and speaker.speaker.kind not in kinds:
            return None
        last = cue_last or match.last
        cue = (self.text.starts[match.first] + match.offset, self.text.ends[last - 1])
        draft = Draft(match, stance, cue, said, speaker, score, self.text)
        self.drafts.append(draft)
        return draft


def _has(content: list[str], wanted: PhraseSet) -> bool:
    """Tell whether what is said begins or ends with one of the phrases."""
    return wanted.begin(content) or (len(content) <= _SHORT and wanted.end(content))


def _within(content: list[str], wanted: PhraseSet) -> bool:
    """Tell whether one of the phrases stands among the first words of what is said."""
    begin = [word.strip('"«»“”،,:') for word in content[:_NEAR_BEGINNING]]
    if not wanted.may_stand_in(begin):
        return False
    # «… مدخلة بشكل غير صحيح» tells how, and denies nothing.
    begin = [
        word for at, word in enumerate(begin) if _MANNER.isdisjoint(begin[max(0, at - 2) : at])
    ]
    return wanted.stand_in(begin)


def _in_title(heard: Voice) -> bool:
    span = heard.speaker.span
    return span is not None and span.field == "title"


def _agrees(form: Form, heard: Voice) -> bool:
    if form.number == "p":
        # «العاملات أكدن»: whose plural is feminine shows by no ending of its own.
        return heard.plural or (form.gender == "f" and heard.gender != "m")
    if form.kind == "masdar":
        return True
    return not heard.gender or not form.gender or form.gender == heard.gender
