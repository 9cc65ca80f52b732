"""What code made a file: versions of packages, and the commit where this package lies in a checkout."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

_LIBRARIES = ("wattswarm", "numpy", "scikit-learn", "lightgbm", "statsmodels", "jax")


def library_versions() -> dict[str, str]:
    """Return the versions of this package and of the libraries that its models learn with."""
    return {name: version(name) for name in _LIBRARIES}


def commit(package: Path = Path(__file__).parents[1]) -> str | None:
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
