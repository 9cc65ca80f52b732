"""Tables reach what value iteration says, share fairly, and never hold a forbidden choice up as best."""

from __future__ import annotations

from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jaxtyping import Array, PRNGKeyArray

from wattswarm.errors import InputError
from wattswarm.learn.algorithms.value.tabular import Tabular, TabularState, _explore
from wattswarm.learn.contract import Action, Trajectory, Transition
from wattswarm.learn.parts.bins import Bins, Kind, columns, evenly, index, state_count
from wattswarm.learn.problem import Layout
from wattswarm.learn.training.collect import rollout, start_rollout
from wattswarm.learn.training.round import train_step
from wattswarm.tasks import Observation, Timestep

STATES, CHOICES, HORIZON, GAMMA = 5, 3, 8, 0.8
_start_rollout, _rollout, _update = (
    eqx.filter_jit(start_rollout),
    eqx.filter_jit(rollout),
    eqx.filter_jit(Tabular.update),
)
_act = eqx.filter_jit(Tabular.act)


class At(NamedTuple):
    """Where each agent of the small problem stands."""

    place: Array
    step: Array
    key: PRNGKeyArray


class RandomProblem(eqx.Module):
    """Every agent walks a random Markov decision process of its own copy; some choices are forbidden."""

    reward: Array
    chance: Array
    allowed: Array
    agents: int = eqx.field(static=True)

    @property
    def layout(self) -> Layout:
        names = tuple(f"agent {at}" for at in range(self.agents))
        choices = tuple((float(at),) for at in range(CHOICES))
        return Layout("random", names, ("nothing", "place"), 1, ("move",), choices)

    @property
    def horizon(self) -> int:
        return HORIZON

    def reset(self, key: PRNGKeyArray) -> tuple[At, Observation]:
        draw, key = jax.random.split(key)
        at = At(jax.random.randint(draw, (self.agents,), 0, STATES), jnp.zeros((), jnp.int32), key)
        return at, self._observation(at)

    def step(self, state: At, controls: Array) -> tuple[At, Timestep]:
        move = controls[:, 0].astype(jnp.int32)
        draw, key = jax.random.split(state.key)
        drawn = jax.random.uniform(draw, (self.agents, 1))
        place = (self.chance[state.place, move].cumsum(-1) < drawn).sum(-1).astype(state.place.dtype)
        going = At(place, state.step + 1, key)
        following = self._observation(going)
        fresh, _ = self.reset(key)
        ended = going.step >= HORIZON
        state_after = jax.tree.map(lambda new, old: jnp.where(ended, new, old), fresh, going)
        reward = self.reward[state.place, move]
        one = jnp.ones(())
        timestep = Timestep(
            self._observation(state_after), reward, ended.astype(jnp.float32), one, following, reward.sum()
        )
        return state_after, timestep

    def _observation(self, at: At) -> Observation:
        place = at.place.astype(jnp.float32)
        bound = jnp.zeros((self.agents, 1))
        features = jnp.stack([jnp.zeros_like(place), place], axis=-1)
        return Observation(features, jnp.zeros(1), self.allowed[at.place], bound, bound + CHOICES - 1)


def _problem(agents: int) -> RandomProblem:
    draw = np.random.default_rng(3)
    chance = draw.dirichlet(np.full(STATES, 0.4), (STATES, CHOICES))
    allowed = np.ones((STATES, CHOICES), bool)
    allowed[1, 0] = allowed[4, 2] = allowed[3, 1] = False
    reward = draw.normal(size=(STATES, CHOICES)) + 5.0 * ~allowed
    return RandomProblem(*(jnp.asarray(x) for x in (reward.astype(np.float32), chance, allowed)), agents)


def _value_iteration(problem: RandomProblem) -> np.ndarray:
    values = np.zeros((STATES, CHOICES))
    for _ in range(200):
        best = np.where(problem.allowed, values, -np.inf).max(-1)
        values = np.asarray(problem.reward) + GAMMA * np.asarray(problem.chance) @ best
    return values


def _learner(**changes: Any) -> Tabular:
    place = (Bins("place", tuple(at - 0.5 for at in range(1, STATES))),)
    usual = {"updates": 500, "bins": place, "gamma": GAMMA, "sequence": HORIZON, "environments": 4}
    return Tabular(**{**usual, "alpha": 0.3, "last_alpha": 0.0, "last_epsilon": 1.0, **changes})


@eqx.filter_jit
def _train(problem: RandomProblem, learner: Tabular, key: PRNGKeyArray) -> tuple[TabularState, Array, Array]:
    begin, key = jax.random.split(key)
    rollout_state = start_rollout(problem, learner, begin, learner.environments)

    def go_on(carry: Any, key: PRNGKeyArray) -> Any:
        state, rollout_state, metrics, scores = train_step(problem, learner, *carry, key)
        return (state, rollout_state), (metrics["loss"], scores)

    carry = (learner.init(begin, problem.layout), rollout_state)
    (state, _), (loss, scores) = jax.lax.scan(go_on, carry, jax.random.split(key, learner.updates))
    return state, loss, scores


def test_tables_reach_the_values_of_value_iteration() -> None:
    problem = _problem(2)
    state, loss, _ = _train(problem, _learner(), jax.random.key(0))
    allowed = np.asarray(problem.allowed)
    learnt, wanted = np.asarray(state.table), _value_iteration(problem)
    assert learnt.shape == (2, STATES, CHOICES)
    assert np.abs(learnt - wanted)[:, allowed].max() < 0.25
    assert (
        np.where(allowed, learnt, -np.inf).argmax(-1) == np.where(allowed, wanted, -np.inf).argmax(-1)
    ).all()
    assert loss[-20:].mean() < loss[:20].mean()


def test_forbidden_choices_are_never_made_nor_counted_on() -> None:
    # A forbidden choice would pay best of all.
    problem = _problem(2)
    state, _, _ = _train(problem, _learner(), jax.random.key(0))
    assert not np.asarray(state.table)[:, ~np.asarray(problem.allowed)].any()


def test_a_table_shared_by_agents_alike_is_the_table_of_one() -> None:
    problem = _problem(3)
    learner, alone = _learner(shared=True, environments=1), _learner(environments=1)
    trajectory = _alike(problem, alone)
    shared, _ = _update(
        learner, learner.init(jax.random.key(0), problem.layout), trajectory, jax.random.key(1)
    )
    own, _ = _update(alone, alone.init(jax.random.key(0), problem.layout), trajectory, jax.random.key(1))
    assert np.abs(np.asarray(own.table)).max() > 0.1
    assert np.asarray(shared.table[0]) == pytest.approx(np.asarray(own.table[1]), abs=1e-6)
    added = _learner(shared=True, environments=1, collisions="sum", alpha=0.1)
    summed, _ = _update(added, added.init(jax.random.key(0), problem.layout), trajectory, jax.random.key(1))
    assert np.asarray(summed.table) == pytest.approx(np.asarray(shared.table), abs=1e-5)


def _alike(problem: RandomProblem, learner: Tabular) -> Any:
    """Return what was lived by agents that all do as the first one did."""
    rollout_state = _start_rollout(problem, learner, jax.random.key(5), 1)
    state = learner.init(jax.random.key(0), problem.layout)
    _, lived, _ = _rollout(problem, learner, state, rollout_state, jax.random.key(6), HORIZON)
    act = lived.steps.action
    act = act._replace(
        notes=jnp.broadcast_to(act.notes[..., :1], act.notes.shape),
        choice=jnp.broadcast_to(act.choice[..., :1], act.choice.shape),
    )
    steps = lived.steps
    observation = steps.observation._replace(
        mask=jnp.broadcast_to(steps.observation.mask[:, :, :1], steps.observation.mask.shape)
    )
    closing = lived.closing
    closing = closing._replace(
        features=jnp.broadcast_to(closing.features[:, :1], closing.features.shape),
        mask=jnp.broadcast_to(closing.mask[:, :1], closing.mask.shape),
    )
    reward = jnp.broadcast_to(steps.reward[..., :1], steps.reward.shape)
    return lived._replace(
        steps=steps._replace(observation=observation, action=act, reward=reward), closing=closing
    )


def test_exploring_reaches_every_feasible_choice_evenly_and_no_other() -> None:
    problem = _problem(2000)
    learner = _learner()
    at = At(jnp.full(2000, 1), jnp.zeros((), jnp.int32), jax.random.key(0))
    state = learner.init(jax.random.key(0), problem.layout)
    _, act = _act(
        learner,
        state,
        learner.begin(problem.layout),
        problem._observation(at),
        jnp.ones(()),
        jax.random.key(1),
    )
    share = np.bincount(np.asarray(act.choice), minlength=CHOICES) / 2000
    assert share[0] == 0
    assert share[1:] == pytest.approx([0.5, 0.5], abs=0.05)


def test_a_transition_cut_by_a_truncation_teaches_nothing() -> None:
    problem = _problem(1)
    learner = _learner(environments=1)
    lived = _alike(problem, learner)
    cut = lived._replace(steps=lived.steps._replace(first=lived.steps.first.at[3].set(1.0)))
    started = learner.init(jax.random.key(0), problem.layout)
    moved, _ = _update(learner, started, cut, jax.random.key(1))
    other = cut._replace(steps=cut.steps._replace(reward=cut.steps.reward.at[2].set(99.0)))
    same, _ = _update(learner, started, other, jax.random.key(1))
    assert np.asarray(moved.table) == pytest.approx(np.asarray(same.table))
    uncut = lived._replace(steps=lived.steps._replace(reward=lived.steps.reward.at[2].set(99.0)))
    differs, _ = _update(learner, started, uncut, jax.random.key(1))
    assert np.abs(np.asarray(differs.table)).max() > 10


def test_states_are_counted_by_mixed_radix() -> None:
    layout = Layout("p", ("a",), ("x", "unused", "y"), 1, ("c",), ((0.0,), (1.0,)))
    bins = (evenly("y", 0.0, 1.0, 4), Bins("x", (0.0,)))
    at = columns(bins, layout)
    features = jnp.asarray([[-1.0, 9.0, -5.0], [1.0, 9.0, 0.3], [0.0, 9.0, 0.75], [-0.1, 9.0, 7.0]])
    assert state_count(bins) == 8
    assert index(bins, at, features).tolist() == [0, 3, 7, 6]
    with pytest.raises(InputError, match="does not have"):
        columns((Bins("z", (0.0,)),), layout)
    with pytest.raises(InputError, match="do not increase"):
        columns((Bins("x", (0.0, 0.0)),), layout)


def test_learning_after_every_step_is_learning_from_the_same_steps_in_order() -> None:
    # With every choice random, the table's changes on the way do not change what is lived.
    problem, learner = _problem(2), _learner(environments=3, epsilon=1.0)
    key, begin = jax.random.key(8), jax.random.key(9)
    rollout_state, started = _start_rollout(problem, learner, begin, 3), learner.init(begin, problem.layout)
    online, going, _, scores = eqx.filter_jit(learner.train_step)(problem, started, rollout_state, key)
    drawn = jax.random.uniform(key, (HORIZON, 3, 2), jnp.float32)

    def replay(rollout_state: Any, drawn: Array) -> Any:
        choice = _explore(drawn, jnp.zeros((3, 2), jnp.int32), rollout_state.observation.mask, jnp.ones(()))
        at = index(learner.bins, started.columns, rollout_state.observation.features)
        state, timestep = jax.vmap(problem.step)(rollout_state.state, choice[..., None].astype(jnp.float32))
        step = Transition(
            rollout_state.observation,
            rollout_state.first,
            rollout_state.memory,
            Action(choice, choice, at),
            timestep.reward,
            timestep.discount,
        )
        return rollout_state._replace(state=state, observation=timestep.observation, first=timestep.first), (
            step,
            timestep.next_observation,
        )

    last, (steps, following) = jax.lax.scan(replay, rollout_state, drawn)
    closing = jax.tree.map(lambda x: x[-1], following)
    offline, _ = _update(learner, started, Trajectory(steps, closing, rollout_state.memory), key)
    assert (last.observation.features == going.observation.features).all()
    assert np.asarray(scores) == pytest.approx(np.asarray(steps.reward.sum(-1)), abs=1e-5)
    assert np.asarray(online.table) == pytest.approx(np.asarray(offline.table), abs=1e-5)
    assert np.abs(np.asarray(online.table)).max() > 0.1


def test_kinds_learn_in_tables_of_their_own_length_what_they_would_learn_alone() -> None:
    problem, place = _problem(3), _learner().bins
    alone = _learner(environments=2)
    # Two agents whose state is the place, and one that cannot tell places apart.
    mixed = _learner(environments=2, kinds=(Kind(2, place), Kind(1, (Bins("place", (99.0,)),))))
    rollout_state = _start_rollout(problem, alone, jax.random.key(5), 2)
    key = jax.random.key(0)
    blind = _learner(environments=2, bins=(Bins("place", (99.0,)),))
    tables = {}
    for name, learner in {"alone": alone, "mixed": mixed, "blind": blind}.items():
        # All choices are random, so that all three live through the same.
        state = learner.init(key, problem.layout)
        state, *_ = eqx.filter_jit(learner.train_step)(problem, state, rollout_state, jax.random.key(7))
        tables[name] = np.asarray(state.table)
    assert tables["mixed"].shape == (1, 2 * STATES + 2, CHOICES)
    own, rest = tables["mixed"][0, : 2 * STATES], tables["mixed"][0, 2 * STATES :]
    assert np.abs(own).max() > 0.1
    assert own.reshape(2, STATES, CHOICES) == pytest.approx(tables["alone"][:2], abs=1e-6)
    assert np.abs(rest).max() > 0.1
    assert rest == pytest.approx(tables["blind"][2], abs=1e-6)


def test_agents_of_a_kind_may_share_a_table_that_other_kinds_do_not() -> None:
    problem, place = _problem(3), _learner().bins
    shared = _learner(environments=1, shared=True, kinds=(Kind(2, place), Kind(1, place)))
    state = shared.init(jax.random.key(0), problem.layout)
    assert state.table.shape == (1, 2 * STATES, CHOICES)
    state, _ = _update(shared, state, _alike(problem, _learner(environments=1)), jax.random.key(1))
    table = np.asarray(state.table[0])
    assert np.abs(table).max() > 0.1
    # They lived the same, and the mean of two alike is the correction of one.
    assert table[:STATES] == pytest.approx(table[STATES:], abs=1e-6)


def test_kinds_of_other_agents_than_the_problems_are_refused() -> None:
    learner = _learner(kinds=(Kind(2, _learner().bins),))
    with pytest.raises(InputError, match=r"expected: 3 agents"):
        learner.init(jax.random.key(0), _problem(3).layout)


def test_exploring_may_fade_by_a_factor() -> None:
    learner, straight = _learner(fading=0.9, last_epsilon=0.2), _learner(last_epsilon=0.2)
    assert float(learner._epsilon(jnp.int32(4))) == pytest.approx(0.9**4)
    assert float(learner._epsilon(jnp.int32(400))) == pytest.approx(0.2)
    assert float(straight._epsilon(jnp.int32(125))) == pytest.approx(0.6)
