import pytest

from whence.values.errors import InvalidSettings
from whence.values.settings import Settings, parse

pytestmark = pytest.mark.quick


def test_defaults_stand_without_a_word() -> None:
    assert parse({}) == Settings()


def test_keys_are_read_as_the_editor_writes_them() -> None:
    settings = parse({"capture": {"burstMinutes": 3, "exclude": ["*.log"]}, "embedding": {"model": "none"}})
    assert settings.capture.burst_minutes == 3
    assert settings.capture.exclude == ("*.log",)
    assert settings.embedding.model == "none"


@pytest.mark.parametrize(
    ("values", "option"),
    [
        ({"capture": {"burstMinutes": -1}}, "capture.burstMinutes"),
        ({"capture": {"unheardOf": 1}}, "capture.unheardOf"),
        ({"nowhere": {}}, "nowhere"),
        ({"search": {"limit": "many"}}, "search.limit"),
    ],
)
def test_a_wrong_option_is_named(values: dict[str, object], option: str) -> None:
    with pytest.raises(InvalidSettings, match=option):
        parse(values)
