"""A load that does not wait: so many requests a second, answered or not.

A process of its own: ``python -m tests.benchmarks.slot_load HOST PORT < paths.json`` reads when
to send which path, and writes how long each took, counted from when it was due. One connection
at a time per request; whoever is free takes the next.
"""

import asyncio
import json
import sys
import time

IDLE = 3
"""Seconds after which a connection is not used again: the server closes it after five."""


async def ask(idle, host, port, path):
    """Send one request; gives its status and the bytes of its body."""
    while idle and time.perf_counter() - idle[-1][2] > IDLE:
        idle.pop()[1].close()
    reader, writer = idle.pop()[:2] if idle else await asyncio.open_connection(host, port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    length = int(head.split("content-length:")[1].split("\r\n")[0])
    await reader.readexactly(length)
    idle.append((reader, writer, time.perf_counter()))
    return int(head.split(" ", 2)[1]), length


async def load(host, port, due):
    """Send what is due when it is due."""
    idle, answers = [], []

    async def one(when, path, began):
        try:
            status, length = await asyncio.wait_for(ask(idle, host, port, path), 10)
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            status, length = 0, 0
        answers.append((when, time.perf_counter() - began - when, status, length))

    async with asyncio.TaskGroup() as tasks:
        began = time.perf_counter()
        for when, path in due:
            await asyncio.sleep(max(0.0, began + when - time.perf_counter()))
            tasks.create_task(one(when, path, began))
    return answers


if __name__ == "__main__":
    found = asyncio.run(load(sys.argv[1], int(sys.argv[2]), json.load(sys.stdin)))
    json.dump(found, sys.stdout)
