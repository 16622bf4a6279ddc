"""A load client in a process of its own: kept connections, one request after another on each, or a fixed rate.

Asks on standard input with one JSON line, answers with one: `times` of each request in seconds and `acks`, the moments
at which each numbered message was acknowledged.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import Any

READ = 65536


class Load:
    def __init__(self, asked: dict[str, Any]) -> None:
        self.asked = asked
        self.bodies = iter(asked.get("bodies") or [])
        self.left = len(asked.get("bodies") or [])
        self.times: list[float] = []
        self.acks: list[tuple[str, float]] = []
        self.bad = 0
        self.begin = time.perf_counter()
        self.until = self.begin + asked["seconds"]

    async def run(self) -> dict[str, Any]:
        await asyncio.gather(*(self.connection(place) for place in range(self.asked["connections"])))
        return {"times": self.times, "acks": self.acks, "bad": self.bad, "took": time.perf_counter() - self.begin}

    async def connection(self, place: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.asked["port"])
        rate = self.asked.get("rate")
        step = self.asked["connections"] / rate if rate else 0
        due = self.begin + place * step / self.asked["connections"]
        while time.perf_counter() < self.until:
            if rate:
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
                due += step
            body = next(self.bodies, None) if self.left else {}
            if body is None:
                break
            await self.one(reader, writer, body)
        writer.close()

    async def one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, body: dict[str, Any]) -> None:
        content = json.dumps(body, ensure_ascii=False).encode()
        head = (f"POST {self.asked['path']} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                f"Authorization: Bearer {self.asked.get('bearer', '')}\r\nContent-Length: {len(content)}\r\n\r\n")
        begin = time.perf_counter()
        writer.write(head.encode() + content)
        answer = await reader.readuntil(b"\r\n\r\n")
        length = next((int(line.split(b":")[1]) for line in answer.lower().split(b"\r\n")
                       if line.startswith(b"content-length")), 0)
        await reader.readexactly(length)
        self.times.append(time.perf_counter() - begin)
        if not answer.startswith(b"HTTP/1.1 202"):
            self.bad += 1
        elif body:
            self.acks.append((body["external_id"], time.time()))


if __name__ == "__main__":
    print(json.dumps(asyncio.run(Load(json.loads(sys.stdin.readline())).run())))
