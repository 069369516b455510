"""Names of link features that the core itself reads; linkers may add any others.

A linker's features explain a decision to people. These few also carry what settling has to know about a
statement and what a `Statement` has no field for, so that it is stored with the link and never guessed anew.
"""

from __future__ import annotations

from typing import Final

NEGATED: Final = "negated"
"""1 where what the statement says is a negation («لم يزر سوريا»). Missing means 0."""

UNDECIDED: Final = "undecided"
"""1 where a `no_comment` says that the matter could be neither confirmed nor denied; 0 for a bare refusal."""

ATTACHED: Final = "attached"
"""1 where the statement has no content of its own («هذا الخبر», or nothing): it goes where the claim goes
that it points at, and never brings two claims together."""

OWN_WORDS: Final = "own_words"
"""1 beside `attached` where the statement names the matter in words of its own, though too few to be linked by:
its negation is then one of the matter («لم يسافر»), not of the report that it points at."""

REPEATS: Final = "repeats"
"""1 on a link to an earlier statement of the same article with the very same wording and actors: the two are
one matter without being compared any further. Only people override it."""

DIFFERS: Final = "differs"
"""1 on a link with a score under the threshold: the two speak of things that cannot be one (another death
toll, another place). Settling keeps them apart, even where others are like both. Only people override it."""
