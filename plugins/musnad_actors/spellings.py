"""What a name may look like in a text: spellings that differ by spaces, case of kunya, and articles."""

from __future__ import annotations

import re

from musnad_actors.fold import clean, fold

# Words that writers join to the next one, or part from it, as they please.
_JOINED = frozenset({"عبد", "ابو", "ابا", "ابي", "بو"})
_KUNYA = {"ابو": ("ابا", "ابي")}
_PART = re.compile(r"^(عبد)(ال.{2,}|ربه)$|^(ابو|ابا|ابي)(.{3,})$")


def spellings(name: str) -> set[str]:
    """Return the key forms under which `name` is found; each is at least two characters long."""
    words = fold(name).split()
    # Only teh marbuta and alef maksura end a word for certain, and folding hides them.
    written = clean(name).split()
    bases = {tuple(words), tuple(_parted(words))}
    bases |= {tuple(_glued(list(base))) for base in bases}
    for base in list(bases):
        for old, others in _KUNYA.items():
            if old in base:
                bases |= {tuple(new if word == old else word for word in base) for new in others}
        if base[:1] and base[0].startswith("ابو") and len(base[0]) > len("ابو"):
            bases |= {(new + base[0][3:], *base[1:]) for new in _KUNYA["ابو"]}
        if "بن" in base[1:]:
            bases.add(tuple("ابن" if word == "بن" else word for word in base))
    found = {" ".join(base) for base in bases}
    if len(written) == len(words):
        for i in range(len(words) - 1):
            if written[i][-1] in "ةى" and len(written[i]) > 2:
                found.add(" ".join([*words[:i], words[i] + words[i + 1], *words[i + 2 :]]))
    return {form for form in found if len(form) > 1}


def _parted(words: list[str]) -> list[str]:
    parted: list[str] = []
    for word in words:
        match = _PART.match(word)
        parted += [part for part in match.groups() if part] if match else [word]
    return parted


def _glued(words: list[str]) -> list[str]:
    glued: list[str] = []
    for word in words:
        if glued and glued[-1] in _JOINED:
            glued[-1] += word
        else:
            glued.append(word)
    return glued


def has_article(name: str) -> bool:
    """Tell whether `name` begins with the article, by its own spelling (not الياس for إلياس)."""
    first = clean(name).split(" ")[0]
    return first.startswith("ال") and len(first) > 3 and not first.startswith("الله")
