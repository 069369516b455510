"""Makes plugins/musnad_claims/linking/data/stem_frequency.tsv from wordfreq's list of Arabic words.

    pip install wordfreq==3.1.1 && python scripts/make_stem_frequency.py

Each word counts for its light stem (`musnad_claims.linking.text.stem`). Stems rarer than one in a million are left out:
they all count as rare. wordfreq is needed for this only, and is no dependency of the project.
"""

from __future__ import annotations

from collections import Counter

import wordfreq  # type: ignore[import-not-found]
from musnad_claims.linking.data import STEM_FREQUENCY
from musnad_claims.linking.text import fold, stem, words

LEAST = 1e-6
HEAD = "# Made by scripts/make_stem_frequency.py from wordfreq 3.1.1 (Arabic, large); CC BY-SA 4.0, see NOTICE.md"


def main() -> None:
    """Write the table."""
    found: Counter[str] = Counter()
    for word, frequency in wordfreq.get_frequency_dict("ar", "large").items():
        for token in words(fold(word)):
            if token[0].isalpha():
                found[stem(token)] += frequency
    rows = [f"{name}\t{share:.3g}" for name, share in found.most_common() if share >= LEAST]
    STEM_FREQUENCY.write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
    print(f"{len(rows)} stems written to {STEM_FREQUENCY}")


if __name__ == "__main__":
    main()
