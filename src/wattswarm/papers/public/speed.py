"""What learners are timed on beside other libraries: whole rounds on particles that spread."""

from __future__ import annotations

from wattswarm.bench import Training
from wattswarm.learn.algorithms.gradient import Ppo
from wattswarm.learn.algorithms.value import Qmix
from wattswarm.papers.public.problems import SimpleSpread

QMIX = Training(SimpleSpread, lambda updates: Qmix(updates=updates, sequence=25), rounds=100)
"""Three agents, 25 steps, GRU of 64, 8 lanes, 32 sequences an update, one update every 200 steps.

As much learning a step as JaxMARL's own settings of recurrent QMIX on this problem (8 lanes of 26 steps, one
update of 32 episodes), which however learn only after 10,000 steps; here learning begins with the first.
"""
PPO = Training(SimpleSpread, lambda updates: Ppo(updates=updates, recurrent=False, sequence=128), rounds=20)
"""Three agents, 16 lanes of 128 steps, hidden layers of 64, four passes of four minibatches.

The sizes of JaxMARL's own settings of feed-forward IPPO on this problem.
"""
