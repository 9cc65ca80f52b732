"""MADDPG over finite choices: it learns to meet, and what is infeasible has no part in it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jaxtyping import Array, Float, Int, PRNGKeyArray

from wattswarm.learn.algorithms.gradient.maddpg import Maddpg, MaddpgState
from wattswarm.learn.contract import Trajectory
from wattswarm.learn.parts.masked import straight_through
from wattswarm.learn.parts.networks import unroll, with_identity
from wattswarm.learn.parts.replay import time_first, to_sequences
from wattswarm.learn.problem import Layout
from wattswarm.learn.training.collect import evaluate, rollout, start_rollout
from wattswarm.tasks import Observation, Timestep

ROUNDS = 4


class Meeting(eqx.Module):
    """Two agents earn 1 in each round in which both go to the place shown; the next one is closed."""

    layout = Layout(
        problem="meeting",
        agents=("guide", "guest"),
        features=("0", "1", "2"),
        centre=3,
        controls=("place",),
        choices=((0.0,), (1.0,), (2.0,)),
    )
    horizon = ROUNDS

    def reset(self, key: PRNGKeyArray) -> tuple[Round, Observation]:
        drawn, kept = jax.random.split(key)
        state = Round(jax.random.randint(drawn, (), 0, 3, jnp.int32), jnp.zeros((), jnp.int32), kept)
        return state, self._observation(state)

    def step(self, state: Round, controls: Float[Array, "agent control"]) -> tuple[Round, Timestep]:
        met = (jnp.round(controls[:, 0]) == state.place).all().astype(float)
        moved = Round((state.place + 1) % 3, state.at + 1, state.key)
        over = moved.at >= ROUNDS
        fresh, _ = self.reset(state.key)
        state = jax.tree.map(lambda new, old: jnp.where(over, new, old), fresh, moved)
        first = over.astype(float)
        timestep = Timestep(
            self._observation(state),
            jnp.stack([met, met]),
            first,
            jnp.ones(()),
            self._observation(moved),
            met,
        )
        return state, timestep

    def _observation(self, state: Round) -> Observation:
        code = jnp.eye(3)[state.place]
        open_places = jnp.arange(3) != (state.place + 1) % 3
        low = jnp.zeros((2, 1))
        return Observation(jnp.stack([code, code]), code, jnp.stack([open_places] * 2), low, low + 2.0)


class Round(NamedTuple):
    place: Int[Array, ""]
    at: Int[Array, ""]
    key: PRNGKeyArray


MEETING = Meeting()
LEARNER = Maddpg(
    updates=250,
    environments=8,
    sequence=4,
    hidden=16,
    recurrent=False,
    capacity=256,
    batch=32,
    rate=3e-3,
    critic_rate=1e-2,
    gamma=0.5,
    tau=0.05,
)


class Training(NamedTuple):
    score: Float[Array, ""]
    state: MaddpgState
    metrics: dict[str, Array]
    lived: Trajectory


@pytest.fixture(scope="module", params=["drawn", "mean"])
def training(request: pytest.FixtureRequest) -> Training:
    """The whole training as one program, with either slope."""
    learner = replace(LEARNER, slope=request.param)

    def whole(key: PRNGKeyArray) -> Training:
        begin, out, on, judge = jax.random.split(key, 4)
        state = learner.init(begin, MEETING.layout)
        rollout_state = start_rollout(MEETING, learner, out, learner.environments)

        def block(carry: Any, key: PRNGKeyArray) -> tuple[Any, Any]:
            state, rollout_state = carry
            play, learn = jax.random.split(key)
            rollout_state, lived, _ = rollout(MEETING, learner, state, rollout_state, play, learner.sequence)
            state, metrics = learner.update(state, lived, learn)
            return (state, rollout_state), (metrics, lived)

        (state, _), (metrics, lived) = jax.lax.scan(
            block, (state, rollout_state), jax.random.split(on, learner.updates)
        )
        score = evaluate(MEETING, learner, state, judge, 6).mean()
        return Training(score, state, metrics, lived)

    return jax.jit(whole)(jax.random.key(0))


def test_it_learns_to_meet_in_every_round(training: Training) -> None:
    assert float(training.score) == pytest.approx(ROUNDS)
    assert all(np.isfinite(values).all() for values in training.metrics.values())
    # What the critics expect is what is then earned: 1 a round, halved for each to come.
    assert float(training.metrics["q"][-20:].mean()) == pytest.approx(2.0, rel=0.2)


def test_no_choice_is_ever_infeasible(training: Training) -> None:
    steps = training.lived.steps
    taken = np.take_along_axis(
        np.asarray(steps.observation.mask), np.asarray(steps.action.choice)[..., None], -1
    )
    assert taken.all()


def test_targets_bootstrap_from_greedy_feasible_choices_of_the_target_actors(training: Training) -> None:
    rows = time_first(to_sequences(jax.tree.map(lambda each: each[-1], training.lived)))

    @eqx.filter_jit
    def expected(pair: Any, rows: Any) -> Array:
        logits = unroll(pair.actor, rows.memory, with_identity(rows.features), rows.first)[1]
        # However much an actor likes a closed place, the target does not go there.
        wish = jnp.where(rows.mask, 0.0, 1e6)
        greedy = jnp.argmax(jnp.where(rows.mask, logits + wish, -jnp.inf), axis=-1)
        joint = jax.nn.one_hot(greedy, 3, dtype=jnp.float32)
        following = LEARNER.value(pair.critic, rows.centre[1:], joint[1:])
        return rows.reward + LEARNER.gamma * rows.discount[..., None] * following

    pair = training.state.target
    found = eqx.filter_jit(LEARNER.targets)(pair, rows)
    np.testing.assert_allclose(found, expected(pair, rows), atol=1e-5)


def test_a_critic_sees_its_own_agent_apart_and_all_choices(training: Training) -> None:
    critic = training.state.online.critic
    centre = jnp.eye(3, dtype=jnp.float32)[0]
    met = jax.nn.one_hot(jnp.asarray([0, 0]), 3, dtype=jnp.float32)
    missed = jax.nn.one_hot(jnp.asarray([0, 2]), 3, dtype=jnp.float32)
    both = LEARNER.value(critic, centre, met) - LEARNER.value(critic, centre, missed)
    assert (np.asarray(both) > 0.5).all()
    # Given apart for each critic, they are judged apart.
    apart = LEARNER.value(critic, centre, jnp.stack([met, missed]))
    expected = [LEARNER.value(critic, centre, met)[0], LEARNER.value(critic, centre, missed)[1]]
    np.testing.assert_allclose(apart, expected, atol=1e-5)


def test_each_own_choice_is_judged_beside_the_others_as_they_were(training: Training) -> None:
    critic, centre = training.state.online.critic, jnp.eye(3, dtype=jnp.float32)[1]
    taken = jax.nn.one_hot(jnp.asarray([1, 0]), 3, dtype=jnp.float32)
    found = LEARNER.values_by_choice(critic, centre, taken)
    for choice, own in enumerate(jnp.eye(3, dtype=jnp.float32)):
        alone = [LEARNER.value(critic, centre, taken.at[agent].set(own)) for agent in (0, 1)]
        np.testing.assert_allclose(found[:, choice], [alone[0][0], alone[1][1]], atol=1e-5)


@pytest.mark.parametrize("seed", range(3))
def test_the_slope_through_a_drawn_choice_is_exactly_0_where_it_is_infeasible(seed: int) -> None:
    mask = jnp.asarray([[True, False, True, True]])
    worth = jnp.asarray([[1.0, 100.0, -2.0, 3.0]])

    def total(logits: Array) -> Array:
        return (straight_through(jax.random.key(seed), logits, mask) * worth).sum()

    slope = np.asarray(jax.grad(total)(jnp.asarray([[0.0, 30.0, 0.1, 0.2]], jnp.float32)))
    assert slope[0, 1] == 0.0
    assert (slope[0, [0, 2, 3]] != 0.0).all()
    drawn = straight_through(jax.random.key(seed), jnp.asarray([[0.0, 30.0, 0.1, 0.2]]), mask)
    assert float(drawn[0, 1]) == 0.0
    assert float(drawn.sum()) == pytest.approx(1.0)


def test_exploration_falls_from_always_to_seldom() -> None:
    shares = [float(LEARNER.explore(jnp.asarray(count))) for count in (0, 30, 75, 250)]
    assert shares[0] == 1.0
    assert shares[1] > shares[2]
    assert shares[2] == pytest.approx(0.05)
    assert shares[3] == pytest.approx(0.05)
