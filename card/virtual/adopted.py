"""A people file from elsewhere, copied into a state folder with test keys of its own beside it.

Apart from `personalise`, which never makes a key: that takes seconds, and only `card new` waits for it.
"""

import shutil
from pathlib import Path

import assets
from card import errors, people
from card.authority import keys

_FOLDER = "people"


def known_as(person: str, state_dir: Path) -> str:
    """Return what `personalise` calls a person: an id as it is, a file elsewhere by its copy in the state folder.

    Raises PersonError where no card was made of that file.
    """
    if not people.is_file(person):
        return person
    if Path(person).resolve().parent == assets.path("people"):
        return Path(person).stem
    copy = _copy(Path(person), state_dir)
    if not copy.is_file():
        raise errors.PersonError(f"{person}: no card was made of it in {state_dir} (python -m card new {person})")
    return str(copy)


def adopt(file: Path, state_dir: Path) -> str:
    """Check a people file, copy it and make its test keys where they are missing; return as `known_as`.

    Raises PersonError for a file with mistakes (FILE:LINE) or with a name that is not its own.
    """
    people.read_file(file)
    if file.stem in people.ids():
        raise errors.PersonError(f"{file}: {file.stem} is somebody in assets/people; give the file another name")
    people.check_name(file)
    copy = _copy(file, state_dir)
    copy.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    shutil.copyfile(file, copy)
    keys.make_for(str(copy))
    return str(copy)


def _copy(file: Path, state_dir: Path) -> Path:
    return state_dir / _FOLDER / file.name
