"""How far a noun phrase that names a speaker goes on."""

from __future__ import annotations

from musnad_claims.names import (
    after_nisba,
    after_quoted_body,
    continues_indefinite,
    disagrees,
    ends_like_object,
    is_apposition,
    is_coordinated,
    is_surname,
    name_after_nationality,
    name_between_commas,
)
from musnad_claims.phrases import (
    ADJECTIVES,
    ALL_HEADS,
    GIVEN,
    HEADS,
    HEADS_WITH_ON,
    NOT_DESCRIPTION,
    NP_PREPOSITIONS,
    PREPOSITIONS,
    SKIPPABLE,
    STOPS,
    TITLES,
    Phrase,
    bracketed,
    is_definite,
    is_that,
    make,
    names_on,
    quoted_name,
)
from musnad_claims.resources import words
from musnad_claims.words import COMMAS, QUOTE_MARKS, Words

_OBJECT_NOUNS = words("anaphora.yaml", "nouns")
_HEADS_WITH_AN = words("speakers.yaml", "heads_with_an")
_NAME_GOES_ON = words("grammar.yaml", "name_goes_on")
_AGENCIES = frozenset({"وكاله", "وكالات"})
_ISSUED = frozenset({"صادر", "صادره", "الصادر", "الصادره"})
_JOINTS = frozenset({"-", "/", "."})
_RESUMPTIVE = words("grammar.yaml", "resumptive")
_ADVERBS = SKIPPABLE - _RESUMPTIVE
_BODIES = HEADS["outlet"] | HEADS["organization"]
_PROGRAMMES = words("grammar.yaml", "programmes")
_ENDS_DESCRIPTION = NOT_DESCRIPTION | STOPS
_DESCRIBING = ADJECTIVES | ALL_HEADS
_HEADS_AND_TITLES = ALL_HEADS | TITLES
_UNTITLED_HEADS = ALL_HEADS - TITLES
_LONGEST = 30


def grow(text: Words, first: int, limit: int, *, strict: bool) -> Phrase | None:
    """Return the noun phrase that begins at the token `first` and ends before `limit`.

    With `strict`, an object may follow without any mark between: the phrase then ends where a
    definite description is complete.
    """
    growth = _Growth(text, first, limit, strict)
    while growth.step():
        pass
    return make(text, first, growth.end) if growth.end > first else None


class _Growth:
    """A phrase that takes one token (or one mention, or one quotation) at a time."""

    def __init__(self, text: Words, first: int, limit: int, strict: bool) -> None:
        self.text = text
        self.first = first
        self.limit = limit
        self.strict = strict
        self.token = first
        self.end = first
        self.definite = False
        """The description so far is complete: it ended in a definite word or a name."""
        self.named = False
        self._names = 0
        self._prepositions = 0
        self._feminine = False
        head = text.key(first)
        self._known_head = head in ALL_HEADS or text.mention[first] >= 0

    def step(self) -> bool:
        """Take what stands at the next token; False where the phrase has ended."""
        text, token = self.text, self.token
        if token >= self.limit or token - self.first >= _LONGEST:
            return False
        # Most words are plain ones: what a rule begins at is looked at before it is called.
        taken = None
        if token in text.opens:
            taken = self._quotation()
        if taken is None and token > self.first:
            taken = self._bracket() if text.key(token) == "(" else None
            taken = self._rest_of_name() if taken is None else taken
        if taken is None and not text.is_word[token]:
            taken = self._mark()
        if taken is None and self._is_over():
            return False
        if taken is None and token > self.first:
            taken = self._preposition()
        if taken is None and text.mention[token] >= 0:
            taken = self._mention()
        return self._word() if taken is None else taken

    def _take(self, last: int) -> None:
        """Make the tokens before `last` part of the phrase."""
        self.token = self.end = last

    def _quotation(self) -> bool | None:
        after = quoted_name(self.text, self.token)
        if not after:
            return None
        if self.token > self.first and (self.named or (self.strict and self.definite)):
            return False
        outlet = self.token == self.first + 1 and self.text.keys[self.first] in HEADS["outlet"]
        self._take(after)
        self.definite = True
        # «صحيفة «الميناء»» is complete, but for «… الأسبوعية» or what stands in brackets.
        return not outlet or is_definite(self.text, after) or self.text.key(after) == "("

    def _bracket(self) -> bool | None:
        after = bracketed(self.text, self.token)
        if not after:
            return None
        self.token = after
        if not self.named:
            self.end = after
        return True

    def _rest_of_name(self) -> bool | None:
        text, token = self.text, self.token
        if self.named and text.key(token - 1) in _NAME_GOES_ON and text.is_word[token]:
            self._take(token + 1)  # «أسامة بن فضل»
            return True
        after_name = (
            name_after_nationality(text, token, self.limit) if token == self.first + 1 else 0
        )
        if after_name:
            self._take(after_name)
            self.named = True
            return True
        named = self.named or not self._known_head
        if named and token > self.first + 1 and is_apposition(text, token):
            return False
        if text.key(token) in COMMAS and not self.named:
            after = name_between_commas(text, self.first, token, self.limit)
            if after:
                self.end = after
                return False
        return None

    def _mark(self) -> bool:
        text, token = self.text, self.token
        joint = text.key(token) in _JOINTS and token > self.first
        ends = text.key(token - 1)[-1:], text.key(token + 1)[-1:]
        if joint and text.key(token) == "-" and ends == ("ي", "ي"):
            self.token += 1  # «الحوار العربي - التركي»
            return is_definite(text, token + 1)
        if joint and text.ends[token - 1] == text.starts[token]:
            self.token += 1
            return True
        return False

    def _is_over(self) -> bool:
        """Tell whether the word ends the phrase whatever the phrase is."""
        text, token, first = self.text, self.token, self.first
        key = text.key(token)
        if key == "عن" and text.key(token - 1) not in _ISSUED:
            head = text.key(first)
            return head not in _HEADS_WITH_AN and head[1:] not in _HEADS_WITH_AN
        if token == first:
            return False
        if key in _ADVERBS and (key.endswith("ا") or key[0] == "ب"):
            return True  # «نفت الشركة قطعيا هذه …»
        if text.begins_and(token) and not is_coordinated(text, token):
            return True
        if key in _RESUMPTIVE and text.key(token - 1).startswith("المعترف"):
            return False  # «الحكومة المعترف بها»
        if (key in STOPS or is_that(text, token)) and key not in NP_PREPOSITIONS:
            return not self._agency()
        if key in {"ل", "لـ"}:
            return True
        if token > first + 1 and key.startswith("ل") and key[1:] in HEADS["outlet"]:
            return True  # «مسؤول في الوزارة لوكالة الضفة»: who was told
        addressee = key.startswith("ل") and len(key) > 3 and not is_definite(text, token)
        return token == first + 1 and addressee and text.keys[first].startswith("ال")

    def _agency(self) -> bool:
        return self.text.key(self.token - 1) in _AGENCIES

    def _preposition(self) -> bool | None:
        text, token = self.text, self.token
        key = text.key(token)
        if key not in NP_PREPOSITIONS:
            return False if key in PREPOSITIONS and not self._agency() else None
        self._prepositions += 1
        if self.strict and self._prepositions > 1:
            return False  # «قلل قائد في الفرقة من أهمية …»
        if self.named or text.key(token + 1) in _ENDS_DESCRIPTION:
            return False
        if token == self.first + 1 and self.definite and text.key(token + 1) in _PROGRAMMES:
            return False  # «قالت الطالبة في برنامج … إنها»: where she said it
        takes_on = {text.key(token - 1), text.key(token - 2)} & HEADS_WITH_ON
        informed = text.key(self.first + 1).startswith("مطلع")
        if key == "علي" and self.strict and not informed and not takes_on:
            return False
        self.token += 1
        self.definite = False
        return True

    def _mention(self) -> bool:
        text, token = self.text, self.token
        number = text.mention[token]
        key, kind = text.key(token), text.mentions[number].type
        begins, last = text.mention_bounds[number]
        if token > self.first and key.startswith("ل") and (self.named or kind == "outlet"):
            return False
        goes_on = is_definite(text, token) or key.startswith("ل") or text.begins_and(token)
        complete = self.strict and self.definite and begins == token
        if complete and kind != "person" and not goes_on:
            return False
        if text.mentions[number].actor_id is None:
            # A tagger may have taken a verb into the name: «جامعة الضفة أجريت …».
            last = next((at for at in range(token + 1, last) if text.key(at) in STOPS), last)
        self._take(max(token + 1, min(last, self.limit)))
        self.definite = True
        self.named = self.named or kind == "person"
        return True

    def _word(self) -> bool:
        text, token = self.text, self.token
        key, definite = text.key(token), is_definite(text, token)
        if token > self.first:
            if self.strict and self._told(key):
                return False
            if key.startswith("ل") and len(key) > 3 and self.named and not key.startswith("ال"):
                return False
            if self.strict and self.definite and self._object_begins(key, definite):
                return False
            if (
                self.strict
                and not self.definite
                and not continues_indefinite(text, self.first, token)
            ):
                return False
            unknown = not definite and key not in _DESCRIBING and key[0] not in "لوب"
            if self.definite and not self.strict and unknown:
                self.named = True
        if self.named and not definite:
            self._names += 1
        if names_on(text, token) and key not in TITLES:
            self.named = True
            self._names = max(self._names, 1)
        if token > self.first and text.begins_and(token) and text.bare(token) in ALL_HEADS:
            self.definite = definite  # «مصدر في الوزارة ومصادر طبية»: a second description begins
        if definite:
            self._feminine = key.endswith("ه")
            self.definite = True
        self._take(token + 1)
        return True

    def _told(self, key: str) -> bool:
        """Tell who was told after a name: «أخبرت جولي صحيفة الميناء أن», «أبلغ تومسون الصحفيين بأن»."""
        if self.named and key in _BODIES:
            return True
        head = self.text.key(self.first)
        many = key.endswith("ين") and f"{key[:-2]}ون" in ALL_HEADS
        return many and not self._known_head and not head.endswith(("ون", "ين", "ات"))

    def _object_begins(self, key: str, definite: bool) -> bool:
        """Tell whether the word after a complete description begins the verb's object."""
        text, token, first = self.text, self.token, self.first
        before = text.key(token - 1)
        if key.startswith("بال"):
            return True
        if not definite and not key.startswith(("ل", "و")):
            of_name = names_on(text, token) or before in TITLES or key in ADJECTIVES
            of_name = of_name or is_surname(text, first, token)
            if not of_name and not after_quoted_body(text, first, token):
                return True
        if before in QUOTE_MARKS and not key.endswith(("ي", "يه")):
            return True
        if key in _OBJECT_NOUNS:
            return True
        if token == first + 1:
            surname = text.key(first) not in _HEADS_AND_TITLES and text.mention[first] < 0
            if definite and surname and ends_like_object(key):
                return True
            if disagrees(text, first, token):
                return True
        if not definite:
            return False
        if before not in GIVEN and self._names and not key.endswith("ي") and key not in TITLES:
            return True
        if after_nisba(text, first, token):
            return True
        if not is_definite(text, token - 1):
            return False
        if key in _UNTITLED_HEADS and before in ALL_HEADS:
            return True
        agrees = key.endswith(("ه", "ات", "يا", "ي")) or names_on(text, token)
        return self._feminine and not agrees
