"""The Elasticsearch fields of this plugin, `ext.dates`, with their labels.

`found` is a plain object, not nested, so that Kibana can filter and count its fields; which of them belong to one
date is seen in the document.
"""

from __future__ import annotations

from typing import Any


def _field(kind: str, label: str, label_ar: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, **more, "meta": {"label": label, "label_ar": label_ar}}


FIELDS: dict[str, Any] = {
    "found": {
        "properties": {
            "field": _field("keyword", "Field with a date", "الحقل الذي فيه تاريخ"),
            "start": {"type": "integer", "index": False},
            "end": {"type": "integer", "index": False},
            "surface": _field("keyword", "Date as printed", "التاريخ كما ورد", ignore_above=1024),
            "calendar": _field("keyword", "Calendar of a date", "تقويم التاريخ"),
            "kind": _field("keyword", "How a date is written", "طريقة كتابة التاريخ"),
            "precision": _field("keyword", "Precision of a date", "دقة التاريخ المذكور"),
            "written": _field(
                "keyword", "Date in its own calendar", "التاريخ بتقويمه", ignore_above=64
            ),
            "first": _field("date", "First day meant", "أول يوم مقصود", format="date"),
            "last": _field("date", "Last day meant", "آخر يوم مقصود", format="date"),
            "value": _field("keyword", "Date (ISO 8601)", "التاريخ (ISO 8601)", ignore_above=64),
            "inferred": _field("boolean", "Completed from publication", "مكمل من تاريخ النشر"),
            "ambiguous": _field("boolean", "Ambiguous date", "تاريخ ملتبس"),
            "other": _field("keyword", "Other reading", "القراءة الأخرى", ignore_above=64),
            "conflict": _field("boolean", "Date in conflict", "تاريخ متعارض"),
            "conflicts": _field("keyword", "What a date conflicts with", "مع ماذا يتعارض التاريخ"),
            "rule": _field("keyword", "Rule that found a date", "القاعدة التي وجدت التاريخ"),
        }
    },
    "days": _field("date", "Days named in the text", "أيام مذكورة في النص", format="date"),
    "calendars": _field("keyword", "Calendars in the text", "التقاويم في النص"),
    "count": _field("integer", "Number of dates", "عدد التواريخ"),
    "conflict": _field("boolean", "Dates in conflict", "تواريخ متعارضة"),
    "dateline": _field("date", "Date in the dateline", "تاريخ رأس الخبر", format="date"),
    "dateline_differs": _field(
        "boolean", "Dateline differs from metadata", "تاريخ رأس الخبر يخالف البيانات"
    ),
}
