"""Our endpoints against a plain Litestar + SQLAlchemy handler that sends the same SQL in the same security context.

    python -m tests.bench.http_bench [--people 20000] [--seconds 4]

Both run in one process each under granian, on the same database with the same row security, in turn (A B A B ...), driven by
keep-alive connections from this process. The plain handlers stand in for what a competent team would write without our house: no
presenter, no paging type, no permission check beyond row security, but the same statements: session, eyes, read, audit entry, commit.
The figure to quote is the ratio of medians, ours / plain.
"""
