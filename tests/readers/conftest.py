"""Files of every format, made by their own writers, of articles about invented people."""

import bz2
import csv
import gzip
import io
import json
import lzma
import tarfile
import zipfile
from functools import cache

import pytest
from musnad.components import Record
from musnad.plugins import Plugins
from musnad.readers.plugin import ReaderSettings, musnad_readers
from musnad.settings import Settings

BUNDLED = ("actors", "arabic", "camel", "careful", "claims", "names", "outlets", "embeddings")
RECORDS = [
    {
        "title": f"خبر رقم {i}",
        "body": f"قال سالم القسطلي، إن الزيارة رقم {i} تمت\nفي موعدها؛ ونفى ذلك غيره.",
        "outlet": "المنارة",
        "url": f"http://manara.example/{i}",
        "published_at": f"2026-01-0{i + 1}",
    }
    for i in range(4)
]


def page(i=0, head="", charset="utf-8"):
    text = (
        "زار الوزير سالم القسطلي المدينة أمس، وقال من هناك إن هذا العام كان في صالح المدينة &laquo;كلها&raquo;. "
        "ونفى المتحدث باسم الوزارة أن تكون الزيارة سرية كما ذكرت بعض الصحف التي تصدر في الخارج منذ أشهر طويلة."
    )
    return f"""<!doctype html><html lang="ar" dir="rtl"><head><meta charset="{charset}">{head}
<title>الخبر رقم {i} | جريدة المنارة</title><meta property="og:title" content="الخبر رقم {i}">
<meta property="og:site_name" content="جريدة المنارة"><meta name="author" content="ليلى القاضي">
<meta property="article:published_time" content="2026-01-05T10:20:00+03:00"></head>
<body><nav><a href="/">الرئيسية</a> <a href="/s">رياضة</a></nav><article><h1>الخبر رقم {i}</h1>
<p>{text}</p><p>وأضاف &#1571;ن الرقم {i} صحيح. {text}</p></article><footer>جميع الحقوق محفوظة</footer></body></html>"""


def jsonl(records=RECORDS):
    return b"".join(json.dumps(r, ensure_ascii=False).encode() + b"\n" for r in records)


def table(records=RECORDS, delimiter=",", **options):
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(records[0]), delimiter=delimiter, **options)
    writer.writeheader()
    writer.writerows(records)
    return out.getvalue().encode()


def warc(pages=4, packed=True, date="2026-02-03T04:05:06Z"):
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    out = io.BytesIO()
    writer = WARCWriter(out, gzip=packed)

    def add(uri, kind, body=b"", status="200 OK", content_type="text/html; charset=utf-8"):
        http = None
        if kind == "response":
            http = StatusAndHeaders(status, [("Content-Type", content_type)], protocol="HTTP/1.1")
        elif kind == "request":
            http = StatusAndHeaders(
                "GET / HTTP/1.1", [("Host", "manara.example")], is_http_request=True
            )
        writer.write_record(
            writer.create_warc_record(
                uri, kind, payload=io.BytesIO(body), length=len(body), http_headers=http,
                warc_headers_dict={"WARC-Date": date},
            )
        )  # fmt: skip

    for i in range(pages):
        uri = f"http://manara.example/{i}"
        add(uri, "request")
        if i % 2:
            add(uri, "response", page(i).encode())
        else:
            body = page(i, charset="windows-1256").encode("cp1256", "xmlcharrefreplace")
            add(uri, "response", body, content_type="text/html")
        add(f"{uri}.png", "response", b"\x89PNG", content_type="image/png")
        add(f"{uri}/gone", "response", b"<html>no</html>", status="404 Not Found")
    return out.getvalue()


def zipped(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def tarred(files):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def mixed():
    return {
        "2015/a.jsonl": jsonl(),
        "logo.png": b"\x89PNG",
        "__MACOSX/2015/._a.jsonl": b"\0\5",
        "b/page.html": page(7).encode(),
        "b/c.csv.gz": gzip.compress(table()),
        "../../etc/d.json": json.dumps(RECORDS).encode(),
        "crawl.warc.gz": warc(2),
        "inner.zip": zipped({"e.txt": "عنوان\nنص".encode(), "f.jsonl": jsonl()[:-30]}),
    }


SAMPLES = {
    "a.txt": lambda: "عنوان\nنص".encode(),
    "a.jsonl": jsonl,
    "a.json": lambda: json.dumps(RECORDS, ensure_ascii=False).encode(),
    "a.csv": table,
    "a.tsv": lambda: table(delimiter="\t"),
    "a.html": lambda: page().encode(),
    "a.warc": lambda: warc(packed=False),
    "a.warc.gz": warc,
    "a.zip": lambda: zipped(mixed()),
    "a.tar": lambda: tarred(mixed()),
    "a.jsonl.gz": lambda: gzip.compress(jsonl()),
    "a.csv.bz2": lambda: bz2.compress(table()),
    "a.tar.xz": lambda: lzma.compress(tarred(mixed())),
    "a.tgz": lambda: gzip.compress(tarred({"x/a.zip": zipped(mixed()), "b.jsonl": jsonl()})),
}
SAMPLES = {name: cache(make) for name, make in SAMPLES.items()}


def readers(**settings):
    """Return the bundled readers by ending, as the core gives them out."""
    made = musnad_readers(ReaderSettings(**settings))
    by_suffix = {suffix: reader for reader in made for suffix in reader.suffixes}
    for reader in by_suffix.values():
        reader.given(by_suffix)
    return by_suffix


def read(name, data, after=0, **settings):
    from musnad.readers.formats import reader_of

    reader = reader_of(name, readers(**settings))
    return list(reader.read(io.BytesIO(data), name, after))


def titles(found):
    return [f.article.title if isinstance(f, Record) else f.code for f in found]


@pytest.fixture
def registered():
    return Plugins.load(Settings(blocked_plugins=BUNDLED)).readers()
