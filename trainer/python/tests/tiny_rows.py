"""Rows and a configuration for tests that train a tiny model: titles of two words, and queries made of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

WORDS = ("heart", "stroke", "statins", "insulin", "asthma", "steroids", "cancer", "screening")


def write_pairs(path: Path, count: int = 24) -> Path:
    """Pairs of every kind: turns, a text, something opened."""
    rows = []
    for index in range(count):
        one, other = WORDS[index % 8], WORDS[(index * 3 + index // 8 + 1) % 8]
        row: dict[str, Any] = {
            "id": f"r{index}",
            "task": "publication",
            "opened": "",
            "target": {"relevant": ["1"]},
            "context": {},
            "group": f"g{index}",
        }
        question = f"Question: does {one} help {other}"
        if index % 3 == 2:
            row |= {
                "text": f"{question}\n<answer>",
                "opened": "<answer>",
                "completion": f' {one} AND {other}"}}</answer>',
            }
        else:
            row |= {
                "messages": [{"role": "system", "content": "Write queries."}, {"role": "user", "content": question}],
                "completion": f'<answer>{{"query": " {one} AND {other}"}}</answer>',
            }
        rows.append(row)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def sft_values(folder: Path, **changes: Any) -> dict[str, Any]:
    """A configuration for ``write_pairs`` in ``folder``."""
    pairs = str(write_pairs(folder / "pairs.jsonl"))
    tiny = {
        "layers": 2,
        "hidden": 32,
        "heads": 4,
        "kvHeads": 2,
        "intermediate": 64,
        "maxPositions": 128,
        "vocabulary": ['<answer>{"query": "', '"}</answer>', " AND"],
    }
    values = {
        "kind": "sft",
        "out": str(folder / "sft"),
        "seed": 3,
        "device": "cpu",
        "threads": 1,
        "model": {"init": "random", "tiny": tiny},
        "data": {"train": pairs, "validation": pairs},
        "maxPromptTokens": 100,
        "maxCompletionTokens": 60,
        "optimizer": {"learningRate": 5e-3, "warmupShare": 0.1, "schedule": "cosine"},
        "epochs": 4,
        "batchSize": 8,
        "microBatchSize": 3,
        "save": {"everySteps": 4, "keep": 2},
        "validation": {"everySteps": 6, "prompts": 8},
    }
    return {**values, **changes}
