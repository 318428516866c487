"""A swap that is interrupted anywhere ends with one whole site."""

from pathlib import Path

import pytest

from curation.publish import folders


def make(folder: Path, text: str) -> None:
    folder.mkdir(parents=True)
    (folder / "index.html").write_text(text, encoding="utf-8")
    (folder / folders.MARKER).touch()


def served(output: Path) -> str:
    return (output / "index.html").read_text(encoding="utf-8")


def test_a_swap_puts_the_new_site_in_whole(tmp_path: Path) -> None:
    output = tmp_path / "site"
    make(output, "old")
    new, old = folders.aside(output)
    make(new, "new")
    folders.swap(new, output)
    assert served(output) == "new"
    assert not new.exists()
    assert not old.exists()


def test_the_first_site_needs_no_old_one(tmp_path: Path) -> None:
    output = tmp_path / "site"
    new, _ = folders.aside(output)
    make(new, "new")
    folders.swap(new, output)
    assert served(output) == "new"


@pytest.mark.parametrize("moment", ["built", "old aside", "new in"])
def test_an_interrupted_swap_is_recovered(tmp_path: Path, moment: str) -> None:
    output = tmp_path / "site"
    new, old = folders.aside(output)
    if moment == "built":
        make(output, "old")
        make(new, "half")
    elif moment == "old aside":
        make(old, "old")
        make(new, "new")
    else:
        make(old, "old")
        make(output, "new")
    folders.recover(output)
    assert served(output) == ("new" if moment == "new in" else "old")
    assert not new.exists()
    assert not old.exists()


def test_an_interrupt_between_the_two_renames_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = tmp_path / "site"
    make(output, "old")
    new, _ = folders.aside(output)
    make(new, "new")
    real = Path.rename

    def stop(self: Path, target: Path) -> Path:
        if self == new:
            raise KeyboardInterrupt
        return real(self, target)

    monkeypatch.setattr(Path, "rename", stop)
    with pytest.raises(KeyboardInterrupt):
        folders.swap(new, output)
    monkeypatch.undo()
    folders.recover(output)
    assert served(output) == "old"


def test_a_swap_that_the_disk_refuses_keeps_the_old_site(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = tmp_path / "site"
    make(output, "old")
    new, old = folders.aside(output)
    make(new, "new")
    real = Path.rename

    def refuse(self: Path, target: Path) -> Path:
        if self == new:
            raise OSError("no space")
        return real(self, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(OSError, match="no space"):
        folders.swap(new, output)
    assert served(output) == "old"
    assert not old.exists()


@pytest.mark.parametrize(
    "identifier",
    [
        "../../etc/passwd",
        "CON",
        ".",
        "CTRI/2010/091/000001",
        "ChiCTR-TRC-12002000",
        "a" * 500,
        "Ünï",
    ],
)
def test_a_study_never_leaves_its_folder(identifier: str) -> None:
    from curation.publish import addresses

    address = addresses.study(identifier)
    assert address.startswith("studies/")
    assert address.count("/") == 1
    assert ".." not in address
    assert len(address) < 100
    assert address.isascii()
