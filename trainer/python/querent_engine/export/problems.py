"""What goes wrong in an export, in words for people."""

from ..errors import EXIT_BAD_INPUT, EXIT_FAILED, EngineError


class ExportError(EngineError):
    """A fault of the input or of the machine, with the way out.

    ``code`` is one of ``input`` (the model, the adapter or a wish is at fault), ``unsupported`` (this cannot be made here) and
    ``machine`` (disk, permission, memory). The message names the place and the cause, ``fix`` the way out.
    """

    def __init__(self, code: str, message: str, fix: str) -> None:
        super().__init__(code, message, fix, EXIT_FAILED if code == "machine" else EXIT_BAD_INPUT)


def gigabytes(count: float) -> str:
    """Bytes for people: ``1.5 GB``, ``12 MB``, ``900 bytes``."""
    if count >= 1e9:
        return f"{count / 1e9:.1f} GB"
    if count >= 1e6:
        return f"{count / 1e6:.0f} MB"
    return f"{count:.0f} bytes"
