"""How commands run JAX: double precision for money that adds up, one thread, compiled programs kept."""

from __future__ import annotations

import os
import platform
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

import jax

THREADS = "PJRT_NPROC"
"""Variable of the environment by which JAX learns how many threads a program may use on a CPU."""


def cache_folder() -> Path:
    """Return where compiled programs are kept: $XDG_CACHE_HOME/wattswarm or ~/.cache/wattswarm."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "wattswarm" / "programs"


def prepare(*, double: bool = True, keep: bool = True, devices: int = 1) -> None:
    """Set JAX up for a command, before anything is computed.

    A program gets one thread unless `THREADS` says otherwise: its operations are small, so that threads
    mostly wait for each other, and where there is much to do it is spread over processes.

    Args:
        double: whether arrays may be float64.
        keep: whether compiled programs are kept from call to call; who times a compiler compiles anew.
        devices: that a processor counts as, for networks whose training is dealt out; too late to change once
            anything was computed.
    """
    os.environ.setdefault(THREADS, "1")
    with suppress(RuntimeError):
        jax.config.update("jax_num_cpu_devices", devices)
    # On one thread there is nothing to do beside a computation that it is not waited for.
    jax.config.update("jax_cpu_enable_async_dispatch", False)
    jax.config.update("jax_enable_x64", double)
    jax.config.update("jax_enable_compilation_cache", keep)
    if not keep:
        return
    try:
        cache_folder().mkdir(parents=True, exist_ok=True)
    except OSError:
        return
    jax.config.update("jax_compilation_cache_dir", str(cache_folder()))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def versions(*names: str) -> dict[str, str]:
    """Return the versions of libraries, of those that this package computes with where none is named."""
    usual = ("python", "wattswarm", "jax", "highspy", "numpy", "pvlib", "polars")
    return {name: platform.python_version() if name == "python" else version(name) for name in names or usual}


def commit(package: Path = Path(__file__).parent) -> str | None:
    """Return the commit that is checked out, None where the package lies in no checkout.

    What has been changed since that commit is not told.

    Args:
        package: folder of the package.
    """
    git = package.parents[1] / ".git"
    try:
        head = (git / "HEAD").read_text().strip()
        if not head.startswith("ref: "):
            return head
        reference = head.removeprefix("ref: ")
        if (git / reference).is_file():
            return (git / reference).read_text().strip()
        lines = (git / "packed-refs").read_text().splitlines()
    except OSError:
        return None
    return next((line.split()[0] for line in lines if line.endswith(f" {reference}")), None)
