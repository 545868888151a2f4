"""``python -m querent_engine sft|ppo --config FILE``, and ``bench``, which measures what a ppo configuration costs (``bench.py``).

Exit codes: 0 done; 2 bad configuration or data; 3 failed; 75 stopped by SIGTERM or SIGINT after saving (the same command goes on from the
newest complete checkpoint in ``out/checkpoints``). After 2 and 3 the last line on stderr is ``{"error": {"code", "message", "fix"}}``; stdout
has one JSON event a line (``metrics.say``).
"""

from __future__ import annotations

import argparse
import os
import sys
import traceback

from .errors import EXIT_FAILED, EngineError
from .stopping import end_with_parent


def main(arguments: list[str] | None = None) -> int:
    """Runs one training; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m querent_engine")
    parser.add_argument("kind", choices=["sft", "ppo", "bench"])
    parser.add_argument("--config", required=True, metavar="FILE")
    options = parser.parse_args(arguments)
    end_with_parent()
    # Models come from folders and files that the plan names; nothing is asked of a hub in the middle of a run.
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    try:
        from .config import read_config

        config = read_config(options.config)
        wanted = "ppo" if options.kind == "bench" else options.kind
        if config.kind != wanted:
            raise EngineError("config", f"The configuration is for {config.kind}, the command says {options.kind}.",
                              f"Give it one of kind {wanted}.")
        if options.kind == "sft":
            from .sft import run
        elif options.kind == "bench":
            from .bench import run
        else:
            from .ppo import run
        return run(config)
    except EngineError as error:
        sys.stderr.write(error.to_json() + "\n")
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    except MemoryError:
        sys.stderr.write(EngineError("out-of-memory", "The machine's memory is full.", "Use smaller micro-batches.").to_json() + "\n")
        return EXIT_FAILED
    except Exception as error:  # the whole story above, the one line for programs last
        traceback.print_exc()
        sys.stderr.write(EngineError("failed", f"{type(error).__name__}: {error}").to_json() + "\n")
        return EXIT_FAILED


if __name__ == "__main__":
    sys.exit(main())
