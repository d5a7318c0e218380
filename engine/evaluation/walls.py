"""Started by sandbox.py inside fresh namespaces: takes away what is left there, then becomes the program.

    python walls.py ROOM SECONDS MEMORY FILES PROCESSES COMMAND...

Every file system is read-only and without devices but ROOM, which lies in memory. Other processes (/proc) and the sockets of
services (/run: Docker's is there) are hidden.
"""

import ctypes
import os
import resource
import sys

MOUNT_SETATTR = 442  # the number of the system call, the same on every architecture; Linux 5.12
HERE, RECURSIVE = -100, 0x8000
READ_ONLY, NO_SUID, NO_DEVICES = 1, 2, 4
HIDDEN = ("/proc", "/run")

libc = ctypes.CDLL(None, use_errno=True)


def must(result: int, what: str) -> None:
    if result:
        raise OSError(ctypes.get_errno(), f"{what}: {os.strerror(ctypes.get_errno())}")


def mount(folder: str, flags: int, options: str) -> None:
    must(libc.mount(b"none", os.fsencode(folder), b"tmpfs", ctypes.c_ulong(flags), options.encode()), f"mount {folder}")


def main(room: str, *rest: str) -> None:
    seconds, memory, files, processes = map(int, rest[:4])
    command = rest[4:]
    attributes = (ctypes.c_uint64 * 4)(READ_ONLY | NO_SUID | NO_DEVICES)  # struct mount_attr
    size = ctypes.c_size_t(ctypes.sizeof(attributes))
    must(libc.syscall(MOUNT_SETATTR, HERE, b"/", RECURSIVE, ctypes.byref(attributes), size), "mount_setattr")
    for folder in filter(os.path.isdir, HIDDEN):
        mount(folder, READ_ONLY, "size=4k")
    mount(room, NO_SUID | NO_DEVICES, f"size={files},nr_inodes=1k,mode=1777")
    os.chdir(room)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_NPROC, (processes, processes))
    os.execvp(command[0], command)


if __name__ == "__main__":
    main(*sys.argv[1:])
