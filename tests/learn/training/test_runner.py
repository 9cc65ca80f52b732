"""The runner learns, keeps the best, and goes on bit by bit after a stop or a kill."""

from __future__ import annotations

import json
import os
import runpy
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import save_file

from wattswarm.errors import InputError
from wattswarm.learn.contract import Action, Trajectory
from wattswarm.learn.problem import Layout
from wattswarm.learn.training.record import Record, Trained
from wattswarm.learn.training.runner import plan_blocks, train
from wattswarm.tasks import Observation, Timestep


class Guess(eqx.Module):
    """Two agents name a number three times an episode; each is paid by how near it comes to its own."""

    wanted: jax.Array
    horizon: int = eqx.field(default=3, static=True)

    @property
    def layout(self) -> Layout:
        return Layout("guess", ("a", "b"), ("one",), 2, ("number",), ((0.0,), (1.0,)))

    def reset(self, key: jax.Array) -> tuple[Any, Observation]:
        at = jnp.zeros((), jnp.int32)
        return (at, key), self._observation()

    def step(self, state: Any, controls: jax.Array) -> tuple[Any, Timestep]:
        at, key = state
        ended = at + 1 >= self.horizon
        reward = -jnp.abs(controls[:, 0] - self.wanted)
        state = (jnp.where(ended, 0, at + 1), jax.random.split(key)[0])
        timestep = Timestep(
            self._observation(),
            reward,
            ended.astype(jnp.float32),
            jnp.ones(()),
            self._observation(),
            reward.sum(),
        )
        return state, timestep

    def _observation(self) -> Observation:
        ones = jnp.ones((2, 1), jnp.float32)
        return Observation(ones, ones[:, 0], jnp.ones((2, 2), bool), 0.0 * ones, ones)


class Listening(eqx.Module):
    """Moves its guess towards what was paid best; remembers a replay and a key that acting never reads."""

    rate: float = 0.05
    updates: int = eqx.field(default=1, static=True)
    name: str = eqx.field(default="listening", static=True)
    environments: int = eqx.field(default=4, static=True)
    sequence: int = eqx.field(default=3, static=True)

    def init(self, key: jax.Array, layout: Layout) -> Any:
        agents = len(layout.agents)
        return {
            "guess": jax.random.uniform(key, (agents,), jnp.float32),
            "replay": jnp.zeros((64, agents), jnp.float32),
            "key": key,
            "count": jnp.zeros((), jnp.int32),
        }

    def begin(self, layout: Layout) -> Any:
        return jnp.zeros((len(layout.agents), 0), jnp.float32)

    def act(
        self, state: Any, memory: Any, _observation: Observation, _first: Any, key: Any
    ) -> tuple[Any, Action]:
        noise = 0.0 if key is None else 0.3 * jax.random.normal(key, state["guess"].shape, jnp.float32)
        controls = jnp.clip(state["guess"] + noise, 0.0, 1.0)[:, None]
        return memory, Action(controls, jnp.zeros(controls.shape[0], jnp.int32), ())

    def update(self, state: Any, trajectory: Trajectory, _key: jax.Array) -> tuple[Any, Any]:
        tried = trajectory.steps.action.controls[..., 0].reshape(-1, 2)
        best = tried[jnp.argmax(trajectory.steps.reward.reshape(-1, 2), axis=0), jnp.arange(2)]
        left = 1.0 - state["count"] / self.updates
        guess = state["guess"] + self.rate * left * (best - state["guess"])
        state = {
            "guess": guess.astype(jnp.float32),
            "replay": jnp.roll(state["replay"], 1, axis=0).at[0].set(best.astype(jnp.float32)),
            "key": jax.random.fold_in(state["key"], 1),
            "count": state["count"] + 1,
        }
        return state, {"loss": jnp.abs(best - guess).mean()}


PROBLEM = Guess(jnp.asarray([0.2, 0.9], jnp.float32))
WANTED = {"steps": 480, "seeds": (3, 5), "blocks": 8}


def go(out: Path | None = None, **changes: Any) -> Trained:
    return train(PROBLEM, Listening(), validation=PROBLEM, out=out, **{**WANTED, **changes})


def same(one: Trained, other: Trained) -> None:
    assert one.best == other.best
    assert [r.score for r in one.records] == [r.score for r in other.records]
    assert [r.metrics for r in one.records] == [r.metrics for r in other.records]
    for mine, theirs in zip(jax.tree.leaves(one.policies), jax.tree.leaves(other.policies), strict=True):
        np.testing.assert_array_equal(np.asarray(mine), np.asarray(theirs))


@pytest.fixture(scope="module")
def whole() -> Trained:
    """A training that nothing disturbed."""
    return go()


def test_a_learner_gets_better_on_every_seed(whole: Trained) -> None:
    first, last = whole.records[0], whole.records[-1]
    assert all(after > before for before, after in zip(first.validation, last.validation, strict=True))
    assert whole.finished
    assert last.env_steps == 480
    assert last.block == last.blocks == 8


def test_the_best_state_of_each_seed_is_kept(whole: Trained) -> None:
    by_seed = np.array([record.validation for record in whole.records])
    np.testing.assert_array_equal(whole.best, by_seed.max(axis=0))
    guess = np.asarray(whole.policies["guess"])
    np.testing.assert_allclose(
        -3 * np.abs(guess - np.asarray(PROBLEM.wanted)).sum(axis=1), whole.best, rtol=1e-5
    )
    chosen = whole.policy()["guess"]
    np.testing.assert_array_equal(chosen, guess[int(np.argmax(whole.best))])
    np.testing.assert_array_equal(whole.policy(5)["guess"], guess[1])


def test_a_seed_learns_the_same_alone_and_beside_others(whole: Trained) -> None:
    alone = go(seeds=(5,))
    np.testing.assert_allclose(alone.policies["guess"][0], whole.policies["guess"][1], rtol=1e-6)
    assert whole.policies["guess"][0].tolist() != whole.policies["guess"][1].tolist()


@pytest.mark.parametrize("blocks", [1, 3])
def test_a_stopped_training_goes_on_bit_by_bit(blocks: int, tmp_path: Path, whole: Trained) -> None:
    observation: list[Record] = []
    stopped = go(tmp_path, progress=observation.append, stop=lambda: len(observation) == blocks)
    assert not stopped.finished
    assert len(stopped.records) == blocks
    went_on = go(tmp_path)
    same(went_on, whole)
    assert went_on.records[:blocks] == stopped.records
    lines = (tmp_path / "metrics.jsonl").read_text().splitlines()
    assert [json.loads(line)["block"] for line in lines] == list(range(1, 9))


def test_a_finished_training_is_read_not_repeated(tmp_path: Path, whole: Trained) -> None:
    go(tmp_path)
    again: list[Record] = []
    same(go(tmp_path, progress=again.append), whole)
    assert not again


def test_a_killed_process_goes_on_bit_by_bit(tmp_path: Path, whole: Trained) -> None:
    child = subprocess.Popen([sys.executable, __file__, str(tmp_path)], start_new_session=True)
    until = time.monotonic() + 600
    while not (tmp_path / "training.safetensors").exists() and time.monotonic() < until:
        time.sleep(0.01)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    assert len((tmp_path / "metrics.jsonl").read_text().splitlines()) < 8
    same(go(tmp_path), whole)


def test_a_kill_between_the_files_of_a_block_does_no_harm(tmp_path: Path, whole: Trained) -> None:
    observation: list[Record] = []
    go(tmp_path, progress=observation.append, stop=lambda: len(observation) == 2)
    older = (tmp_path / "training.safetensors").read_bytes()
    go(tmp_path, progress=observation.append, stop=lambda: len(observation) == 3)
    (tmp_path / "training.safetensors").write_bytes(older)
    same(go(tmp_path), whole)


def test_another_training_is_never_written_over(tmp_path: Path) -> None:
    observation: list[Record] = []
    go(tmp_path, progress=observation.append, stop=lambda: True)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    for changes, told in (({"seeds": (3, 6)}, "seeds"), ({"steps": 960}, "updates")):
        with pytest.raises(InputError, match="another training") as refused:
            go(tmp_path, **changes)
        assert told in str(refused.value)
        assert str(tmp_path) in str(refused.value)
    with pytest.raises(InputError, match=r"rate 0\.05 there, 0\.1 here"):
        train(PROBLEM, Listening(rate=0.1), validation=PROBLEM, out=tmp_path, **WANTED)  # type: ignore[arg-type]  # WANTED mixes types
    other = Guess(jnp.asarray([0.3, 0.9], jnp.float32))
    with pytest.raises(InputError, match="problem"):
        train(other, Listening(), validation=PROBLEM, out=tmp_path, **WANTED)  # type: ignore[arg-type]  # WANTED mixes types
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_the_policy_file_holds_only_what_acting_reads(tmp_path: Path) -> None:
    observation: list[Record] = []
    trained = go(tmp_path, progress=observation.append, stop=lambda: True)
    assert trained.policies["replay"].ndim == 0
    assert b"replay" not in (tmp_path / "policy.safetensors").read_bytes()
    assert b"replay" in (tmp_path / "training.safetensors").read_bytes()


def test_the_files_keep_the_names_that_earlier_builds_gave_their_tensors(tmp_path: Path) -> None:
    go(tmp_path, stop=lambda: True)
    with safe_open(tmp_path / "training.safetensors", framework="np") as file:
        names = set(file.keys())
    walk = {".walk.state[0]", ".walk.state[1]", ".walk.first", ".walk.memory"} | {
        f".walk.seen.{name}" for name in Observation._fields
    }
    assert names == {f".state['{name}']" for name in ("guess", "replay", "key", "count")} | walk


def test_a_setting_that_earlier_builds_called_lanes_is_read_as_environments(
    tmp_path: Path, whole: Trained
) -> None:
    go(tmp_path, stop=lambda: True)
    for name in ("policy.safetensors", "training.safetensors"):
        with safe_open(tmp_path / name, framework="np") as file:
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 -- not a mapping
            header = file.metadata()["wattswarm"]
        assert '"environments"' in header
        save_file(tensors, tmp_path / name, {"wattswarm": header.replace('"environments"', '"lanes"')})
    same(go(tmp_path), whole)


def test_training_stops_when_validation_no_longer_gets_better() -> None:
    stuck = train(
        PROBLEM, Listening(rate=0.0), validation=PROBLEM, steps=480, seeds=(3, 5), blocks=8, patience=2
    )
    assert len(stuck.records) == 3
    assert stuck.finished


def test_blocks_are_equal_and_hold_at_least_the_steps_asked_for() -> None:
    learner = Listening()
    for steps in (1, 12, 13, 480, 481, 1000):
        for blocks in (1, 3, 50):
            cut = plan_blocks(learner, steps, blocks)
            played = cut.blocks * cut.rounds * cut.round_steps
            assert steps <= played < steps + cut.rounds * cut.round_steps
            assert cut.blocks <= blocks


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"steps": 0}, "steps"),
        ({"blocks": 0}, "blocks"),
        ({"seeds": ()}, "seeds"),
        ({"seeds": (1, 1)}, "seeds"),
        ({"seeds": (-1,)}, "seeds"),
        ({"patience": 2, "validation": None}, "patience"),
    ],
)
def test_nothing_to_train_is_refused(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(InputError, match=told):
        train(PROBLEM, Listening(), **{"validation": PROBLEM, **WANTED, **changes})


if __name__ == "__main__":
    from wattswarm.runtime import prepare

    prepare()
    # Only the module's own names; it is the same file that the tests import.
    here = runpy.run_path(__file__, run_name="child")
    here["go"](Path(sys.argv[1]), progress=lambda _: time.sleep(60.0))
