"""The reward function of verl against a real HTTP server that misbehaves."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import logging
import math
import multiprocessing
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from querent_engine import verl_reward

KEYS = {"score", "reward_error", *verl_reward.COMPONENTS, *verl_reward.FIGURES}
FAST = {"timeout_seconds": 2.0, "retries": 2, "retry_seconds": 0.01}


class Service:
    """A reward service that does what it is told: ``behaviour(service, handler, items)`` returns True when it has
    answered by itself."""

    def __init__(self) -> None:
        self.requests: list[list[dict[str, Any]]] = []
        self.behaviour: Callable[[Service, Any, list[dict[str, Any]]], bool] = lambda *_: False
        self.url = ""
        self.most_at_once = 0
        self.at_once = 0
        self.lock = threading.Lock()

    def answers(self, items: list[dict[str, Any]]) -> dict[str, Any]:
        """A completion's reward is its length."""
        return {"items": [answer(each["id"], float(len(each["completion"]))) for each in items]}


def answer(id: str, reward: float | None, error: str | None = None) -> dict[str, Any]:
    return {
        "id": id,
        "reward": reward,
        "components": {name: None if reward is None else 0.5 for name in verl_reward.COMPONENTS},
        "measured": {"recall": None if reward is None else 0.25, "records": None, "valid": 1},
        "query": None,
        "problem": None,
        "error": error,
    }


@contextmanager
def running(service: Service) -> Iterator[Service]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            items = json.loads(body)["items"]
            with service.lock:
                service.requests.append(items)
                service.at_once += 1
                service.most_at_once = max(service.most_at_once, service.at_once)
            try:
                if not service.behaviour(service, self, items):
                    self.send(200, json.dumps(service.answers(items)).encode())
            except OSError:
                pass  # the client has gone
            finally:
                with service.lock:
                    service.at_once -= 1

        def send(self, status: int, body: bytes, **headers: str) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    service.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def service() -> Iterator[Service]:
    verl_reward._seen.clear()
    verl_reward._told.clear()
    with running(Service()) as each:
        yield each


def score(url: str, *texts: str, **arguments: Any) -> list[dict[str, float]]:
    """As verl does: one call a completion, all in one loop."""

    async def all_of() -> list[dict[str, float]]:
        calls = (
            verl_reward.compute_score(
                data_source="publication",
                solution_str=text,
                ground_truth=json.dumps({"relevant": ["1"]}),
                extra_info={"context": json.dumps({"variant": "direct"}), "index": 3, "num_turns": None},
                url=url,
                **{**FAST, **arguments},
            )
            for text in texts
        )
        return list(await asyncio.gather(*calls))

    return asyncio.run(all_of())


def test_a_reward_comes_back_with_its_parts(service: Service) -> None:
    [got] = score(service.url, "abc", opened="<answer>", reward="querent")
    assert set(got) == KEYS
    assert got["score"] == len("<answer>abc") and got["reward_error"] == 0
    assert got["format"] == 0.5 and got["recall"] == 0.25 and math.isnan(got["records"])
    [[item]] = service.requests
    assert item["completion"] == "<answer>abc"
    assert item["task"] == "publication" and item["target"] == {"relevant": ["1"]}
    assert item["context"] == {"variant": "direct", "reward": "querent"}


def test_a_row_that_says_what_it_opened_wins() -> None:
    item = verl_reward.item_of("sql", "x", {"db": "a"}, {"opened": "<think>", "context": {"k": 5}}, None, "<answer>")
    assert item["completion"] == "<think>x" and item["context"] == {"k": 5} and item["target"] == {"db": "a"}


def test_items_travel_together_and_keep_their_own_reward(service: Service) -> None:
    texts = ["x" * n for n in range(1, 51)]
    got = score(service.url, *texts, batch_size=8)
    assert [each["score"] for each in got] == [len(text) for text in texts]
    assert max(map(len, service.requests)) <= 8
    assert len(service.requests) < 15, "completions that come together are not sent one by one"
    ids = [item["id"] for request in service.requests for item in request]
    assert len(set(ids)) == len(ids)


def test_no_more_requests_at_once_than_allowed(service: Service) -> None:
    def slow(_: Service, __: Any, ___: list[Any]) -> bool:
        time.sleep(0.05)
        return False

    service.behaviour = slow
    score(service.url, *["x"] * 40, batch_size=4, concurrency=3)
    assert 1 < service.most_at_once <= 3


def status(code: int, times: int) -> Callable[[Service, Any, list[Any]], bool]:
    def behave(service: Service, handler: Any, _: list[Any]) -> bool:
        if len(service.requests) > times:
            return False
        handler.send(code, b'{"error": {"code": "x", "message": "secret-message"}}', Retry_After="0")
        return True

    return behave


def malformed(body: bytes) -> Callable[[Service, Any, list[Any]], bool]:
    def behave(service: Service, handler: Any, _: list[Any]) -> bool:
        if len(service.requests) > 1:
            return False
        handler.send(200, body)
        return True

    return behave


def cut_off(service: Service, handler: Any, _: list[Any]) -> bool:
    if len(service.requests) > 1:
        return False
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{")
    handler.close_connection = True
    return True


@pytest.mark.parametrize(
    "behaviour",
    [
        status(500, 2),
        status(503, 1),
        status(429, 2),
        malformed(b"<html>starting</html>"),
        malformed(b'{"items": []}'),
        malformed(b'{"items": [{"id": "other", "reward": 1}]}'),
        malformed(b"null"),
        malformed(b"\xff\xfe"),
        cut_off,
    ],
)
def test_what_passes_is_sent_again(service: Service, behaviour: Any) -> None:
    service.behaviour = behaviour
    got = score(service.url, "abc", "de", batch_size=2)
    assert [each["score"] for each in got] == [3, 2]
    assert [each["reward_error"] for each in got] == [0, 0]


def slow_for_ever(_: Service, __: Any, ___: list[Any]) -> bool:
    time.sleep(1.0)
    return False


def dripping(_: Service, handler: Any, __: list[Any]) -> bool:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    for _ in range(100):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.02)
    return True


def no_number(service: Service, handler: Any, items: list[Any]) -> bool:
    handler.send(200, json.dumps({"items": [{**answer(each["id"], 1), "reward": "NaN"} for each in items]}).encode())
    return True


@pytest.mark.parametrize(
    ("behaviour", "arguments", "most_requests"),
    [
        (status(500, 99), {}, 3),
        (status(400, 99), {}, 1),
        (slow_for_ever, {"timeout_seconds": 0.1, "retries": 1}, 2),
        (dripping, {"timeout_seconds": 0.3, "retries": 0}, 1),
        (no_number, {}, 1),
    ],
)
def test_what_stays_wrong_costs_the_sample_and_not_the_training(
    service: Service, behaviour: Any, arguments: dict[str, Any], most_requests: int
) -> None:
    score(service.url, "12345", "123")
    service.requests.clear()
    service.behaviour = behaviour
    started = time.monotonic()
    [got] = score(service.url, "abc", **arguments)
    assert time.monotonic() - started < 5
    assert set(got) == KEYS and got["reward_error"] == 1
    assert got["score"] == 4, "the mean of the rewards before"
    assert len(service.requests) == most_requests, "repetition is bounded"
    assert all(math.isnan(got[name]) for name in ("format", "recall", "valid"))


def test_nobody_listens() -> None:
    with running(Service()) as gone:
        url = gone.url
    verl_reward._seen.clear()
    [got] = score(url, "abc")
    assert set(got) == KEYS and (got["reward_error"], got["score"]) == (1, 0)
    [got] = score(url, "abc", error_score=-1.5)
    assert (got["reward_error"], got["score"]) == (1, -1.5)


@pytest.mark.parametrize("url", ["", "nonsense", "ftp://127.0.0.1", "http://127.0.0.1:notaport", "http://"])
def test_an_address_that_is_none(url: str) -> None:
    [got] = score(url, "abc")
    assert set(got) == KEYS and got["reward_error"] == 1


def test_an_error_of_one_item_costs_no_other(service: Service) -> None:
    def behave(_: Service, handler: Any, items: list[Any]) -> bool:
        answers = [
            answer(each["id"], None, "PubMed did not answer") if "bad" in each["completion"] else answer(each["id"], 2)
            for each in items
        ]
        handler.send(200, json.dumps({"items": answers}).encode())
        return True

    service.behaviour = behave
    got = score(service.url, "good", "bad", "good", batch_size=3)
    assert [each["reward_error"] for each in got] == [0, 1, 0]
    assert [each["score"] for each in got][::2] == [2, 2]


def test_an_item_that_a_request_is_refused_for_costs_no_other(service: Service) -> None:
    def behave(_: Service, handler: Any, items: list[Any]) -> bool:
        if any("bad" in each["completion"] for each in items):
            handler.send(413, b"{}")
            return True
        return False

    service.behaviour = behave
    got = score(service.url, "good", "bad", "fine", batch_size=3)
    assert [each["reward_error"] for each in got] == [0, 1, 0]


@pytest.mark.parametrize(
    ("truth", "extra", "text"),
    [
        ("{not json", {}, "x"),
        ({"n": float("nan")}, {}, "x"),
        ({"o": object()}, {}, "x"),
        ("{}", {"context": "{not json"}, "x"),
        ("{}", {"context": "[1]"}, "x"),
    ],
)
def test_a_row_that_cannot_be_sent_costs_no_other(
    service: Service, truth: Any, extra: dict[str, Any], text: str
) -> None:
    async def both() -> list[dict[str, float]]:
        return list(
            await asyncio.gather(
                verl_reward.compute_score("publication", text, truth, extra, url=service.url, **FAST),
                verl_reward.compute_score("publication", "abc", "{}", {}, url=service.url, **FAST),
            )
        )

    bad, good = asyncio.run(both())
    assert set(bad) == set(good) == KEYS
    assert (bad["reward_error"], good["reward_error"], good["score"]) == (1, 0, 3)


@pytest.mark.parametrize("text", ["", "\ud800 half a character", "\x00", "é" * 1000, "</answer>" * 100])
def test_whatever_a_model_writes_is_sent(service: Service, text: str) -> None:
    [got] = score(service.url, text)
    assert (got["reward_error"], got["score"]) == (0, len(text))


def test_figures_are_those_that_are_asked_for(service: Service) -> None:
    [got] = score(service.url, "abc", figures=["valid", "executionAccuracy", "score"])
    assert set(got) == {"score", "reward_error", *verl_reward.COMPONENTS, "valid", "executionAccuracy"}
    assert got["valid"] == 1 and math.isnan(got["executionAccuracy"])


def test_cancelling_is_not_swallowed(service: Service) -> None:
    service.behaviour = slow_for_ever

    async def cancelled() -> None:
        task = asyncio.create_task(verl_reward.compute_score("publication", "x", "{}", {}, url=service.url, **FAST))
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancelled())


def test_several_loops_in_one_process(service: Service) -> None:
    results: list[list[dict[str, float]]] = []
    threads = [threading.Thread(target=lambda: results.append(score(service.url, "abc", "de"))) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert [[got["score"] for got in each] for each in results] == [[3, 2]] * 4


def in_a_process(url: str) -> list[float]:
    return [each["score"] for each in score(url, "abc", "de")]


def test_several_processes(service: Service) -> None:
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        assert pool.map(in_a_process, [service.url] * 3) == [[3, 2]] * 3
    ids = [item["id"] for request in service.requests for item in request]
    assert len(set(ids)) == 6, "ids of different processes differ"


def test_the_log_tells_seldom_and_holds_no_secret(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    service.behaviour = status(500, 999)
    address = service.url.replace("http://", "http://user:password@") + "/path?token=abc"
    with caplog.at_level(logging.WARNING):
        score(address, *["x"] * 20, retries=0, batch_size=1)
    assert len(caplog.records) == 1
    assert "127.0.0.1" in caplog.text and "HTTP 500" in caplog.text
    assert not any(secret in caplog.text for secret in ("password", "token", "abc", "secret-message"))


def test_it_is_loaded_by_its_path_as_verl_does(service: Service) -> None:
    path = Path(verl_reward.__file__)
    spec = importlib.util.spec_from_file_location("custom_module", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)  # not in sys.modules, as with verl's own loader
    spec.loader.exec_module(module)
    got = asyncio.run(
        module.compute_score(
            data_source="publication", solution_str="abc", ground_truth="{}", extra_info={}, url=service.url
        )
    )
    assert got["score"] == 3


def test_verl_sees_that_it_is_asynchronous() -> None:
    reward = pytest.importorskip("verl.trainer.ppo.reward", reason="verl is not installed in this Python")
    from omegaconf import OmegaConf

    config = OmegaConf.create(
        {
            "reward": {
                "custom_reward_function": {
                    "path": verl_reward.__file__,
                    "name": "compute_score",
                    "reward_kwargs": {"url": "http://127.0.0.1:9", "retries": 0, "figures": ["recall"]},
                }
            }
        }
    )
    function = reward.get_custom_reward_fn(config)
    import inspect

    assert inspect.iscoroutinefunction(function)
    got = asyncio.run(function(data_source="publication", solution_str="x", ground_truth="{}", extra_info={}))
    assert set(got) == {"score", "reward_error", *verl_reward.COMPONENTS, "recall"} and got["reward_error"] == 1
