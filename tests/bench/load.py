"""A small closed-loop load on a loopback server: a few keep-alive connections, bounded in time, the median of several rounds."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

CONNECTIONS = 8


@dataclass(frozen=True, slots=True)
class Case:
    """One kind of request. `body` is made anew for each, where there is one."""

    name: str
    method: str
    path: str
    headers: dict[str, str]
    body: Callable[[], bytes] | None = None


async def rate(port: int, case: Case, seconds: float) -> float:
    """Requests answered per second. Raises RuntimeError at the first answer that is not 2xx: a fast refusal is no speed."""
    ends = time.perf_counter() + seconds
    began = time.perf_counter()
    counts = await asyncio.gather(*(_hammer(port, case, ends) for _ in range(CONNECTIONS)))
    return sum(counts) / (time.perf_counter() - began)


def middle(values: list[float]) -> float:
    return median(values)


async def _hammer(port: int, case: Case, ends: float) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    done = 0
    while time.perf_counter() < ends:
        writer.write(_request(port, case))
        await _answer(reader, case)
        done += 1
    writer.close()
    return done


def _request(port: int, case: Case) -> bytes:
    body = case.body() if case.body else b""
    lines = [
        f"{case.method} {case.path} HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        *(f"{k}: {v}" for k, v in case.headers.items()),
    ]
    if case.body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def _answer(reader: asyncio.StreamReader, case: Case) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    status = int(head.split(" ", 2)[1])
    if "transfer-encoding: chunked" in head:
        body = await _chunks(reader)
    else:
        body = await reader.readexactly(int(head.split("content-length:")[1].split("\r\n")[0]))
    if not 200 <= status < 300:
        raise RuntimeError(f"{case.method} {case.path}: {status} {body[:300]!r}")


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    whole = b""
    while size := int(await reader.readuntil(b"\r\n"), 16):
        whole += await reader.readexactly(size + 2)
    await reader.readuntil(b"\r\n")
    return whole
