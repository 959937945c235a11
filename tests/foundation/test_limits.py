"""No page waits for Redis: absent, gone or hanging, it answers, and still counts."""

from __future__ import annotations

import socket
import threading
import time

import pytest
import redis

from service_desk.foundation.limits import limiter

PATIENCE_S = 10.0


@pytest.fixture(autouse=True)
def fresh_limiter():
    """A process has one limiter, which remembers for a while that its queue was away."""
    limiter._storage_dead = False
    yield
    limiter._storage_dead = False


@pytest.fixture
def hanging():
    """A server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        kept, over = [], threading.Event()

        def take():
            while not over.is_set():
                try:
                    kept.append(server.accept()[0])
                except OSError:
                    return

        thread = threading.Thread(target=take)
        thread.start()
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"
        over.set()
        server.shutdown(socket.SHUT_RDWR)
        thread.join()
        for connection in kept:
            connection.close()


def limited(client):
    """Statuses of more wrong tries than a minute allows."""
    path = "/login"
    fields = client.hidden(path)
    data = {**fields, "username": "nobody", "password": "wrong"}
    return [client.post(path, data=data).status_code for _ in range(63)]


def quick(app):
    client = app.test_client()
    fields = client.hidden("/login")
    begun = time.monotonic()
    answer = client.post("/login", data={**fields, "username": "x", "password": "y"})
    assert time.monotonic() - begun < PATIENCE_S
    return answer.status_code


def test_a_queue_that_hangs_does_not_hold_a_page(make_app, hanging):
    assert quick(make_app(REDIS_URL=hanging)) < 500


def test_a_queue_that_is_not_there_does_not_hold_a_page(make_app, tmp_path):
    assert quick(make_app(REDIS_URL="redis://127.0.0.1:1/0")) < 500
    assert quick(make_app(REDIS_URL=f"unix://{tmp_path}/none.sock")) < 500


def test_without_a_queue_tries_are_counted_all_the_same(client):
    statuses = limited(client)
    assert 429 in statuses


def test_with_a_queue_several_processes_count_together(make_app, real_queue):
    first, second = (make_app(REDIS_URL=real_queue).test_client() for _ in range(2))
    assert 429 in limited(first)
    fields = second.hidden("/login")
    answer = second.post("/login", data={**fields, "username": "x", "password": "y"})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_the_queue_holds_no_address_of_a_person(make_app, real_queue):
    quick(make_app(REDIS_URL=real_queue))
    with redis.from_url(real_queue) as connection:
        counted = [key.decode() for key in connection.keys("*accounts.login*")]
    assert counted
    assert not any("127.0.0.1" in key for key in counted)
