"""A tiny process that outlives us: stops the embedded PostgreSQL when the last user of it has ended.

Run as `python -IS postgres_guard.py FOLDER UID GID STOP-COMMAND…`, without any package.
"""

import fcntl
import os
import subprocess
import sys


def main(folder: str, uid: str, gid: str, *stop: str) -> None:
    guard = os.open(os.path.join(folder, "guard.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(guard, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    users = os.open(os.path.join(folder, "users.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(users, fcntl.LOCK_EX)  # waits for the last shared holder; the system frees a killed one's lock
    if uid == "-":
        subprocess.run(stop, check=False, cwd="/")
    else:
        subprocess.run(stop, check=False, cwd="/", user=int(uid), group=int(gid), extra_groups=[])
    os.close(guard)  # before `users`, so that whoever waits for `users` sees that there is no guard
    os.close(users)


if __name__ == "__main__":
    main(*sys.argv[1:])
