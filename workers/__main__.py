"""`python -m workers`: relay and schedule in one process, until it is told to stop.

Either of them failing ends the process, so that whoever started it starts it anew.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from threading import Event, Thread
from traceback import extract_tb

from service_desk.foundation.logging import get_logger
from workers import relay, schedule

Loop = Callable[[Event], None]


def keep(name: str, loop: Loop, stop: Event, failed: Event) -> None:
    """Runs a loop; a failure is logged (kind and place, never its words) and stops the other."""
    try:
        loop(stop)
    except Exception as error:  # noqa: BLE001 - whatever it is, the other loop stops too
        frame = extract_tb(error.__traceback__)[-1]
        place = f"{frame.filename}:{frame.lineno}"
        get_logger().error("loop_failed", loop=name, error=type(error).__name__, place=place)
        failed.set()
    finally:
        stop.set()


def run(loops: dict[str, Loop], stop: Event) -> int:
    """Until `stop` is set or a loop ends; 1 when one failed."""
    failed = Event()
    threads = [
        Thread(target=keep, args=(name, loop, stop, failed), name=name)
        for name, loop in loops.items()
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return int(failed.is_set())


def main() -> int:
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return run({"relay": relay.run, "schedule": schedule.run}, stop)


if __name__ == "__main__":
    sys.exit(main())
