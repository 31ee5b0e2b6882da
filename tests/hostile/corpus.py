"""What nobody should send, and some people will: the values, the bodies and the headers."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

TEXTS: tuple[str, ...] = (
    "\0",
    "Amara\0Okafor",
    "\x1b[31m",
    "line\r\nSet-Cookie: taken=1",
    "\u202edrawkcab",
    "\u200b\u200b\u200b",
    "é" * 5_000,
    "a" * 100_000,
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}",
    "{% raw %}",
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd",
    "' OR 1=1 --",
    "'; DROP TABLE people; --",
    "../../../../etc/passwd",
    "..\\..\\windows",
    "%s%s%n",
    "${jndi:ldap://127.0.0.1/a}",
    "NaN",
    "Infinity",
    "1e400",
    "-0",
    str(2**63),
    str(-(2**63) - 1),
    str(2**64 + 1),
    "9" * 400,
    "31/02/2026",
    "2026-02-31",
    "0000-00-00",
    "99999-01-01",
    "2026-11-22T25:61:00Z",
    "00000000-0000-0000-0000-000000000000",
    "ffffffff-ffff-ffff-ffff-ffffffffffff",
    "not-a-uuid",
    "null",
    "true",
    "[]",
    "🏥" * 300,
    "Ŵŷ",
    "",
    " ",
)

# Values that only JSON can carry.
JSON_VALUES: tuple[str, ...] = (
    "null",
    "true",
    "-1",
    str(2**63),
    str(2**200),
    "1e400",
    "-1e400",
    "0.1e-400",
    '"\\u0000"',
    '"\\ud800"',
    '"\\udfff\\ud800"',
    "[]",
    "{}",
    "[[[[]]]]",
    '{"a":{"a":{"a":1}}}',
    '"' + "x" * 50_000 + '"',
)


@dataclass(frozen=True, slots=True)
class Body:
    name: str
    content: bytes
    kind: str = "application/json"


def bodies() -> Iterator[Body]:
    """Whole bodies that are wrong in themselves, whatever the route expects."""
    yield Body("empty", b"")
    yield Body("not json", b"{")
    yield Body("deep list", b"[" * 100_000 + b"]" * 100_000)
    yield Body("deep object", b'{"a":' * 100_000 + b"1" + b"}" * 100_000)
    yield Body("deep and unfinished", b"[" * 100_000)
    yield Body("not utf-8", b'{"name": "\xff\xfe"}')
    yield Body("utf-16", '{"name": "x"}'.encode("utf-16"))
    yield Body("the same key twice", b'{"name": "a", "name": "b"}')
    yield Body("a number", b"12345678901234567890123456789012345678901234567890")
    yield Body("a list", b"[1, 2, 3]")
    yield Body("text", b'"hello"')
    yield Body("null", b"null")
    yield Body("wrong kind", b"<a/>", "application/xml")
    yield Body("no kind", b"{}", "")
    yield Body("odd kind", b"{}", "application/json; charset=no-such-charset")
    yield Body("form where json is due", b"a=1&b=2", "application/x-www-form-urlencoded")
    yield Body("form of nothing but separators", b"&&&&====&&&", "application/x-www-form-urlencoded")
    yield Body("form that is not utf-8", b"name=%ff%fe&x=%00", "application/x-www-form-urlencoded")
    yield Body(
        "form of 10,000 fields", b"&".join(b"f%d=1" % n for n in range(10_000)), "application/x-www-form-urlencoded"
    )
    yield Body("multipart without an edge", b"--x\r\n\r\n", "multipart/form-data")
    yield Body(
        "multipart cut short",
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\nabc',
        "multipart/form-data; boundary=x",
    )
    yield Body("multipart of nothing", b"--x--\r\n", "multipart/form-data; boundary=x")


def over_the_limit(megabytes: int) -> Body:
    return Body("too large", b'{"name": "' + b"x" * (megabytes * 1_000_000 + 1) + b'"}')


def in_path() -> Iterator[str]:
    """Texts as they would stand in an address; an empty one or a slash would be another address."""
    for text in TEXTS:
        if text.strip() and len(text) < 2_000:
            yield quote(text, safe="")
