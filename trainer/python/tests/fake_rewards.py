"""A reward service for the tests of the engine, in a process or thread of its own: the protocol of
docs/reward-service.md, with a reward that a
tiny model can learn and faults that can be switched on. The real service is used by test/learning."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

WORDS = ("heart", "attack", "aspirin", "stroke", "trial", "surgery", "pain", "child")


def reward_of(item: dict[str, Any]) -> float:
    """Half for words of `WORDS` in a completion, up to eight of them, and half for those that are the word wanted."""
    counts = {word: item["completion"].count(f" {word}") for word in WORDS}
    return min(8, sum(counts.values())) / 16 + min(8, counts[item["target"]["word"]]) / 16


def answer_of(item: dict[str, Any]) -> dict[str, Any]:
    """An item's answer as the service gives it."""
    reward = reward_of(item)
    components = {"format": 0 if item["completion"] else -1, "validity": 0, "outcome": reward, "cost": 0, "penalty": 0}
    measured = {
        "recall": max(0.0, min(1.0, reward)),
        "precision": 0.5,
        "f3": 0.4,
        "records": 10,
        "valid": 1,
        "nnr": None,
    }
    return {
        "id": item["id"],
        "reward": reward,
        "components": components,
        "measured": measured,
        "query": item["completion"],
        "problem": None,
        "error": None,
    }


class FakeRewards:
    """`with FakeRewards() as service: service.url`. `fail(request number, items)` may give a status to answer with, an
    item number gets an error
    through `error_of(item)`."""

    def __init__(self, port: int = 0) -> None:
        self.requests: list[list[dict[str, Any]]] = []
        self.fail = lambda number, items: None
        self.error_of = lambda item: None
        self.delay = 0.0
        self._lock = threading.Lock()
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:  # noqa: N802, the name that http.server calls
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                with service._lock:
                    service.requests.append(body["items"])
                    number = len(service.requests)
                time.sleep(service.delay)
                status = service.fail(number, body["items"])
                if status == "drop":
                    self.close_connection = True
                    return
                if status == "nonsense":
                    return self._send(200, {"items": [{"id": "another", "reward": 1}]})
                if status is not None:
                    return self._send(status, {"error": {"code": "x", "message": f"status {status} was asked for"}})
                answers = []
                for item in body["items"]:
                    error = service.error_of(item)
                    answers.append(
                        answer_of(item)
                        if error is None
                        else {
                            "id": item["id"],
                            "reward": None,
                            "components": {},
                            "measured": {},
                            "query": None,
                            "problem": None,
                            "error": error,
                        }
                    )
                self._send(200, {"items": answers})

            def _send(self, status: int, value: object) -> None:
                text = json.dumps(value).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self) -> FakeRewards:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def write_prompts(path: Any, count: int = 16) -> str:
    """Prompt rows of different lengths; returns the path as text."""
    rows = []
    for i in range(count):
        word = WORDS[i % 4]
        filler = " ".join(WORDS[(i + k) % len(WORDS)] for k in range(i % 5))
        rows.append(
            {
                "id": f"topic {i}",
                "task": "publication",
                "text": f"find {filler} {word} :",
                "opened": "",
                "target": {"word": word},
                "context": {"budget": 100},
            }
        )
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return str(path)


def ppo_values(folder: Any, url: str, **changes: Any) -> dict[str, Any]:
    """JSON values of a small run in `folder`; `changes` replace whole keys."""
    prompts = (
        write_prompts(folder / "prompts.jsonl")
        if not (folder / "prompts.jsonl").exists()
        else str(folder / "prompts.jsonl")
    )
    values: dict[str, Any] = {
        "kind": "ppo",
        "seed": 1,
        "device": "cpu",
        "dtype": "float32",
        "threads": 1,
        "out": str(folder / "ppo"),
        "model": {
            "init": "random",
            "tiny": {
                "layers": 1,
                "hidden": 32,
                "heads": 2,
                "kvHeads": 1,
                "intermediate": 64,
                "vocabulary": [f" {word}" for word in WORDS],
                "maxPositions": 128,
            },
        },
        "data": {"train": prompts, "validation": prompts},
        "maxPromptTokens": 64,
        "maxCompletionTokens": 8,
        "optimizer": {"learningRate": 0.003, "criticLearningRate": 0.003, "gradientClip": 1.0},
        "save": {"everySteps": 2, "keep": 2},
        "validation": {"everySteps": 3, "prompts": 8, "samples": 1},
        "steps": 6,
        "promptsPerStep": 8,
        "samplesPerPrompt": 2,
        "rolloutMicroBatch": 8,
        "miniBatchSize": 8,
        "microBatchSize": 4,
        "epochs": 2,
        "kl": {"coefficient": 0.01},
        "critic": {"kind": "separate"},
        "reward": {
            "url": url,
            "batchSize": 4,
            "concurrency": 2,
            "timeoutSeconds": 10,
            "retries": 2,
            "retrySeconds": 0.05,
        },
    }
    return {**values, **changes}
