"""The pool of stations of paper 002: storages, sun and customers who can wait an hour, behind one owner.

| parameter | value | source |
|---|---|---|
| stations | 3 with one owner | paper 002 |
| storage | 500 kWh (ablation 100, 2000), 0.1 to 0.9, starts at 0.5 | ours: figures lost |
| storage power | half the capacity per hour | ours |
| efficiency | 0.95 in, 0.95 out, no leakage | ours: figures lost |
| wear | 0 | paper 002 bills none |
| prices | customers 1.2 times, grid buys at 0.8 times the utility price, sign-safe | ours: figures lost |
| demand | mean 100 kWh/h a station, urgent share 0.3 | ours: paper 002 gives no source |
| solar | 300, 150, 450 kWp | ours |
| limits | wide enough never to bind | paper 002 sets none |
| time | 1 h | paper 002 |
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from wattswarm.data import Series
from wattswarm.errors import InputError
from wattswarm.market import Regime
from wattswarm.outlook import AHEAD_H, Fill, believing
from wattswarm.site import Demand, Location, Node, Site, Solar, Station, Storage, load_example
from wattswarm.world import Scenario, build_scenario


def pool_site(
    *,
    capacity_kwh: float | Sequence[float] = 500.0,
    power_kw: float | Sequence[float] | None = None,
    solar_kw: Sequence[float] = (300.0, 150.0, 450.0),
    demand_kw: float | Sequence[float] = 100.0,
    location: Location | None = None,
) -> Site:
    """Describe a pool with one station for each entry of `solar_kw`.

    Args:
        capacity_kwh: of all storages or of each.
        power_kw: of all storages or of each, None for half the capacity per hour.
        solar_kw: peak power of each station's array, 0 for none.
        demand_kw: mean demand of all stations or of each [kWh/h].
        location: of the pool, None for the example's.

    Returns:
        The site, in USD.

    Raises:
        InputError: no station, or another number of storages or demands than of stations.

    Source:
        Paper 002 and models.md 4.1; see the table above.
    """
    if not solar_kw:
        raise InputError("the pool is empty", where="solar_kw", found=tuple(solar_kw), expected="a station")
    example = load_example("pool")
    capacities = _each("capacity_kwh", capacity_kwh, len(solar_kw))
    halves = tuple(capacity / 2 for capacity in capacities)
    powers = halves if power_kw is None else _each("power_kw", power_kw, len(solar_kw))
    demands = _each("demand_kw", demand_kw, len(solar_kw))
    names = [station.name for station in example.stations]
    if len(solar_kw) > len(names):
        names = [f"station {number}" for number in range(1, len(solar_kw) + 1)]
    widest = 10.0 * (max(powers) + max(demands)) + max(solar_kw)
    nodes = [
        Node(
            name="grid connection",
            import_limit_kw=widest * len(solar_kw),
            export_limit_kw=widest * len(solar_kw),
        )
    ]
    stations = []
    sizes = zip(names, solar_kw, capacities, powers, demands, strict=False)
    for name, peak, capacity, power, demand in sizes:
        feeder = f"{name} feeder"
        nodes.append(
            Node(name=feeder, parent="grid connection", import_limit_kw=widest, export_limit_kw=widest)
        )
        stations.append(
            Station(
                name=name,
                node=feeder,
                storage=Storage(capacity_kwh=capacity, power_kw=power, wear_price_per_kwh=0.0),
                solar=Solar(peak_kw=peak) if peak > 0 else None,
                demand=Demand(mean_kw=demand, urgent_share=0.3),
            )
        )
    return example.model_copy(
        update={
            "name": f"Pool of paper 002, {len(solar_kw)} stations",
            "location": location or example.location,
            "nodes": tuple(nodes),
            "stations": tuple(stations),
        }
    )


def _each(name: str, sizes: float | Sequence[float], stations: int) -> tuple[float, ...]:
    each = tuple(sizes) if isinstance(sizes, Sequence) else (float(sizes),) * stations
    if len(each) != stations:
        raise InputError(
            "the sizes do not match the number of stations",
            where=name,
            found=f"{len(each)} sizes",
            expected=f"one number, or {stations} as in solar_kw",
        )
    return each


def pool_scenario(
    prices: Series | None = None,
    solar: Series | None = None,
    *,
    start: date,
    days: int,
    seed: int = 0,
    capacity_kwh: float | Sequence[float] = 500.0,
    power_kw: float | Sequence[float] | None = None,
    solar_kw: Sequence[float] = (300.0, 150.0, 450.0),
    demand_kw: float | Sequence[float] = 100.0,
    location: Location | None = None,
    regime: Regime = Regime.DAM,
    ahead_h: tuple[float, ...] = AHEAD_H,
    ahead_fill: Fill = "now",
) -> Scenario:
    """Lay out days of the pool of paper 002.

    Args:
        prices: utility prices, None to generate them; their currency becomes the site's.
        solar: output of one array [kW], scaled to each array's peak; None to simulate it.
        start: first local date.
        days: number of local dates.
        seed: of demand, and of prices and clouds where they are generated.
        capacity_kwh, power_kw, solar_kw, demand_kw, location: as in `pool_site`.
        regime: what is known of prices when.
        ahead_h: bounds of the blocks in which rules see prices ahead [h].
        ahead_fill: what those blocks show for prices that are not known yet.

    Returns:
        The scenario, hourly.

    Raises:
        InputError: no station, or a record that does not cover the days.

    Source:
        Paper 002 and models.md 4.1, 7.3.
    """
    site = pool_site(
        capacity_kwh=capacity_kwh,
        power_kw=power_kw,
        solar_kw=solar_kw,
        demand_kw=demand_kw,
        location=location,
    )
    scenario = build_scenario(
        site, start=start, days=days, seed=seed, prices=prices, solar=solar, regime=regime
    )
    return believing(scenario, ahead_h=ahead_h, ahead_fill=ahead_fill)
