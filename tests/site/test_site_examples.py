"""The sites that come with the package."""

import pytest

from wattswarm.errors import InputError
from wattswarm.site import check_site, example_names, load_example


def test_there_are_three_examples():
    assert example_names() == ("hub", "pool", "workplace")


@pytest.mark.parametrize("name", example_names())
def test_every_example_loads_from_any_directory_and_passes_all_checks(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    check_site(load_example(name))


def test_the_hub_is_the_default_and_short_of_power():
    hub = load_example()
    assert hub == load_example("hub")
    asked = sum(row.count * row.power_kw for station in hub.stations for row in station.ports)
    assert asked > hub.nodes[0].import_limit_kw
    assert all(row.minimum_kw == 0 for station in hub.stations for row in station.ports)


def test_an_unknown_example_is_answered_with_the_nearest():
    with pytest.raises(InputError, match="did you mean workplace"):
        load_example("workplaces")
