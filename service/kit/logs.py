"""One line of JSON for each thing worth telling an operator. No names, no free text, no values that somebody typed."""

import logging
import sys

import structlog
from structlog.tracebacks import ExceptionDictTransformer


def log_to_stderr(level: str) -> None:
    """Sends the log of this process to standard error. `level` as in RIDGEWAY_LOG_LEVEL."""
    lines = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
            structlog.processors.JSONRenderer(),
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(lines)
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    # Every request of ours to the identity provider, with its address: not worth a line.
    logging.getLogger("httpx").setLevel(logging.WARNING)
