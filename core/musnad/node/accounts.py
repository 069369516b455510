"""The account that runs the server: our own, or an unprivileged one when we are root."""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from musnad.node.errors import UnprivilegedAccountError, UnreachableFilesError
from musnad.node.places import is_root

# Accounts that exist for running a service without rights, in the order of preference.
USUAL_ACCOUNTS = ("elasticsearch", "nobody", "daemon")


class Identity(TypedDict, total=False):
    """The arguments of `subprocess` that switch the account; none of them when it stays ours."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Account:
    """An account to run programs as, and to own the files that they write."""

    name: str
    uid: int
    gid: int
    switches: bool
    """Whether it is another account than ours."""

    def identity(self) -> Identity:
        """Return the keyword arguments of `subprocess.run` and `Popen` for this account."""
        if not self.switches:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        """Give `path` (not what is in it) to this account."""
        if self.switches:
            os.chown(path, self.uid, self.gid)

    def can_read(self, path: Path) -> bool:
        """Tell whether this account can read a file or enter a folder, and each folder above it."""
        right = "-x" if path.is_dir() else "-r"
        return not self.switches or self._succeeds(["test", right, str(path)])

    def need_readable(self, path: Path, variable: str) -> None:
        """Raise UnreachableFilesError, naming the `variable` to set, unless it can read `path`."""
        if not self.can_read(path):
            raise UnreachableFilesError(self.name, path, variable)

    def _succeeds(self, command: list[str]) -> bool:
        try:
            done = subprocess.run(
                command, cwd="/", check=False, capture_output=True, **self.identity()
            )
        except OSError as error:
            # Containers without the right to switch accounts, or with no room for this one.
            raise UnprivilegedAccountError(
                f"the account {self.name!r} cannot be used ({error.strerror or error})"
            ) from error
        return done.returncode == 0


def server_account() -> Account:
    """Return the account to run the server as.

    That is ours, unless we are root: then `MUSNAD_NODE_USER`, else the user who called sudo, else a
    usual service account. Raises UnprivilegedAccountError where none is found.
    """
    if not is_root():
        return Account(name="", uid=os.getuid(), gid=os.getgid(), switches=False)
    chosen = os.environ.get("MUSNAD_NODE_USER")
    if chosen:
        try:
            entry = pwd.getpwnam(chosen)
        except KeyError:
            raise UnprivilegedAccountError(
                f"the account {chosen!r} of MUSNAD_NODE_USER does not exist"
            ) from None
        if entry.pw_uid == 0:
            raise UnprivilegedAccountError(f"the account {chosen!r} of MUSNAD_NODE_USER is root")
        return _account(entry)
    for name in (os.environ.get("SUDO_USER", ""), *USUAL_ACCOUNTS):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return _account(entry)
    raise UnprivilegedAccountError("this system has no unprivileged account")


def _account(entry: pwd.struct_passwd) -> Account:
    return Account(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid, switches=True)
