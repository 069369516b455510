"""The reading page: `musnad serve`.

A server-rendered page over the search of the command line, Arabic first and English. It only reads: every address
is a GET, and an API key with the privilege `read` on the archive is enough.
"""

from musnad.serve.app import Public, create_app

__all__ = ["Public", "create_app"]
