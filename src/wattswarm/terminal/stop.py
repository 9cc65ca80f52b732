"""Ctrl-C reaches the command even where a library swallows it."""

from __future__ import annotations

import _thread
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

_PAUSE_S = 0.05
"""Long enough for the callback that swallowed the interrupt to return."""


@contextmanager
def interruptible() -> Iterator[None]:
    """Ask again for an interrupt that fell into a callback from which no exception can come out.

    JAX and others run Python in callbacks of the garbage collector; a KeyboardInterrupt raised there is
    reported and dropped, and the command would go on as if nothing had been pressed.
    """
    before = sys.unraisablehook

    def ask_again(dropped: UnraisableHookArgs) -> None:
        if issubclass(dropped.exc_type, KeyboardInterrupt):
            threading.Timer(_PAUSE_S, _thread.interrupt_main).start()
        else:
            before(dropped)

    sys.unraisablehook = ask_again
    try:
        yield
    finally:
        sys.unraisablehook = before
