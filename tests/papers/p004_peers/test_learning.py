"""Paper 004's tables: the printed ones have no state to heed, the mended ones do better than chance."""

from __future__ import annotations

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from wattswarm.learn.training.collect import rollout, start_rollout
from wattswarm.learn.training.record import Trained
from wattswarm.learn.training.runner import train
from wattswarm.papers.p004_peers.learning import (
    BUY,
    CHARGE,
    DISCHARGE,
    IDLE,
    SELL,
    Chance,
    Contracts,
    Greedy,
    q_learning,
)
from wattswarm.papers.p004_peers.world import ACTIONS, HOURS, Settings, begin, look, population
from wattswarm.papers.p004_peers.world.play import charge_at_once, play

PEOPLE = population(Settings(vehicles=6), 0)
EPISODES = 300


@pytest.fixture(scope="module", params=[False, True], ids=["mended", "as printed"])
def learned(request: pytest.FixtureRequest) -> tuple[Contracts, Trained]:
    """A problem and the tables of one seed."""
    problem = Contracts(PEOPLE, literal=request.param)
    steps = EPISODES * HOURS
    return problem, train(problem, q_learning(problem), steps=steps, seeds=(0,), blocks=2)


def test_as_printed_a_vehicle_does_the_same_whatever_its_battery_holds(
    learned: tuple[Contracts, Trained],
) -> None:
    problem, trained = learned
    walk = start_rollout(problem, trained.learner, jax.random.key(9), 16)
    steps = rollout(problem, trained.learner, trained.policy(0), walk, None, HOURS)[1].steps
    choice, stored = np.asarray(steps.action.choice), np.asarray(steps.observation.features[..., 0])
    assert np.ptp(stored) > 0.5
    different = [len(np.unique(choice[..., vehicle])) for vehicle in range(6)]
    assert different == [1] * 6 if problem.literal else min(different) > 1


def test_mended_tables_beat_chance_in_every_part(learned: tuple[Contracts, Trained]) -> None:
    problem, trained = learned
    if problem.literal:
        return
    keys = jax.random.split(jax.random.key(77), 30)
    ours = play(PEOPLE, Greedy(problem, trained.learner, trained.policy(0)), keys)
    chance, idle = (play(PEOPLE, each, keys) for each in (Chance(problem), charge_at_once))
    assert float(ours.adequacy.mean()) > float(chance.adequacy.mean())
    assert float(ours.wear.mean()) < 0.5 * float(chance.wear.mean())
    assert float(ours.worth.sum()) > float(idle.worth.sum()) > float(chance.worth.sum())


def test_only_what_moves_energy_can_be_chosen_unless_as_printed() -> None:
    state = begin(PEOPLE, jax.random.key(0))._replace(
        energy_kwh=jnp.array([0.0, 12.0, 12.0, 40.0, 60.0, 60.0])
    )
    view = look(PEOPLE, state)
    mask = np.asarray(Contracts(PEOPLE).see(view).mask)
    assert mask[:, IDLE].all()
    assert mask[0, [CHARGE, BUY]].all()
    assert not mask[0, [DISCHARGE, SELL]].any()
    assert mask[3].all()
    assert not mask[4, [CHARGE, BUY]].any()
    assert np.asarray(Contracts(PEOPLE, literal=True).see(view).mask).all()


def test_printed_pay_rewards_filling_the_empty_and_emptying_the_full() -> None:
    problem = Contracts(PEOPLE, literal=True)
    energy = jnp.array([0.29, 0.31, 0.91, 0.71, 0.19, 0.5]) * PEOPLE.capacity_kwh
    today, _ = problem.reset(jax.random.key(0))
    today = today._replace(state=today.state._replace(energy_kwh=energy))
    controls = jnp.array([[CHARGE], [BUY], [BUY], [SELL], [DISCHARGE], [IDLE]], jnp.float32)
    _, turn = problem.step(today, controls)
    assert np.asarray(turn.reward).tolist() == [1.0, 0.0, -1.0, 1.0, -1.0, 0.0]


def test_a_day_ends_after_its_hours_and_another_begins() -> None:
    problem = Contracts(PEOPLE)
    today, _ = problem.reset(jax.random.key(0))
    at_end = today._replace(state=today.state._replace(step=jnp.asarray(HOURS - 1)))
    controls = jnp.full((6, 1), float(IDLE))
    after, turn = eqx.filter_jit(problem.step)(at_end, controls)
    assert float(turn.first) == 1.0
    assert float(turn.discount) == 0.0
    assert int(after.state.step) == 0
    assert float(turn.next_observation.features[0, 2]) == HOURS
    assert len(ACTIONS) == problem.layout.grid.shape[0]
