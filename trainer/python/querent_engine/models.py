"""The door of what is trained: policies (``policy.py``) and critics (``critic.py``)."""

from .critic import Critic, load_critic
from .policy import Policy, load_policy, position_ids, save_hf, without_dropout

__all__ = ["Critic", "Policy", "load_critic", "load_policy", "position_ids", "save_hf", "without_dropout"]
