"""The language server: `python -m whence lsp`, over stdin and stdout.

The editor waits for `initialize`, so nothing heavy is imported before it is answered: the engine and its libraries load
in a thread after `initialized`, and requests that come earlier wait for them. Handlers convert, call the engine in a
thread, and convert back.
"""

import asyncio
import gc
import logging
import sys
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException, JsonRpcInvalidParams
from pygls.lsp.server import LanguageServer
from pygls.protocol import default_converter
from pygls.uris import to_fs_path

from whence.faces.footprint import bound
from whence.faces.lsp import approval, configuration, restoring, rules, transcripts
from whence.faces.lsp.editor_log import EditorLog
from whence.faces.lsp.messages import FAILED, PREFIX, Protocol
from whence.faces.lsp.naming import located, normal
from whence.faces.lsp.operation_names import METHODS
from whence.faces.lsp.outlet import outlet
from whence.faces.lsp.report_pages import page_of
from whence.faces.parents import end_with_parent
from whence.values.version import VERSION

if TYPE_CHECKING:
    from whence.engine import Project

log = logging.getLogger(__name__)

CHANGED = "whence/changed"

DAMAGED = -32008
"""The code of `MemoryDamaged`."""

_AT_ONCE = 4
"""Requests that are worked on at once; others wait. Without a bound it would be four more than there are cores."""

_FAULT = -32603
"""JSON-RPC's code for a fault of ours: an internal error."""

_ANSWERED_SECONDS = 5.0
"""What is being answered may take so long before new settings are applied; what takes longer is broken off."""


@dataclass
class Folder:
    """A workspace folder and its memory, opened or being opened."""

    uri: str
    path: Path
    project: "asyncio.Task[Project]"
    asked: "set[asyncio.Future[Any]]" = field(default_factory=set)
    """What is being answered from it."""

    async def opened(self) -> "Project":
        """The open memory, waited for: whoever gives up waiting does not end the opening, which others wait for too."""
        return await asyncio.shield(self.project)


class Server(LanguageServer):
    """One editor window: an open project for each workspace folder."""

    protocol: Protocol

    def __init__(self, served: "Callable[[Project], Project]") -> None:
        super().__init__(
            "whence",
            VERSION,
            protocol_cls=Protocol,
            converter_factory=default_converter,
            text_document_sync_kind=lsp.TextDocumentSyncKind.None_,
            max_workers=1,  # it reads our input
        )
        self.served, self.folders = served, dict[str, Folder]()
        self.first_folders: list[str] = []
        self.settings: dict[str, Any] = {}
        self.options: Any = None
        self.configured: asyncio.Task[None] | None = None
        self.trusted, self.can_be_asked = True, False
        self.secrets: dict[str, str] = {}
        self.client_asks = False
        self.running: dict[str | int, threading.Event] = {}
        self.marked: set[str] = set()
        self.refusing = False
        self.offering: list[asyncio.Task[None]] = []
        self.loop: asyncio.AbstractEventLoop | None = None

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Log what pygls reports; the text of a request, which may hold a secret, stays out of it."""
        if isinstance(error, JsonRpcException) and error.code != _FAULT:
            log.info("A request was refused, and whoever asked was told why (%d)", error.code)
        else:
            log.error("%s while handling a message", type(error).__name__)
        # Json's own errors, and a body that is no UTF-8; also what a pipe says that was closed, which takes no refusal.
        if isinstance(error, ValueError | RecursionError) and not self.refusing:
            self.refusing = True
            try:
                self.protocol.refuse_broken()
            finally:
                self.refusing = False

    # ------------------------------------------------------------ projects

    def open_folder(self, uri: str) -> None:
        """Begin to open a workspace folder's memory."""
        path = to_fs_path(uri)
        if path and normal(uri) not in self.folders:
            self._begin(uri, Path(path), None)

    async def close_folder(self, uri: str) -> None:
        """Close a workspace folder's memory; what is noticed is stored first."""
        if folder := self.folders.pop(normal(uri), None):
            await _close(folder.project)

    def reopen(self) -> None:
        """Apply new settings: every folder is closed and opened again, and requests wait for it."""
        for folder in list(self.folders.values()):
            self._begin(folder.uri, folder.path, folder)

    def begin(self, uri: str, path: Path) -> None:
        """Open a folder's memory anew that could not be opened before."""
        self._begin(uri, path, None)

    def _begin(self, uri: str, path: Path, old: Folder | None) -> None:
        async def open_it() -> "Project":
            if old is not None:
                await asyncio.wait([old.project])
                await asyncio.sleep(0)  # who waited for that asks now
                if old.asked:  # and who asked before the settings changed is answered first
                    await asyncio.wait(old.asked, timeout=_ANSWERED_SECONDS)
                await _close(old.project)
            if self.configured is not None:
                await self.configured
            return await asyncio.to_thread(self._open, uri, path)

        task = asyncio.ensure_future(open_it())
        self.folders[normal(uri)] = Folder(uri, path, task)
        task.add_done_callback(lambda task: self._opened(uri, task))

    def _open(self, uri: str, path: Path) -> "Project":
        from whence.engine import open_project, start
        from whence.values.errors import InvalidSettings
        from whence.values.settings import Settings, parse

        try:
            settings = parse(self.settings)
        except InvalidSettings as error:
            message = f"{error} The defaults are used."
            self.from_thread(lambda: self.show(message, lsp.MessageType.Warning))
            settings = Settings()
        opened = start(
            open_project(
                path,
                settings,
                capture=True,
                trusted=self.trusted,
                changed=lambda ids: self.from_thread(lambda: self._announce(uri, ids)),
                approve=approval.approver(self, knows=self.client_asks),
                ask_editor=approval.completer(self) if self.client_asks else None,
                fetch=approval.fetcher(self) if self.client_asks else None,
                secrets=self.secrets,
            )
        )
        return self.served(opened)

    def _opened(self, uri: str, task: "asyncio.Task[Project]") -> None:
        if task.cancelled():
            return
        if error := task.exception():
            log.error("the memory of a folder could not be opened", exc_info=error)
            code, told = _explain(error)
            if code == DAMAGED:
                offer = restoring.offer(self, uri, self.folders[normal(uri)].path, told)
                self.offering.append(asyncio.ensure_future(offer))
            else:
                self.show(told, lsp.MessageType.Error)
        else:
            self.offering.append(asyncio.ensure_future(transcripts.offer(self, task)))
        # What is loaded by now stays; to look through it again would cost the collector 100 ms, amid an answer.
        gc.freeze()
        self._announce(uri, ())

    def _announce(self, uri: str, ids: tuple[str, ...]) -> None:
        self.protocol.notify(CHANGED, {"folder": uri, "ids": list(ids[:100])})

    def show(self, message: str, type: lsp.MessageType) -> None:
        """Tell the user something."""
        self.window_show_message(lsp.ShowMessageParams(type=type, message=f"Whence: {message}"))

    def from_thread(self, call: Callable[[], None]) -> None:
        """Have the event loop's thread do this, while there is one: the protocol is written to there alone."""
        if self.loop is not None and not self.loop.is_closed():
            self.loop.call_soon_threadsafe(call)

    async def project_of(self, document: str) -> "Project | None":
        """The open project of the innermost workspace folder that a document is in."""
        folder = self._folder_of(document)
        if folder is None:
            return None
        try:
            return await folder.opened()
        except Exception:  # noqa: BLE001 - that it could not be opened was said when it happened
            return None

    def _folder_of(self, document: str) -> Folder | None:
        place = normal(document)
        inside = [key for key in self.folders if place == key or place.startswith(key + "/")]
        return self.folders[max(inside, key=len)] if inside else None

    # ------------------------------------------------------------ requests

    async def answer(self, name: str, params: Any) -> Any:
        """Carry out an operation.

        Raises:
            JsonRpcException: with a sentence for a person, whatever went wrong.
        """
        token: str | int | None = None
        try:
            if isinstance(params, dict):
                params = dict(params)
                token = params.pop("workDoneToken", None)
                folder = params.pop("workspaceFolder", None)
            else:
                folder = None
            return await self._carry_out(name, params, folder, token)
        except asyncio.CancelledError:
            raise
        except JsonRpcException:
            raise
        except Exception as error:
            code, message = _explain(error)
            if code == _FAULT:
                log.exception("%s failed", name)
            raise JsonRpcException(message, code) from None

    async def _carry_out(self, name: str, params: Any, folder: object, token: str | int | None) -> Any:
        if not self.folders:
            raise JsonRpcException("No folder is open. Open a folder, and Whence remembers what happens in it.", -32001)
        if folder is not None and normal(str(folder)) not in self.folders:
            raise JsonRpcInvalidParams(f"{name}: workspaceFolder is not one of the folders that are open.")
        folders = [self.folders[normal(str(folder))]] if folder is not None else list(self.folders.values())
        if name == "children" and len(self.folders) > 1:
            return await self._children(params, folders)
        return await self._ask(name, params, folders, token)

    async def _ask(self, name: str, params: Any, folders: list[Folder], token: str | int | None = None) -> Any:
        """Ask the first folder, or for a memory by id the first that knows it."""
        from whence.values.errors import MemoryDamaged, NotFound

        try:
            await folders[0].opened()  # its libraries are loaded from here on
        except MemoryDamaged:
            if name != "restore_backup":
                raise
            return await restoring.in_place(self, folders[0].uri, folders[0].path, params or {})
        from whence.engine import OPERATIONS

        operation = OPERATIONS[name]
        stop = threading.Event()
        by_id = {"id", "ids"} & operation.params.model_fields.keys()
        for folder in folders if by_id else folders[:1]:
            project = await folder.opened()
            arguments = operation.parse(located(params, project.place.root))
            if operation.progress:
                arguments["progress"] = self._reporter(token, operation.summary, stop)
            answering = asyncio.ensure_future(asyncio.to_thread(operation.function, project, **arguments))
            folder.asked.add(answering)
            answering.add_done_callback(folder.asked.discard)
            try:
                result = await answering
            except NotFound:
                if folder is folders[-1] or not by_id:
                    raise
            except asyncio.CancelledError:
                stop.set()  # the thread can't be stopped from here: it stops itself at its next report of progress
                raise
            else:
                return page_of(result, project.place.forge).model_dump(mode="json", by_alias=True)
            finally:
                self._end(token, operation.progress)
        raise AssertionError("unreachable: the last folder answers or raises")

    async def _children(self, params: Any, folders: list[Folder]) -> Any:
        """The tree of several folders: each folder is a row, and ids below it begin with its URI.

        Of one file alone there is the row of its folder.
        """
        parent, file = (params.get("parent"), params.get("file")) if isinstance(params, dict) else (None, None)
        if not parent or "#" not in str(parent):
            from whence.values.protocol import Children, TreeNode

            rows = (
                TreeNode(
                    id=f"{folder.uri}#{parent or ''}",
                    label=folder.path.name,
                    icon="root-folder",
                    context_value="group",
                    expandable="expanded",
                )
                for folder in folders
                if not file or folder is self._folder_of(str(file))
            )
            return Children(nodes=tuple(rows)).model_dump(mode="json", by_alias=True)
        uri, mark, rest = str(parent).partition("#")
        if not mark or normal(uri) not in self.folders:
            raise JsonRpcInvalidParams("children: parent is not a row of the tree.")
        answer = await self._ask("children", {**params, "parent": rest}, [self.folders[normal(uri)]])
        for node in answer["nodes"]:
            node["id"] = f"{uri}#{node['id']}"
        return answer

    # ------------------------------------------------------------ progress

    def _reporter(self, token: str | int | None, title: str, stop: threading.Event) -> Callable[[str, float], None]:
        from whence.values.errors import Cancelled

        if token is not None:
            self.running[token] = stop
            self.work_done_progress.begin(token, lsp.WorkDoneProgressBegin(title=title, cancellable=True, percentage=0))

        def report(message: str, share: float) -> None:
            if stop.is_set():
                raise Cancelled("Stopped as you asked; what was finished is kept.")
            if token is not None:
                step = lsp.WorkDoneProgressReport(message=message, percentage=round(share * 100))
                self.from_thread(lambda: self.work_done_progress.report(token, step))

        return report

    def _end(self, token: str | int | None, progress: bool) -> None:
        if progress and token is not None and token in self.running:
            del self.running[token]
            self.work_done_progress.end(token, lsp.WorkDoneProgressEnd())


def _explain(error: BaseException) -> tuple[int, str]:
    """Code and sentence for an exception. Only our own classes speak for themselves."""
    from whence.values.errors import WhenceError

    if isinstance(error, WhenceError):
        return error.code, str(error)
    return _FAULT, FAILED


async def _close(project: "asyncio.Task[Project]") -> None:
    try:
        await asyncio.to_thread((await project).close)
    except Exception:
        # One folder that can't be closed must not keep the others open.
        log.exception("a folder was not closed cleanly")


def make_server(served: "Callable[[Project], Project]" = lambda project: project) -> Server:
    """The server with its handlers, not yet listening; `served` is given each project once it is open."""
    server = Server(served)

    def ask(name: str) -> Callable[[Any], Awaitable[Any]]:
        async def handle(params: Any) -> Any:
            return await server.answer(name, params)

        return handle

    for name, method in METHODS.items():
        server.feature(method)(ask(name))

    @server.feature(lsp.INITIALIZE)
    def initialize(params: lsp.InitializeParams) -> None:
        options = configuration.plain(params.initialization_options) or {}
        server.options = options
        server.can_be_asked = configuration.answers(params.capabilities)
        if isinstance(options, dict):
            server.trusted = options.get("trusted") is not False
            server.client_asks = options.get("asks") is True
            server.secrets = approval.secrets(options.get("secrets"))
        named = [folder.uri for folder in params.workspace_folders or []]
        server.first_folders = named or [uri for uri in [params.root_uri] if uri]
        server.loop = asyncio.get_running_loop()
        server.loop.set_default_executor(ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="whence-requests"))

    async def configure() -> None:
        # In a thread, and not before `initialize` is answered: it loads what settings are made of.
        told = await asyncio.to_thread(configuration.read, server.options)
        server.settings = told or {}
        if not server.settings and server.can_be_asked:
            server.settings = await configuration.asked(server) or {}

    @server.feature(lsp.INITIALIZED)
    def initialized(params: lsp.InitializedParams) -> None:
        server.configured = asyncio.ensure_future(configure())
        for uri in server.first_folders:
            server.open_folder(uri)

    @server.feature(lsp.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    async def folders_changed(params: lsp.DidChangeWorkspaceFoldersParams) -> None:
        for folder in params.event.removed:
            await server.close_folder(folder.uri)
        for folder in params.event.added:
            server.open_folder(folder.uri)

    @server.feature(lsp.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def configuration_changed(params: Any) -> None:
        sent = params.get("settings") if isinstance(params, dict) else None
        if server.configured is not None:
            await server.configured
        if not sent and server.can_be_asked:  # some only tell that there is something to ask for
            settings = await configuration.asked(server)
        else:
            settings = configuration.read(sent) if sent is not None else None
        if settings is None or settings == server.settings:
            return
        server.settings = settings
        server.reopen()

    @server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    async def saved(params: lsp.DidSaveTextDocumentParams) -> None:
        path = to_fs_path(params.text_document.uri)
        if path and (project := await server.project_of(params.text_document.uri)):
            project.saved(Path(path))
            await rules.check(server, server.marked, project, params.text_document.uri, Path(path))

    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    async def opened(params: lsp.DidOpenTextDocumentParams) -> None:
        path = to_fs_path(params.text_document.uri)
        if path and (project := await server.project_of(params.text_document.uri)):
            project.opened(Path(path), params.text_document.text)

    @server.feature(f"{PREFIX}secrets")
    async def secrets_changed(params: Any) -> None:
        if (secrets := approval.secrets(params)) != server.secrets:
            server.secrets = secrets
            server.reopen()

    @server.feature(lsp.WINDOW_WORK_DONE_PROGRESS_CANCEL)
    def cancel(params: lsp.WorkDoneProgressCancelParams) -> None:
        if stop := server.running.get(params.token):
            stop.set()

    @server.feature(lsp.SHUTDOWN)
    async def shutdown(params: Any) -> None:
        await asyncio.gather(*(server.close_folder(folder.uri) for folder in list(server.folders.values())))

    return server


def _close_all(server: Server) -> None:
    """Store what was noticed, also when the editor went away without saying so."""
    for folder in list(server.folders.values()):
        if folder.project.done() and not folder.project.cancelled() and folder.project.exception() is None:
            folder.project.result().close()


def main(served: "Callable[[Project], Project]" = lambda project: project) -> None:
    """Serve the editor at the other end of stdin and stdout until it leaves; `served` is given what is open."""
    # pygls logs the messages themselves, and with them whatever a user types into a search.
    logging.getLogger("pygls").setLevel(logging.CRITICAL)
    bound()
    server = make_server(served)
    told = outlet(lambda: _close_all(server))
    log = EditorLog(lambda message: server.from_thread(lambda: server.window_log_message(message)))
    logging.basicConfig(level=logging.WARNING, handlers=[log])
    logging.getLogger("whence").setLevel(logging.INFO)
    end_with_parent(lambda: _close_all(server))
    try:
        server.start_io(sys.stdin.buffer, told)
    finally:
        _close_all(server)


if __name__ == "__main__":
    main()
