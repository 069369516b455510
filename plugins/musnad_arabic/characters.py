"""Character classes of Arabic text, as the inside of a `[...]` of `re`."""

from __future__ import annotations

LETTERS = (
    "\u0620-\u063f\u0641-\u064a\u066e\u066f\u0671-\u06d3\u06d5\u06e5\u06e6\u06ee\u06ef\u06fa-\u06fc\u06ff"
    "\u0750-\u077f\u0870-\u0887\u0889-\u088e\u08a0-\u08c9"
    "\ufb50-\ufbb1\ufbd3-\ufd3d\ufd50-\ufdfb\ufe70-\ufefc"
)
"""Letters of the Arabic script, presentation forms included."""

TATWEEL = "\u0640"

MARKS = (
    "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed"
    "\u0897-\u089f\u08ca-\u08e1\u08e3-\u08ff"
)
"""Vowel marks, shadda, dagger alef, hamza and madda above, and the marks of the Quran."""

QURAN_SIGNS = "\u06dd\u06de\u06e9"
"""End of verse, start of a part, place of prostration: signs that stand between words."""

INVISIBLE = (
    "\u00ad\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb"
    "\U000e0001\U000e0020-\U000e007f\U000e0100-\U000e01ef"
)
"""Characters that are not seen: soft hyphen, zero-width and bidi controls, BOM, variation selectors, annotations."""

DOUBLE_OPEN = "«“„‟〝≪《「"
DOUBLE_CLOSE = "»”〞〟≫》」"
SINGLE_OPEN = "‹‘‚‛"
SINGLE_CLOSE = "›’"
APOSTROPHES = "'‘’‚‛`´′‵ʼ"
"""What may be an apostrophe as well as a single quotation mark."""
DASHES = "‐‑‒–—―−⸺⸻﹘"
