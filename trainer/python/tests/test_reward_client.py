"""The client of the reward service against a service with faults."""

import threading
import time

import pytest
from fake_rewards import FakeRewards, reward_of
from querent_engine.config import RewardConfig
from querent_engine.errors import EngineError
from querent_engine.reward_client import RewardClient


def items(count):
    return [{"id": str(i), "task": "t", "completion": " heart" * i, "target": {"word": "heart"}} for i in range(count)]


def client_of(url, patience=0.3, **changes):
    settings = {
        "url": url,
        "batch_size": 4,
        "concurrency": 3,
        "timeout_seconds": 5,
        "retries": 2,
        "retry_seconds": 0.02,
    }
    return RewardClient(RewardConfig(**{**settings, **changes}), patience)


@pytest.fixture
def service():
    with FakeRewards() as service:
        yield service


def test_answers_come_in_order_from_small_requests_at_once(service):
    service.delay = 0.1
    client = client_of(service.url)
    started = time.monotonic()
    futures = client.submit(items(12))
    assert time.monotonic() - started < 0.09
    answers = client.collect(futures)
    assert [each["id"] for each in answers] == [str(i) for i in range(12)]
    assert [each["reward"] for each in answers] == [reward_of(each) for each in items(12)]
    assert sorted(len(each) for each in service.requests) == [4, 4, 4]
    assert 0.09 < client.wait_seconds < 0.3
    client.close()


@pytest.mark.parametrize("fault", [408, 425, 429, 500, 502, 503, 504, "drop"])
def test_faults_that_pass_are_tried_again(service, fault):
    service.fail = lambda number, _: fault if number <= 2 else None
    client = client_of(service.url, batch_size=32)
    assert len(client.collect(client.submit(items(5)))) == 5
    assert client.retries == 2
    client.close()


@pytest.mark.parametrize(
    "fault, words", [(400, "refused the request"), (413, "refused"), ("nonsense", "does not answer as a reward")]
)
def test_faults_that_stay_are_told_at_once(service, fault, words):
    service.fail = lambda number, _: fault
    client = client_of(service.url, batch_size=32)
    with pytest.raises(EngineError, match=words) as caught:
        client.collect(client.submit(items(2)))
    assert caught.value.code == "reward" and len(service.requests) == 1
    client.close()


def test_a_service_that_stays_away_is_given_up_with_the_way_out():
    with FakeRewards() as gone:
        url = gone.url
    client = client_of(url)
    started = time.monotonic()
    with pytest.raises(EngineError, match="gave no rewards in") as caught:
        client.collect(client.submit(items(2)))
    assert time.monotonic() - started >= 0.3
    assert "rewards serve" in caught.value.fix
    client.close()


def test_a_service_is_waited_for_at_least_a_minute_by_default():
    assert RewardClient(RewardConfig(url="http://127.0.0.1:1")).patience_seconds >= 60


def test_a_service_that_comes_back_is_found():
    with FakeRewards() as gone:
        port, url = gone.port, gone.url
    client = client_of(url, patience=20, retry_seconds=0.05)
    futures = client.submit(items(6))
    back = []

    def start():
        back.append(FakeRewards(port).__enter__())

    timer = threading.Timer(0.5, start)
    timer.start()
    assert len(client.collect(futures)) == 6
    assert client.retries > 0
    timer.join()
    client.close()
    back[0].__exit__()


def test_an_items_error_is_handed_on(service):
    service.error_of = lambda item: "the engine did not answer" if item["id"] == "1" else None
    client = client_of(service.url)
    answers = client.collect(client.submit(items(3)))
    assert [each["error"] for each in answers] == [None, "the engine did not answer", None]
    assert answers[1]["reward"] is None
    client.close()


def test_closing_ends_the_waiting():
    with FakeRewards() as gone:
        url = gone.url
    client = client_of(url, patience=60, retry_seconds=5)
    futures = client.submit(items(1))
    time.sleep(0.1)
    started = time.monotonic()
    client.close()
    with pytest.raises(EngineError, match="ended while it waited"):
        client.collect(futures)
    assert time.monotonic() - started < 2
