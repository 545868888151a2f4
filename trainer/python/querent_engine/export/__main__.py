"""``python -m querent_engine.export convert|reference --config FILE``.

``convert`` makes the files that are asked for, ``reference`` the figures of transformers for the parity gate. stdout has one JSON event a line:
``{"event": "progress", "what", "share"}``, ``{"event": "note", "text"}``, ``{"event": "file", ...}`` and, last, ``{"event": "done", ...}``. Exit codes and the
last line on stderr are those of ``python -m querent_engine``: 0 done, 2 bad input, 3 failed.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import traceback
from pathlib import Path
from typing import Any

from ..errors import EXIT_FAILED, EngineError
from ..stopping import end_with_parent
from .problems import ExportError


def say(event: str, **fields: Any) -> None:
    """Print an event."""
    sys.stdout.write(json.dumps({"event": event, **fields}, ensure_ascii=False) + "\n")
    sys.stdout.flush()


class Progress:
    """Says how far a step is, a twentieth at a time."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._said = -1.0

    def __call__(self, share: float) -> None:
        """Note a share from 0 to 1."""
        if share - self._said >= 0.05 or share >= 1:
            self._said = share
            say("progress", what=self._what, share=round(share, 3))


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m querent_engine.export")
    parser.add_argument("command", choices=["convert", "reference"])
    parser.add_argument("--config", required=True, metavar="FILE")
    options = parser.parse_args(arguments)
    # Models come from folders that are named: nothing is asked of a hub, and no code of a model is run.
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    end_with_parent()
    try:
        config = json.loads(Path(options.config).read_text(encoding="utf-8"))
        if options.command == "convert":
            from .convert import convert_all

            say("done", **convert_all(config, say, Progress))
        else:
            from .reference import reference

            adapter = config.get("adapter")
            texts = reference(
                Path(config["model"]),
                None if adapter is None else Path(adapter),
                config["texts"],
                int(config.get("threads", 0)),
                Progress("reference"),
            )
            Path(config["out"]).write_text(json.dumps(texts), encoding="utf-8")
            say("done")
        return 0
    except EngineError as error:
        sys.stderr.write(error.to_json() + "\n")
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    except MemoryError:
        error = ExportError("machine", "The machine's memory is full.", "Export where there is more, or stop other programs.")
        sys.stderr.write(error.to_json() + "\n")
        return EXIT_FAILED
    except Exception as error:  # the whole story above, the one line for programs last
        traceback.print_exc()
        sys.stderr.write(EngineError("failed", f"{type(error).__name__}: {error}").to_json() + "\n")
        return EXIT_FAILED


if __name__ == "__main__":
    sys.exit(main())
