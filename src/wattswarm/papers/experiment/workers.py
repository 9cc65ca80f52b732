"""Work spread over processes; an interrupt, a failure or a kill ends them at once and leaves none behind."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from typing import TypeVar

Item = TypeVar("Item")
Answer = TypeVar("Answer")


def spread_work(
    do: Callable[[Item], Answer], items: Sequence[Item], workers: int
) -> Iterator[tuple[Item, Answer]]:
    """Yield every item with what a process made of it, as they get done.

    Files that processes write have to be put in place whole: a process may be ended at any time.

    Args:
        items: begun in this order.
        workers: processes at a time.

    Raises:
        Exception: whatever `do` raised first; the others are ended then.
    """
    before = set(multiprocessing.active_children())
    context = multiprocessing.get_context("spawn")
    count = max(1, min(workers, len(items)))
    with ProcessPoolExecutor(count, mp_context=context, initializer=_end_with_parent) as pool:
        with _born_deaf():
            running = {pool.submit(do, item): item for item in items}
        try:
            for future in as_completed(running):
                yield running[future], future.result()
        except BaseException:
            # The pool finds itself broken, drops what waits and joins them all as it closes. Whoever else
            # joined them could return before the pool had noted the end.
            for child in set(multiprocessing.active_children()) - before:
                child.terminate()
            raise


@contextmanager
def _born_deaf() -> Iterator[None]:
    """Let processes that start meanwhile ignore Ctrl-C, which reaches them too; this one ends them."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _end_with_parent() -> None:
    """End this process as soon as the one that began it is gone, whatever ended that one."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
