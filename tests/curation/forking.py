"""A process that forks a child for each order, and lets it be killed.

Loading the extractor takes longer than a job. So one process loads it, and the child
that it forks for an order has it already. The child counts its steps, and kills itself
before the one that the order names.
"""

import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable
from typing import Any, NoReturn

from tests.places import CHECKOUT

Order = dict[str, Any]
Step = Callable[[], None]
"""To be called before each thing that counts."""


class Forking:
    """The process that forks, as the tests see it; `module` calls `serve`."""

    def __init__(self, module: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", module],
            cwd=CHECKOUT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def begin(self, order: Order) -> int:
        """Let a child begin; return its number, which stays its own until `end`."""
        self._write(json.dumps(order))
        return self._read()

    def steps(self) -> int:
        """Wait until the child is dead; return its steps, 0 where it was killed."""
        return self._read()

    def end(self) -> int:
        """Give up the child's number; return its exit code, or minus the signal."""
        self._write("")
        return self._read()

    def close(self) -> None:
        self._process.communicate(timeout=60)

    def _write(self, line: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def _read(self) -> int:
        assert self._process.stdout
        return int(self._process.stdout.readline())


def serve(work: Callable[[Order, Step], None]) -> None:
    """Fork a child to do its work for every order on standard input."""
    for line in sys.stdin:
        told, tell = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(told)
            _do(work, json.loads(line), tell)
        os.close(tell)
        _say(child)
        # It ends when nobody holds the other end any more: the child is dead.
        with os.fdopen(told) as ending:
            _say(ending.read() or "0")
        # Until now its number is nobody else's, and may be killed.
        sys.stdin.readline()
        _, status = os.waitpid(child, 0)
        _say(os.waitstatus_to_exitcode(status))


def _say(what: object) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


def _do(work: Callable[[Order, Step], None], order: Order, tell: int) -> NoReturn:
    code, steps = 1, 0

    def step() -> None:
        nonlocal steps
        steps += 1
        if steps == order["step"]:
            os.kill(os.getpid(), signal.SIGKILL)

    try:
        work(order, step)
        os.write(tell, str(steps).encode())
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        # Nothing of the parent's may be flushed or ended a second time.
        os._exit(code)
