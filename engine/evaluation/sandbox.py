"""Run a program that nobody has read: in a process of its own, without network, with little time and memory.

Linux only. The kernel's namespaces take the network, the other processes and the right to write away (see walls.py); where
they may not be used, as in most containers that are not root's, nothing is run.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from engine.errors import SandboxMissing

SECONDS = 5
MEMORY = 512 * 2**20
FILES = 16 * 2**20
"""bytes of all that it may write, in a folder that is thrown away"""
REACHED = 87
LAST = f"\nimport os\nos._exit({REACHED})\n"  # a program may also leave by itself, before its tests
PROCESSES = 64
"""where the kernel counts them: not in a user namespace made by root"""

SPACES = ("--net", "--ipc", "--pid", "--mount", "--fork", "--kill-child")
HARMLESS = ("--no-new-privs", "--pdeathsig", "KILL")  # a change of user forgets what --kill-child asked for
ALONE = ("--inh-caps=-all", "--bounding-set=-all")
# Python may lie where only root reads it (/root/.pyenv), so nobody may read all there is, and write nothing.
READS = "-all,+dac_read_search"
NOBODY = (
    "--reuid=65534", "--regid=65534", "--clear-groups",
    f"--inh-caps={READS}", f"--ambient-caps={READS}", f"--bounding-set={READS}",
)  # fmt: skip


def _behind(spaces: tuple[str, ...], who: tuple[str, ...], folder: Path) -> list[str]:
    """The command that runs a program in ``folder``/room behind the walls, without the program."""
    python = [sys.executable, "-I"]
    limits = [str(limit) for limit in (SECONDS, MEMORY, FILES, PROCESSES)]
    walls = [*python, "-S", str(Path(__file__).with_name("walls.py")), str(folder / "room"), *limits]
    return ["unshare", *spaces, *walls, "setpriv", *HARMLESS, *who, *python]


@functools.cache
def _walls() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The namespaces that can be had here, and whose rights the program gets. Raises SandboxMissing."""
    reason = "unshare and setpriv (util-linux) are not installed"
    if shutil.which("unshare") and shutil.which("setpriv"):
        # As root in person, then as anybody who may make a namespace of users.
        for spaces, who in ((SPACES, NOBODY), (("--user", "--map-root-user", *SPACES), ALONE)):
            with tempfile.TemporaryDirectory() as folder:
                (Path(folder) / "room").mkdir()
                command = [*_behind(spaces, who, Path(folder)), "-c", ""]
                tried = subprocess.run(command, capture_output=True, text=True, check=False)
            if tried.returncode == 0:
                return spaces, who
            reason = (tried.stderr.strip().splitlines() or ["no answer"])[-1]
    raise SandboxMissing(
        f"programs written by a model are run only on a Linux that can wall them off, and this one cannot ({reason}); "
        "leave the programs out, or run them on a machine where unshare --user works"
    )


def passes(program: str, seconds: float = SECONDS) -> bool:
    """Whether a Python program gets to its end, without an error and in time. Raises SandboxMissing."""
    spaces, who = _walls()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "room").mkdir()
        (folder / "program.py").write_text(program + LAST, encoding="utf-8")
        try:
            done = subprocess.run(
                [*_behind(spaces, who, folder), str(folder / "program.py")],
                env={"PATH": os.defpath},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,  # kept, it could fill our memory
                stderr=subprocess.DEVNULL,
                timeout=seconds + 1,
                start_new_session=True,  # away from the terminal
                check=False,
            )
        except subprocess.TimeoutExpired:
            return False
    return done.returncode == REACHED
