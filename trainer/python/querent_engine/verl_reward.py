"""The reward function that verl calls: completions go to the reward service in small batches, numbers come back.

verl loads this file by its path (``reward.custom_reward_function.path``) in every one of its reward workers, so it
uses the standard library alone and imports nothing of the package. verl calls :func:`compute_score` once a completion,
as soon as it is generated, and

- wants the same keys from every call (it takes those of the first for those of all), with numbers as values;
- knows no missing reward. What could not be measured gets ``reward_error = 1`` and, as its score, the mean of the
  rewards that this worker has seen lately, which is as near to "teaches nothing" as a number can be (``error_score``
  sets another);
- ends the whole training when it raises. It never does, but for being cancelled.

Protocol of the service: docs/reward-service.md.
"""

from __future__ import annotations

import asyncio
import http.client
import itertools
import json
import logging
import math
import os
import time
from collections import deque
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

logger = logging.getLogger("querent.verl_reward")

#: Parts of a reward, the same for every task (docs/rewards.md).
COMPONENTS = ("format", "validity", "outcome", "cost", "penalty")
#: Figures that are logged where the plan names no others.
FIGURES = ("recall", "precision", "f3", "records", "valid")
#: Statuses that pass: sent again.
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
#: Completions that come within this time travel together.
GATHER_SECONDS = 0.02
LONGEST_PAUSE_SECONDS = 30.0
MOST_ANSWER_BYTES = 64 * 2**20
#: Rewards whose mean stands in for one that is missing.
REMEMBERED_REWARDS = 256
#: Faults of one kind are told once in so many seconds.
TELL_EVERY_SECONDS = 30.0

_queues: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[Settings, _Queue]] = WeakKeyDictionary()
_seen: deque[float] = deque(maxlen=REMEMBERED_REWARDS)
_numbers = itertools.count()
_told: dict[str, float] = {}


class Settings(NamedTuple):
    """What the service is asked with."""

    url: str
    timeout_seconds: float
    retries: int
    retry_seconds: float
    batch_size: int
    concurrency: int


class Passing(Exception):
    """A fault that may be gone in a while."""

    def __init__(self, message: str, wait_seconds: float = 0.0) -> None:
        super().__init__(message)
        self.wait_seconds = wait_seconds


class Refused(Exception):
    """The service will never take this request."""


class Waiting(NamedTuple):
    """An item that is on its way: as JSON, since what cannot be written must not spoil a request with others in it."""

    id: str
    text: bytes
    answer: asyncio.Future[dict[str, Any]]


class _Queue:
    """Gathers the items of one event loop into requests."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.waiting: list[Waiting] = []
        self.timer: asyncio.TimerHandle | None = None
        self.tasks: set[asyncio.Task[None]] = set()
        self.slots = asyncio.Semaphore(settings.concurrency)
        self.pool = ThreadPoolExecutor(settings.concurrency, thread_name_prefix="rewards")

    async def score(self, item: dict[str, Any]) -> dict[str, Any]:
        """The service's answer to one item. Raises Passing or Refused, or what JSON says of an item that it cannot
        hold."""
        text = json.dumps(item, allow_nan=False).encode("ascii")
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[dict[str, Any]] = loop.create_future()
        self.waiting.append(Waiting(item["id"], text, answer))
        if len(self.waiting) >= self.settings.batch_size:
            self.flush()
        elif self.timer is None:
            self.timer = loop.call_later(GATHER_SECONDS, self.flush)
        return await answer

    def flush(self) -> None:
        """Sends what waits."""
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None
        batch, self.waiting = self.waiting, []
        if batch:
            task = asyncio.get_running_loop().create_task(self.send(batch))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)

    async def send(self, batch: list[Waiting]) -> None:
        """One request with its repetitions; a request that is refused is tried once more item by item, so that one
        bad item costs no other."""
        try:
            async with self.slots:
                answers = await self.ask(batch)
        except Refused as fault:
            if len(batch) > 1:
                await asyncio.gather(*(self.send([each]) for each in batch))
                return
            _fail(batch, fault)
        except Exception as fault:
            _fail(batch, fault)
        except BaseException:
            for each in batch:
                each.answer.cancel()
            raise
        else:
            for each, answer in zip(batch, answers, strict=True):
                if not each.answer.done():
                    each.answer.set_result(answer)

    async def ask(self, batch: list[Waiting]) -> list[dict[str, Any]]:
        """The answers, in the order of the items; sent again with growing pauses while the fault passes."""
        body = b'{"items":[' + b",".join(each.text for each in batch) + b"]}"
        ids = [each.id for each in batch]
        loop = asyncio.get_running_loop()
        for attempt in itertools.count():
            try:
                return await loop.run_in_executor(self.pool, request, self.settings, body, ids)
            except Passing as fault:
                if attempt >= self.settings.retries:
                    raise
                pause = min(LONGEST_PAUSE_SECONDS, self.settings.retry_seconds * 2 ** min(attempt, 10))
                await asyncio.sleep(max(pause, min(fault.wait_seconds, LONGEST_PAUSE_SECONDS)))
        raise AssertionError("unreachable")


async def compute_score(
    data_source: str = "",
    solution_str: str = "",
    ground_truth: Any = None,
    extra_info: Mapping[str, Any] | None = None,
    *,
    url: str = "",
    timeout_seconds: float = 60.0,
    retries: int = 10,
    retry_seconds: float = 2.0,
    batch_size: int = 16,
    concurrency: int = 4,
    reward: str | None = None,
    opened: str = "",
    figures: tuple[str, ...] | list[str] = FIGURES,
    error_score: float | None = None,
    **_: Any,
) -> dict[str, float]:
    """The reward of one completion with its parts, as numbers; see the module's text for what becomes of failures.

    :param data_source: the task
    :param solution_str: what the model wrote, without the tag that the prompt has opened
    :param ground_truth: the task's target, as JSON or as an object
    :param extra_info: of the row; ``context`` (JSON or an object) and ``opened`` are read
    :param reward: name of the reward; None takes that of the row's context, else the task's first
    :param opened: ``<think>``, ``<answer>`` or nothing: completions are scored with it put before
    :param figures: names of the figures that are logged
    """
    names = tuple(str(name) for name in figures)
    try:
        settings = Settings(
            url,
            float(timeout_seconds),
            int(retries),
            float(retry_seconds),
            max(1, int(batch_size)),
            max(1, int(concurrency)),
        )
        item = item_of(data_source, solution_str, ground_truth, extra_info or {}, reward, opened)
        answer = await _queue(settings).score(item)
        if answer.get("error") is not None:
            raise Refused(f"an item could not be measured: {str(answer['error'])[:200]}")
        score = float(answer["reward"])
        if not math.isfinite(score):
            raise Refused("a reward is no finite number")
        _seen.append(score)
        return result(score, 0.0, answer.get("components"), answer.get("measured"), names)
    except Exception as fault:  # whatever it is, training goes on
        _tell(fault, url)
        if error_score is None:
            score = sum(_seen) / len(_seen) if _seen else 0.0
        else:
            score = float(error_score)
        return result(score, 1.0, None, None, names)


def item_of(
    task: str, completion: str, target: Any, extra: Mapping[str, Any], reward: str | None, opened: str
) -> dict[str, Any]:
    """An item of the service. Raises ValueError where the row's JSON cannot be read."""
    context = dict(_object(extra.get("context")) or {})
    if reward is not None:
        context["reward"] = reward
    begins = extra.get("opened")
    item = {
        "id": f"{os.getpid()}-{next(_numbers)}",
        "task": str(task),
        "completion": (opened if begins is None else str(begins)) + str(completion),
        "target": _object(target),
    }
    return {**item, "context": context} if context else item


def result(
    score: float,
    error: float,
    components: Mapping[str, Any] | None,
    measured: Mapping[str, Any] | None,
    names: tuple[str, ...],
) -> dict[str, float]:
    """The keys that every call returns; NaN where there is no number."""
    parts = {name: _number((components or {}).get(name)) for name in COMPONENTS}
    shown = {
        name: _number((measured or {}).get(name))
        for name in names
        if name not in ("score", "reward_error", *COMPONENTS)
    }
    return {"score": score, "reward_error": error, **parts, **shown}


def request(settings: Settings, body: bytes, ids: list[str]) -> list[dict[str, Any]]:
    """One POST, in a thread, within the time that a request may take. Raises Passing or Refused."""
    deadline = time.monotonic() + settings.timeout_seconds
    address = urlsplit(settings.url)
    if address.scheme not in ("http", "https") or not address.hostname:
        raise Refused("the address of the reward service is none")
    kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    connection = kind(address.hostname, address.port, timeout=settings.timeout_seconds)
    try:
        path = address.path.rstrip("/")
        connection.request("POST", f"{path}/v1/score", body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        text = _read(response, connection, deadline)
        if response.status in PASSING:
            raise Passing(f"HTTP {response.status}", _seconds(response.getheader("Retry-After")))
        if response.status != 200:
            raise Refused(f"HTTP {response.status}")
        return _answers(text, ids)
    except (OSError, http.client.HTTPException) as fault:
        raise Passing(f"{type(fault).__name__}: {fault}"[:200]) from fault
    finally:
        connection.close()


def _read(response: http.client.HTTPResponse, connection: http.client.HTTPConnection, deadline: float) -> bytes:
    """The body, within the deadline: a server that sends a byte now and then would else hold a thread for ever."""
    pieces: list[bytes] = []
    size = 0
    while True:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("the answer was not complete in time")
        if connection.sock is not None:
            connection.sock.settimeout(left)
        piece = response.read1(65536)
        if not piece:
            if response.length:
                raise http.client.IncompleteRead(b"", response.length)
            return b"".join(pieces)
        size += len(piece)
        if size > MOST_ANSWER_BYTES:
            raise Refused("the answer is too large")
        pieces.append(piece)


def _answers(text: bytes, ids: list[str]) -> list[dict[str, Any]]:
    """What stands before a service that is being started may answer anything, so a malformed answer passes."""
    try:
        answers = json.loads(text)["items"]
        by_id = {each["id"]: each for each in answers}
        return [by_id[each] for each in ids]
    except (ValueError, KeyError, TypeError) as fault:
        raise Passing("the answer is not one of a reward service") from fault


def _queue(settings: Settings) -> _Queue:
    queues = _queues.setdefault(asyncio.get_running_loop(), {})
    if settings not in queues:
        queues[settings] = _Queue(settings)
    return queues[settings]


def _fail(batch: list[Waiting], fault: Exception) -> None:
    for each in batch:
        if not each.answer.done():
            each.answer.set_exception(fault)


def _object(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str | bytes) else value


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else math.nan


def _seconds(text: str | None) -> float:
    try:
        return max(0.0, float(text or 0))
    except ValueError:
        return 0.0


def _tell(fault: Exception, url: str) -> None:
    """Into the worker's log, seldom: what went wrong and where, without what an address may hold of passwords."""
    text = f"{type(fault).__name__}: {fault}"
    now = time.monotonic()
    if now - _told.get(text, -math.inf) < TELL_EVERY_SECONDS:
        return
    if len(_told) > 1000:
        _told.clear()
    _told[text] = now
    logger.warning("No reward from %s (%s). The sample counts as reward_error.", _place(url), text)


def _place(url: str) -> str:
    try:
        address = urlsplit(url)
        return f"{address.hostname}:{address.port}" if address.port else str(address.hostname)
    except ValueError:
        return "the reward service"
