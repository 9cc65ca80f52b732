"""Q-learners act feasibly, replay what they remembered, and bootstrap within the same episode."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from wattswarm.errors import InputError
from wattswarm.learn.algorithms.value.dqn import Dqn
from wattswarm.learn.algorithms.value.iql import Iql
from wattswarm.learn.algorithms.value.q_learning import QLearning, QState
from wattswarm.learn.parts.deciders import Jointly
from wattswarm.learn.parts.networks import AgentNetwork, step
from wattswarm.learn.parts.replay import Sequences
from wattswarm.learn.problem import Layout
from wattswarm.tasks import Observation

LAYOUT = Layout("small", ("a", "b"), ("w", "x", "y", "z"), 5, ("move",), ((0.0,), (0.5,), (1.0,)))
AGENTS, CHOICES, LANES, STEPS = 2, 3, 3, 8
CUT = 5
SIZES: dict[str, Any] = {"environments": LANES, "sequence": STEPS, "hidden": 8, "capacity": 8, "batch": 4}

IQL = Iql(10, **SIZES)


@pytest.fixture(scope="module")
def state() -> QState:
    state = IQL.init(jax.random.key(0), LAYOUT)
    # Heads start near 0; what is compared here must differ.
    drawn = jax.tree.map(
        lambda x: x + 0.3 * jnp.sin(jnp.arange(x.size, dtype=x.dtype)).reshape(x.shape), state.online
    )
    return state._replace(online=drawn, target=jax.tree.map(lambda x: 0.9 * x, drawn))


@pytest.fixture(scope="module")
def rows() -> Sequences:
    """Sequences with a truncation before row 5, in which most choices are feasible."""
    draws = np.random.default_rng(0)

    def normal(*shape: int) -> jax.Array:
        return jnp.asarray(draws.normal(size=shape), jnp.float32)

    mask = draws.random((STEPS + 1, LANES, AGENTS, CHOICES)) < 0.7
    mask[..., 0] |= ~mask.any(axis=-1)
    return Sequences(
        features=normal(STEPS + 1, LANES, AGENTS, 4),
        centre=normal(STEPS + 1, LANES, 5),
        mask=jnp.asarray(mask),
        first=jnp.zeros((STEPS + 1, LANES), jnp.float32).at[CUT].set(1.0),
        memory=normal(LANES, AGENTS, 8),
        choice=jnp.asarray(mask.argmax(axis=-1)[:-1], jnp.int32),
        reward=normal(STEPS, LANES, AGENTS),
        discount=jnp.ones((STEPS, LANES), jnp.float32),
    )


@jax.jit
def replayed(state: QState, rows: Sequences, first: jax.Array) -> jax.Array:
    return IQL.values(state.online, rows.memory, rows.observation, first)[0]


@jax.jit
def targets(state: QState, rows: Sequences) -> tuple[jax.Array, jax.Array, jax.Array]:
    """Return targets, and online and target values of all rows."""
    online = IQL.values(state.online, rows.memory, rows.observation, rows.first)[0]
    old = IQL.values(state.target, rows.memory, rows.observation, rows.first)[0]
    return IQL.targets(state.target, online, rows), online, old


@jax.jit
def lived(state: QState, rows: Sequences) -> jax.Array:
    """Return the values that acting step by step sees."""

    def once(memory: jax.Array, row: tuple[jax.Array, jax.Array]) -> tuple[jax.Array, jax.Array]:
        observation = IQL.decider(AGENTS, CHOICES).read(rows.observation._replace(features=row[0]))
        return step(state.online.network, memory, observation, row[1])

    memory, out = rows.memory, []
    for at in range(STEPS + 1):
        memory, values = once(memory, (rows.features[at], rows.first[at]))
        out.append(values)
    return jnp.stack(out)


def test_replay_sees_the_values_acted_on_across_the_end_of_an_episode(state: QState, rows: Sequences) -> None:
    np.testing.assert_allclose(replayed(state, rows, rows.first), lived(state, rows), atol=1e-5)


def test_a_flag_one_step_late_would_show(state: QState, rows: Sequences) -> None:
    late = jnp.roll(rows.first, 1, axis=0)
    assert float(jnp.abs(replayed(state, rows, late) - lived(state, rows)).max()) > 0.01


def test_targets_take_the_best_choice_under_the_mask_of_the_next_step(state: QState, rows: Sequences) -> None:
    found, online, old = targets(state, rows)
    feasible = np.asarray(rows.mask[1:])
    greedy = np.where(feasible, np.asarray(online)[1:], -np.inf).argmax(axis=-1)
    next_worth = np.take_along_axis(np.asarray(old)[1:], greedy[..., None], axis=-1)[..., 0]
    np.testing.assert_allclose(found, np.asarray(rows.reward) + 0.99 * next_worth, rtol=1e-5, atol=1e-5)
    unmasked = np.asarray(online)[1:].argmax(axis=-1)
    assert (unmasked != greedy).any(), "the masks of this test must matter"


def test_the_last_step_bootstraps_from_what_closed_the_sequence(state: QState, rows: Sequences) -> None:
    other = rows._replace(features=rows.features.at[-1].add(1.0))
    change = np.abs(np.asarray(targets(state, other)[0] - targets(state, rows)[0]))
    assert change[-1].max() > 1e-3
    assert change[:-1].max() == 0.0


def test_nothing_is_learned_from_a_step_whose_successor_was_cut_away(state: QState, rows: Sequences) -> None:
    learn = jax.jit(
        lambda rows: IQL.learn(state.online, state.target, state.optimiser, rows, jnp.int32(1))[1]["loss"]
    )
    cut = rows._replace(reward=rows.reward.at[CUT - 1].add(100.0))
    before = rows._replace(reward=rows.reward.at[CUT - 2].add(100.0))
    assert float(learn(cut)) == float(learn(rows))
    assert float(learn(before)) > float(learn(rows)) + 1.0


@pytest.mark.parametrize("learner", [IQL, Dqn(10, **SIZES), Dqn(10, joint=False, **SIZES)])
@pytest.mark.parametrize("greedy", [True, False])
def test_no_choice_is_ever_infeasible(learner: QLearning, greedy: bool) -> None:
    cases = 300
    state = learner.init(jax.random.key(1), LAYOUT)
    draws = np.random.default_rng(2)
    mask = draws.random((cases, AGENTS, CHOICES)) < 0.4
    mask[..., 1] |= ~mask.any(axis=-1)
    features = jnp.asarray(draws.normal(size=(cases, AGENTS, 4)), jnp.float32)
    centre = jnp.asarray(draws.normal(size=(cases, 5)), jnp.float32)
    bound = jnp.zeros((cases, AGENTS, 1), jnp.float32)
    observation = Observation(features, centre, jnp.asarray(mask), bound, bound + 1.0)

    def act(observation: Observation, key: jax.Array) -> Any:
        memory = learner.begin(LAYOUT)
        return learner.act(state, memory, observation, jnp.ones(()), None if greedy else key)[1]

    acts = jax.jit(jax.vmap(act))(observation, jax.random.split(jax.random.key(3), cases))
    assert np.take_along_axis(mask, np.asarray(acts.choice)[..., None], axis=-1).all()
    np.testing.assert_array_equal(acts.controls, np.asarray(LAYOUT.grid)[np.asarray(acts.choice)])
    assert len(np.unique(acts.choice)) == CHOICES


def test_joint_choices_are_rows_and_rows_are_joint_choices() -> None:
    rows = jnp.arange(CHOICES**AGENTS)[:, None]
    choices = Jointly().choices(rows, AGENTS, CHOICES)
    assert len({tuple(row) for row in choices.tolist()}) == CHOICES**AGENTS
    np.testing.assert_array_equal(Jointly().decided(choices, CHOICES), rows)


def test_too_many_joint_choices_are_refused_only_where_asked_for() -> None:
    many = Layout("many", tuple("abcdefghi"), ("x",), 9, ("move",), LAYOUT.choices)
    with pytest.raises(InputError, match="too many joint choices"):
        Dqn(10, joint=True, **SIZES).init(jax.random.key(0), many)
    assert Dqn(10).decider(9, CHOICES).outputs(many) == 9 * CHOICES


def test_the_recurrent_network_is_the_gru_of_the_formula() -> None:
    network = AgentNetwork(jax.random.key(0), 4, 3, 8, head_scale=1.0)
    draws = np.random.default_rng(0)
    inputs, memory = draws.normal(size=4).astype(np.float32), draws.normal(size=8).astype(np.float32)
    found, out = jax.jit(network.__call__)(memory, inputs)

    def sigmoid(x: np.ndarray) -> np.ndarray:
        return 1.0 / (1.0 + np.exp(-x))

    coded = np.asarray(network.encoder.weight) @ inputs + np.asarray(network.encoder.bias)
    coded = np.maximum((coded - coded.mean()) / np.sqrt(coded.var() + 1e-5), 0.0)
    core = network.core
    of_input = np.split(np.asarray(core.weight_ih) @ coded + np.asarray(core.bias), 3)
    of_memory = np.split(np.asarray(core.weight_hh) @ memory, 3)
    reset, keep = (sigmoid(of_input[at] + of_memory[at]) for at in (0, 1))
    new = np.tanh(of_input[2] + reset * (of_memory[2] + np.asarray(core.bias_n)))
    expected = (1.0 - keep) * new + keep * memory
    np.testing.assert_allclose(found, expected, atol=1e-5)
    np.testing.assert_allclose(
        out, np.asarray(network.head.weight) @ expected + np.asarray(network.head.bias), atol=1e-5
    )
