"""One intake worker in a process of its own: says "ready", waits for a line, empties the inbox, says how many."""

from __future__ import annotations

import json
import sys
import time

import django


def main() -> None:
    django.setup()
    from dengta.core.pumps import groups  # noqa: PLC0415 - needs the settings
    from dengta.leads.operations import take_in  # noqa: PLC0415

    (group_id,) = groups()
    take_in(group_id, 1)  # opens the connection and reads the rules once
    print("ready", flush=True)
    sys.stdin.readline()
    done, idle = 0, 0
    while idle < 2:
        count = take_in(group_id)
        done, idle = done + count, 0 if count else idle + 1
    print(json.dumps({"done": done, "at": time.time()}), flush=True)


if __name__ == "__main__":
    main()
