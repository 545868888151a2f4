"""Files that are whole or not there: written beside their place, flushed to the disk, then renamed."""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .problems import ExportError, gigabytes

#: Kept free beside what is written: metadata, alignment, and room for the machine to go on.
SPARE_BYTES = 16 * 1024 * 1024


def prepare_folder(folder: Path) -> None:
    """Make the folder of the output and see that it can be written to.

    :raises ExportError: where it cannot
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".querent-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise disk_error(error, folder, None) from error


def check_room(folder: Path, needed: int) -> None:
    """See that ``needed`` bytes fit on the disk of ``folder``.

    :raises ExportError: with both numbers where they do not
    """
    free = shutil.disk_usage(folder).free
    if needed + SPARE_BYTES > free:
        raise ExportError(
            "machine",
            f"{folder}: the export takes about {gigabytes(needed)} and the disk has {gigabytes(free)} free.",
            "Free some space, choose fewer or smaller quantisations, or another folder with --out.",
        )


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a path beside ``path`` to write to; afterwards it is flushed and takes the name of ``path``, or is removed where anything failed."""
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    try:
        yield part
        with open(part, "rb+") as file:
            os.fsync(file.fileno())
        os.replace(part, path)
        sync_folder(path.parent)
    except OSError as error:
        raise disk_error(error, path, shutil.disk_usage(path.parent).free) from error
    finally:
        part.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Flush a rename to the disk, where the system can (Windows cannot open folders)."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:
        pass
    finally:
        os.close(handle)


def disk_error(error: OSError, path: Path, free: int | None) -> ExportError:
    """An error of the system as one of ours."""
    if error.errno == errno.ENOSPC:
        room = "" if free is None else f" ({gigabytes(free)} free)"
        return ExportError("machine", f"{path} cannot be written: the disk is full{room}.", "Free some space and run it again.")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return ExportError(
            "machine",
            f"{path} cannot be written: {error.strerror}.",
            "Choose a folder that you may write to with --out.",
        )
    return ExportError("machine", f"{path} cannot be written: {error.strerror or error}.", "Choose another folder with --out.")
