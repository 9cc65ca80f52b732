"""The most memory that a process ever held."""

from __future__ import annotations

import sys
from pathlib import Path


def most_memory_gb() -> float:
    """Return the most memory that this process ever held, nan where the system does not tell [GB]."""
    status = Path("/proc/self/status")
    if status.is_file():
        # Linux's getrusage would count what the process held that began this one.
        (held,) = (line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return float(held.split()[1]) * 1024.0 / 1e9
    if sys.platform == "win32":
        return float("nan")
    import resource  # Unix alone has it

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e9
