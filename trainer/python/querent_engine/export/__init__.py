"""Hugging Face folders to GGUF: conversion, quantisation, LoRA adapters, and the reference figures of the parity gate.

Run by ``querent-trainer export`` as ``python -m querent_engine.export COMMAND --config FILE``; see ``__main__.py``.
"""
