"""Files are whole or not there."""

import errno
import os
import shutil
from collections import namedtuple

import pytest

from querent_engine.export.files import check_room, prepare_folder, whole_file
from querent_engine.export.problems import ExportError


def test_a_file_takes_its_name_when_it_is_written(tmp_path):
    path = tmp_path / "model.gguf"
    with whole_file(path) as part:
        part.write_bytes(b"new")
        assert not path.exists()
    assert path.read_bytes() == b"new"
    assert os.listdir(tmp_path) == ["model.gguf"]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), ValueError("x")])
def test_nothing_is_left_of_a_file_that_failed_and_the_old_one_stays(tmp_path, error):
    path = tmp_path / "model.gguf"
    path.write_bytes(b"old")
    with pytest.raises(type(error)), whole_file(path) as part:
        part.write_bytes(b"half")
        raise error
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["model.gguf"]


def test_a_full_disk_is_told_with_what_is_free(tmp_path):
    with pytest.raises(ExportError, match=r"the disk is full \(.* free\)") as caught, whole_file(tmp_path / "model.gguf") as part:
        part.write_bytes(b"half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert caught.value.exit_code == 3
    assert os.listdir(tmp_path) == []


def test_a_full_disk_of_a_library_is_the_same(tmp_path):
    """The writer of gguf flushes late: the error comes out of its close."""
    if not os.path.exists("/dev/full"):
        pytest.skip("there is no /dev/full on this system")
    with pytest.raises(ExportError, match="disk is full"), whole_file(tmp_path / "model.gguf") as part:
        part.touch()
        with open("/dev/full", "wb") as file:
            file.write(b"0" * 10_000)


def test_room_is_looked_at_before(tmp_path, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(10**12, 0, 2 * 10**9))
    check_room(tmp_path, 1_900_000_000)
    with pytest.raises(ExportError, match="takes about 6.2 GB and the disk has 2.0 GB free"):
        check_room(tmp_path, 6_200_000_000)


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ExportError, match="cannot be written") as caught:
        prepare_folder(tmp_path / "file" / "out")
    assert "--out" in caught.value.fix
