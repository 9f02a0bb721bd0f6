"""Decision records: taken in as Decisions that follow their files, and written out."""

from pathlib import Path

from whence.capture.ignore import own_files
from whence.engine.files import to_write
from whence.git import branches
from whence.project.project import Project
from whence.readers import record_places
from whence.readers.records import is_candidate
from whence.values.base import one_line, unique
from whence.values.errors import InvalidRequest
from whence.values.memory import Decision
from whence.values.operation import Progress, operation
from whence.values.protocol import Filter
from whence.values.reach import FolderToWrite
from whence.values.reports import Exported, Imported


@operation
def import_records(project: Project, folder: str = "", progress: Progress = lambda message, share: None) -> Imported:
    """Make a Decision of every decision record of the project, and keep it in step when the file is edited.

    Read are Nygard's form, MADR, Y-statements and plain texts, in many languages, as Markdown, reStructuredText or
    AsciiDoc, in folders such as `docs/adr` or `docs/decisions` and in those that `.adr-dir` or log4brains'
    configuration names. Doing it again takes what has changed. Where a Decision was edited in Whence and its file
    as well, the file wins, and the other text is kept as a note. A Decision whose file is gone stays, and says so.

    Args:
        folder: a folder of the project that holds records; without one, every folder that is named for them.

    Raises:
        InvalidRequest: the folder is not one of the project.
        Cancelled: `progress` asked to stop; doing it again goes on.
    """
    progress("Looking for decision records", 0.0)
    repository = project.repository()
    files = own_files(project.place.root, repository, project.settings.capture.exclude, project.place.home)
    if folder.strip():
        inside = _inside(project, folder)
        chosen = [path for path in files if is_candidate(path) and path.startswith(inside)]
    else:
        chosen = record_places.chosen(project.place.root, files)
    known = project.decision_files.known()
    # Those of other folders are read as well: records name one another.
    others = [path for path in known if path not in chosen and (project.place.root / path).is_file()]
    missed = [path for path in known if not (project.place.root / path).is_file()]
    if not chosen and not known:
        where = f"{one_line(folder, 80)} holds" if folder.strip() else "`docs/adr`, `docs/decisions` and the like hold"
        return Imported(note=f"No decision records were found: {where} none. Name the folder that holds them.")
    began = branches.first_seen(repository, [path for path in chosen if path not in known]) if repository else {}
    return project.decision_files.take([*chosen, *others], missed, began, progress)


@operation
def export_records(
    project: Project, target: FolderToWrite, ids: tuple[str, ...] = (), progress: Progress = lambda message, share: None
) -> Exported:
    """Write decisions as numbered Markdown records (MADR 4) into a folder; no file that is there is touched.

    Args:
        target: the folder, which is made if it isn't there; over HTTP below the folder of `--exports`, without
            which the answer holds the records.
        ids: the decisions; without any, all in use that have no record yet.

    Raises:
        NotFound: one of them doesn't exist; nothing was written.
        InvalidRequest: one of them is no decision, or the folder can't be written to.
        Cancelled: `progress` asked to stop; what was written until then is there.
    """
    if ids:
        found = [project.one(id) for id in unique(ids)]
    else:
        found = [memory for page in project.store.each(Filter(kinds=("decision",))) for memory in page]
    if wrong := [memory for memory in found if not isinstance(memory, Decision)]:
        raise InvalidRequest(f"“{wrong[0].title}” is a {wrong[0].kind}, not a decision; nothing was written.")
    decisions = [memory for memory in found if isinstance(memory, Decision) and (ids or not memory.record)]
    with to_write(project, target, folder=True) as aim:
        try:
            aim.path.mkdir(mode=0o700, exist_ok=True)
            written = project.decision_files.export(aim.path, decisions, again=bool(ids), progress=progress)
        except OSError as error:
            raise InvalidRequest(f"The records can't be written there: {error.strerror or 'it failed'}.") from None
        count = len(written)
        note = f"Wrote {count} decision {'record' if count == 1 else 'records'} to {aim.path.name}."
        if not count:
            note = "Every decision has a record already." if found else "There is no decision to write."
        return Exported(count=count, **aim.told(written), note=note)


def _inside(project: Project, folder: str) -> str:
    """Beginning of the names of all files in a folder of the project.

    Raises:
        InvalidRequest: it is none.
    """
    try:
        path = (project.place.root / Path(folder.strip()).expanduser()).resolve()
        name, there = path.relative_to(project.place.root).as_posix(), path.is_dir()
    except (OSError, RuntimeError, ValueError):
        raise InvalidRequest(f"{one_line(folder, 80)} is not a folder of the project.") from None
    if not there:
        raise InvalidRequest(f"There is no folder {one_line(folder, 80)} in the project.")
    return "" if name == "." else f"{name}/"
