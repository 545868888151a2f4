"""The one error that the engine ends with on purpose."""

from __future__ import annotations

import json

#: Exit codes: see the contract of the command line in ``__main__.py``.
EXIT_DONE = 0
EXIT_BAD_INPUT = 2
EXIT_FAILED = 3
#: sysexits' EX_TEMPFAIL: stopped by a signal after saving; the same command goes on.
EXIT_STOPPED = 75


class EngineError(Exception):
    """A fault with its cause and its way out.

    ``code`` is for programs (``config``, ``data``, ``model``, ``disk-full``, ``nan``, ``out-of-memory``,
    ``checkpoint``, ``reward``),
    ``message`` and ``fix`` are sentences for people. ``exit_code`` is 2 where the input is to blame, else 3.
    """

    def __init__(self, code: str, message: str, fix: str = "", exit_code: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.fix = fix
        self.exit_code = exit_code or (EXIT_BAD_INPUT if code in ("config", "data", "model") else EXIT_FAILED)

    def to_json(self) -> str:
        """The last line on stderr."""
        return json.dumps({"error": {"code": self.code, "message": self.message, "fix": self.fix}}, ensure_ascii=False)
