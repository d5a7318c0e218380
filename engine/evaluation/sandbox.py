"""Run a program that nobody has read: in a process of its own, without network, with little time and memory."""

from __future__ import annotations

import functools
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from engine.errors import SandboxMissing

SECONDS = 5
MEMORY = 512 * 2**20
FILES = 2**20
"""bytes: the largest file it may write, and that only in a folder that is thrown away"""


@functools.cache
def _walls() -> tuple[str, ...]:
    """The command that runs another one without network. Raises SandboxMissing."""
    candidates = (
        ("unshare", "--user", "--map-root-user", "--net", "--pid", "--fork", "--kill-child"),
        ("unshare", "--net", "--pid", "--fork", "--kill-child"),
        ("sandbox-exec", "-p", "(version 1)(allow default)(deny network*)"),
    )
    for command in candidates:
        if shutil.which(command[0]):
            tried = subprocess.run([*command, sys.executable, "-c", ""], capture_output=True, check=False)
            if tried.returncode == 0:
                return command
    raise SandboxMissing(
        "programs written by a model are run only where they can be kept off the network; neither unshare (util-linux) nor "
        "sandbox-exec works here"
    )


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILES, FILES))
    if sys.platform != "darwin":  # macOS refuses a limit of the address space
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def passes(program: str, seconds: float = SECONDS) -> bool:
    """Whether a Python program ends without an error in time. Raises SandboxMissing."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "program.py"
        file.write_text(program, encoding="utf-8")
        try:
            done = subprocess.run(
                [*_walls(), sys.executable, "-I", str(file)],
                cwd=folder,
                env={"PATH": os.defpath},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=seconds + 1,
                preexec_fn=_limit,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return False
    return done.returncode == 0
