"""What the SDK's methods give: JSON objects whose fields are attributes too, as its pages show both."""

from typing import Any


class Answer(dict[str, Any]):
    """An object of an answer: `answer["id"]` and `answer.id`."""

    def __getattr__(self, name: str) -> Any:
        if name in self:
            return self[name]
        raise AttributeError(f"the answer has no field {name!r}", name=name, obj=self)


def answer(told: Any) -> Any:
    """JSON with its objects as answers."""
    if isinstance(told, dict):
        return Answer({name: answer(each) for name, each in told.items()})
    return [answer(each) for each in told] if isinstance(told, list) else told
