"""Rewards from the reward service (docs/reward-service.md), asked for while generation goes on.

A request that fails in passing (no connection, timeout, 408, 425, 429, 5xx) is sent again with growing pauses; scoring
has no side effects. An
item's own `error` is no reward: whoever asked gets it as it is and leaves the sequence out.
"""

from __future__ import annotations

import http.client
import json
import math
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from .config import RewardConfig
from .errors import EngineError

#: Statuses that pass: too many requests, and faults of a service, or of what stands before it, that is being started
#: again.
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
LONGEST_PAUSE_SECONDS = 20.0
#: A service that is being started again is waited for at least so long, whatever `retries` and `retrySeconds` say.
LEAST_PATIENCE_SECONDS = 60.0

Item = dict[str, Any]


class RewardClient:
    """Threads that score items. `wait_seconds` is how long `collect` was waited for: time in which the trainer had
    nothing else to do."""

    def __init__(self, config: RewardConfig, patience_seconds: float | None = None) -> None:
        self.config = config
        self.url = config.url.rstrip("/") + "/v1/score"
        self.patience_seconds = LEAST_PATIENCE_SECONDS if patience_seconds is None else patience_seconds
        self.wait_seconds = 0.0
        self.retries = 0
        self._closing = threading.Event()
        self._pool = ThreadPoolExecutor(max_workers=config.concurrency, thread_name_prefix="rewards")

    def submit(self, items: Sequence[Item]) -> list[Future[list[Item]]]:
        """Sends items on their way in requests of `batchSize`; comes back at once."""
        size = self.config.batch_size
        return [self._pool.submit(self._score, list(items[at : at + size])) for at in range(0, len(items), size)]

    def collect(self, futures: Sequence[Future[list[Item]]]) -> list[Item]:
        """The answers in the order of the items.

        Raises EngineError, code `reward`, where the service stays away or refuses the request.
        """
        started = time.monotonic()
        try:
            return [answer for future in futures for answer in future.result()]
        finally:
            self.wait_seconds += time.monotonic() - started

    def close(self) -> None:
        """Ends the threads; requests that wait are given up."""
        self._closing.set()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _score(self, items: list[Item]) -> list[Item]:
        body = json.dumps({"items": items}, ensure_ascii=False).encode("utf-8")
        started, attempt = time.monotonic(), 0
        while True:
            attempt += 1
            try:
                return self._checked(items, self._ask(body))
            except _Passing as fault:
                waited = time.monotonic() - started
                if self._closing.is_set():
                    raise EngineError("reward", "The run was ended while it waited for rewards.") from fault
                if attempt > self.config.retries and waited >= self.patience_seconds:
                    raise EngineError(
                        "reward",
                        f"The reward service at {self.config.url} gave no rewards in {attempt} attempts "
                        f"within {waited:.0f} s: {fault}.",
                        "Start it (querent-trainer rewards serve) and run the same command again: "
                        "training goes on from where it is.",
                    ) from fault
                self.retries += 1
                pause = min(LONGEST_PAUSE_SECONDS, self.config.retry_seconds * 2 ** min(attempt - 1, 10))
                self._closing.wait(max(pause, fault.wait_seconds, 0.05))

    def _ask(self, body: bytes) -> Any:
        request = urllib.request.Request(
            self.url, data=body, headers={"Content-Type": "application/json"}, method="POST"
        )
        try:
            # No proxy: the service listens on this machine or within its network.
            with _OPENER.open(request, timeout=self.config.timeout_seconds) as response:
                return json.loads(response.read().decode("utf-8"))
        except urllib.error.HTTPError as error:
            message = _message_of(error)
            if error.code in PASSING:
                raise _Passing(message, _seconds(error.headers.get("Retry-After"))) from error
            raise EngineError(
                "reward",
                f"The reward service at {self.config.url} refused the request (HTTP {error.code}): {message}",
                "Look at the tasks and limits that its /v1/health lists.",
            ) from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise _Passing(str(getattr(error, "reason", None) or error) or type(error).__name__) from error

    def _checked(self, items: list[Item], answer: Any) -> list[Item]:
        answers = answer.get("items") if isinstance(answer, dict) else None
        ids = (
            [each.get("id") for each in answers]
            if isinstance(answers, list) and all(isinstance(a, dict) for a in answers)
            else []
        )
        if ids != [item["id"] for item in items]:
            raise EngineError(
                "reward", f"{self.config.url} does not answer as a reward service does.", "Check reward.url."
            )
        for each in answers:
            reward = each.get("reward")
            if each.get("error") is None and not (isinstance(reward, (int, float)) and math.isfinite(reward)):
                raise EngineError(
                    "reward", f"{self.config.url} gave no number as the reward of {each['id']}.", "Check reward.url."
                )
        return answers


class _Passing(Exception):
    """A fault that may be gone in a while."""

    def __init__(self, message: str, wait_seconds: float = 0.0) -> None:
        super().__init__(message)
        self.wait_seconds = wait_seconds


_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def _message_of(error: urllib.error.HTTPError) -> str:
    try:
        return str(json.loads(error.read().decode("utf-8"))["error"]["message"])
    except Exception:  # whatever stands before the service may answer anything
        return f"HTTP {error.code}"


def _seconds(text: str | None) -> float:
    try:
        return min(60.0, max(0.0, float(text or 0)))
    except ValueError:
        return 0.0
