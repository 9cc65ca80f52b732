"""The site as arrays."""

from dataclasses import fields

import numpy as np
import pytest

from wattswarm.errors import InputError
from wattswarm.site import example_names, load_example, site_arrays

HUB = site_arrays(load_example("hub"))


def test_columns_are_ports_then_storages_then_solars_then_one_load_for_each_station():
    ports, storages, solars, stations = HUB.port_count, HUB.storage_count, HUB.solar_count, HUB.station_count
    assert (ports, storages, solars, stations) == (16, 1, 2, 2)
    assert HUB.incidence.shape == (3, ports + storages + solars + stations)
    north, south, grid = HUB.incidence
    assert np.flatnonzero(north).tolist() == [*range(8), 17, 19]
    assert np.flatnonzero(south).tolist() == [*range(8, 16), 16, 18, 20]
    assert (grid == 1).all()
    assert HUB.limit_names == ("north board", "south board", "grid connection")
    assert HUB.level.tolist() == [0, 0, 1]


@pytest.mark.parametrize("name", example_names())
def test_sizes_agree_and_the_grid_connection_sees_every_element(name):
    arrays = site_arrays(load_example(name))
    batteries = arrays.port_count + arrays.storage_count
    for each in ("charge_kw", "discharge_kw", "charge_efficiency", "discharge_efficiency", "minimum_kw"):
        assert getattr(arrays, each).shape == (batteries,)
        assert getattr(arrays, each).dtype == np.float64
    assert (arrays.incidence[-1] == 1).all()
    assert arrays.incidence.shape[1] == batteries + arrays.solar_count + arrays.station_count
    assert len(arrays.port_names) == arrays.port_count == len(arrays.port_is_dc)
    assert len(set(arrays.port_names)) == arrays.port_count
    assert (arrays.storage_floor_kwh <= arrays.storage_initial_kwh).all()
    assert (arrays.storage_initial_kwh <= arrays.storage_ceiling_kwh).all()
    assert (arrays.storage_ceiling_kwh <= arrays.storage_capacity_kwh).all()


def test_powers_and_efficiencies_stand_in_the_order_of_the_file():
    assert HUB.charge_kw.tolist() == [11.0] * 8 + [50.0] * 2 + [11.0] * 6 + [100.0]
    assert HUB.discharge_kw.tolist() == [11.0] * 8 + [0.0] * 8 + [100.0]
    assert HUB.discharge_efficiency.tolist() == [0.92] * 8 + [0.95] * 2 + [0.94] * 6 + [0.96]
    assert HUB.port_is_dc.tolist() == [False] * 8 + [True] * 2 + [False] * 6
    assert HUB.port_names[0] == "north/1"
    assert HUB.port_names[8] == "south/1"
    assert HUB.storage_names == ("south/storage",)
    assert HUB.port_station.tolist() == [0] * 8 + [1] * 8
    assert HUB.solar_peak_kw.tolist() == [60.0, 40.0]


def test_a_day_of_rest_loses_the_self_discharge_of_a_day():
    steps = round(24 / HUB.dt_h)
    assert HUB.storage_retention**steps == pytest.approx([1 - 0.001])


def test_nothing_can_be_changed_afterwards():
    arrays = [getattr(HUB, each.name) for each in fields(HUB)]
    arrays = [each for each in arrays if isinstance(each, np.ndarray)]
    assert len(arrays) >= 20
    assert not any(each.flags.writeable for each in arrays)
    with pytest.raises(ValueError, match="read-only"):
        HUB.charge_kw[0] = 1.0
    with pytest.raises(AttributeError):
        HUB.dt_h = 1.0


def test_a_station_on_an_unknown_node_is_refused():
    hub = load_example("hub")
    lost = hub.stations[0].model_copy(update={"node": "attic"})
    with pytest.raises(InputError, match="unknown node"):
        site_arrays(hub.model_copy(update={"stations": (lost,)}))
