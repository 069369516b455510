"""Nothing asks the network at run time, whether camel-tools' data is there or not."""

import subprocess
import sys

import pytest
from musnad_camel import store

PROGRAM = """
import socket, sys
def refuse(*args, **named):
    raise SystemExit("asked the network")
socket.socket.connect = socket.getaddrinfo = socket.create_connection = refuse
import musnad.testing
outcome = musnad.testing.run("قالت السفارة")
print(outcome.data.get("lemmas"))
print("camel_tools.data" in sys.modules)
"""


@pytest.mark.parametrize(
    ("folder", "printed"), [("nothing", ["None", "False"]), ("mini", ["['قالت', 'سفارة']", "True"])]
)
def test_no_network_at_run_time(request, folder, printed):
    request.getfixturevalue(folder)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM], capture_output=True, text=True, check=False
    )
    assert done.stdout.split("\n")[:2] == printed, done.stderr


def test_the_data_folder_is_where_camel_tools_has_it(mini, monkeypatch):
    assert store.data_folder() == mini
    monkeypatch.delenv("CAMELTOOLS_DATA")
    assert store.data_folder().name in {".camel_tools", "camel_tools"}
    done = subprocess.run(
        [sys.executable, "-c", "from camel_tools.data import CT_DATA_DIR; print(CT_DATA_DIR)"],
        env={"CAMELTOOLS_DATA": str(mini), "HOME": str(mini)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == str(mini)
