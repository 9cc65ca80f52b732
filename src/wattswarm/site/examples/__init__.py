"""Sites that come with the package, to start from and to compare on."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from wattswarm.errors import no_such
from wattswarm.site.load import parse_site
from wattswarm.site.schema import Site


def example_names() -> tuple[str, ...]:
    """Return the names of the example sites, sorted."""
    names = [each.name for each in files(__name__).iterdir()]
    return tuple(sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml")))


@cache
def load_example(name: str = "hub") -> Site:
    """Load an example site: `hub` (V2G, fast charging, storage, solar), `workplace` or `pool`.

    Raises:
        InputError: there is no example of this name.
    """
    names = example_names()
    if name not in names:
        raise no_such("there is no such example site", where="", found=name, known=names)
    return parse_site((files(__name__) / f"{name}.yaml").read_text("utf-8"), f"example {name}.yaml")
