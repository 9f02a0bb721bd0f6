"""Sekha's tools over REST: what its clients call at `/mcp/tools` where they speak no MCP."""

from collections import Counter
from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from whence import engine
from whence.engine import Project
from whence.faces.dialects.sekha import requests, responses
from whence.faces.dialects.sekha.routes import attached, changed, chosen, facts, kept
from whence.faces.dialects.sekha.search import found
from whence.faces.dialects.sekha.upkeep import prunable
from whence.faces.http.actions import Action, Call, Run, decorator

ACTIONS: list[Action] = []
"""The routes, in the order in which they are tried."""

on = decorator(ACTIONS, base="")
_PREFIX = "/mcp/tools/"


def _answer(data: dict[str, Any]) -> responses.ToolAnswer:
    """The data under `data`, as the controller has it, and at the top, where some of its clients look."""
    beside = {name: each for name, each in data.items() if name not in responses.ToolAnswer.model_fields}
    return responses.ToolAnswer.model_validate({"success": True, "data": data, "error": None, **beside})


def _tool(name: str, body: type[BaseModel], **more: Any) -> Callable[[Run], Run]:
    return on("POST", f"{_PREFIX}{name}", body=body, result=responses.ToolAnswer, tag="tools", **more)


class ToolTarget(requests.ConversationChange):
    """A conversation, and what is to be another of it."""

    conversation_id: str = Field(max_length=500)


class ToolExportIn(requests.ConversationId):
    """A conversation to export, and how."""

    format: Literal["json", "markdown"] = "json"
    include_metadata: bool = True


class ToolPruneIn(requests.PruneIn):
    """How long a conversation must not have been used, in days, and how little it may matter."""

    threshold_days: Annotated[int, Field(ge=0, le=36_500)] = 30
    importance_threshold: Annotated[float, Field(ge=0, le=10, allow_inf_nan=False)] = 5


class ToolStatsIn(requests.Narrowed):
    """Of which conversations to tell figures."""


@_tool("memory_store", requests.ConversationIn)
def _store(project: Project, call: Call) -> responses.ToolAnswer:
    """Keep a conversation."""
    talk = kept(project, call.body)
    told = responses.Talk(**facts(talk)).model_dump(mode="json")
    return _answer({name: told[name] for name in ("conversation_id", "id", "label", "folder")})


@on("POST", "/mcp/memory/search", body=requests.QueryIn, result=responses.ToolAnswer, tag="tools")
@_tool("memory_query", requests.QueryIn)
@_tool("memory_search", requests.QueryIn)
def _search(project: Project, call: Call) -> responses.ToolAnswer:
    """Find conversations by words and by meaning."""
    asked: requests.QueryIn = call.body
    page = found(project, asked)
    results = [each.model_dump(mode="json") for each in page.results]
    figures = {"total_results": len(results), "total": page.total, "limit": asked.limit}
    return _answer({"query": asked.query, **figures, "results": results})


@_tool("memory_get_context", requests.ConversationId)
def _get_context(project: Project, call: Call) -> responses.ToolAnswer:
    """Tell what is known of a conversation, without what was said."""
    talk = engine.turns.conversation(project, call.body.conversation_id)
    told = responses.Talk(**facts(talk)).model_dump(mode="json")
    words = sum(len(each.content.split()) for each in talk.messages)
    return _answer({**told, "word_count": words, "session_count": 1})


@_tool("memory_update", ToolTarget)
def _update(project: Project, call: Call) -> responses.ToolAnswer:
    """Change label, folder, importance or state of a conversation."""
    asked: ToolTarget = call.body
    names = changed(project, asked.conversation_id, asked)
    fields = ["importance_score" if name == "importance" else name for name in names]
    note = f"Changed {', '.join(fields)}." if fields else "Nothing was said that could be changed."
    return _answer({"conversation_id": asked.conversation_id, "updated_fields": fields, "message": note})


@_tool("memory_prune", ToolPruneIn, empty_body=True)
def _prune(project: Project, call: Call) -> responses.ToolAnswer:
    """Tell which conversations may be archived, and why; nothing happens to them."""
    asked: ToolPruneIn = call.body
    suggestions = [each.model_dump(mode="json") for each in prunable(project, asked)]
    return _answer(
        {
            "threshold_days": asked.threshold_days,
            "importance_threshold": asked.importance_threshold,
            "total_suggestions": len(suggestions),
            "estimated_token_savings": sum(each["token_estimate"] for each in suggestions),
            "suggestions": suggestions,
        }
    )


@_tool("memory_export", ToolExportIn)
def _export(project: Project, call: Call) -> responses.ToolAnswer:
    """Export a conversation with all that was said."""
    asked: ToolExportIn = call.body
    talk = engine.turns.conversation(project, asked.conversation_id)
    told = responses.Talk(**facts(talk)).model_dump(mode="json")
    messages = [{"role": each.role, "content": each.content} for each in talk.messages]
    how = {"format": asked.format, "include_metadata": asked.include_metadata}
    held = {**told, "metadata": attached(talk) if asked.include_metadata else {}}
    text = {"content": talk.markdown()} if asked.format == "markdown" else {}
    return _answer({"conversation": held, "messages": messages, **how, **text})


@on("POST", "/mcp/memory/stats", body=ToolStatsIn, result=responses.ToolAnswer, tag="tools", empty_body=True)
@_tool("memory_stats", ToolStatsIn, empty_body=True)
def _stats(project: Project, call: Call) -> responses.ToolAnswer:
    """Tell how many conversations there are, how much they matter, and where they are filed."""
    asked: ToolStatsIn = call.body
    labels, folders, importance, messages = Counter[str](), set[str](), 0, 0
    total = 0
    for talk in engine.turns.each_conversation(project, chosen(project, asked.narrowed())):
        total, messages = total + 1, messages + len(talk.messages)
        importance += talk.importance
        labels.update(talk.labels)
        folders |= {talk.folder} - {""}
    return _answer(
        {
            "total_conversations": total,
            "total_messages": messages,
            "average_importance": round(importance / total, 2) if total else 0.0,
            "folders": sorted(folders),
            "labels": sorted(labels),
            "label_distribution": dict(labels.most_common()),
        }
    )


def _listed(project: Project, call: Call) -> responses.Tools:
    """List the tools that may be called."""
    return responses.Tools(
        tuple(
            responses.Tool(
                name=each.path.removeprefix(_PREFIX),
                description=each.summary,
                endpoint=each.path,
                inputSchema=each.body.model_json_schema(),
            )
            for each in ACTIONS
            if each.path.startswith(_PREFIX) and each.body is not None
        )
    )


on("GET", "/mcp/tools", result=responses.Tools, tag="tools")(_listed)
on("GET", "/api/v1/mcp/tools", result=responses.Tools, tag="tools")(_listed)
