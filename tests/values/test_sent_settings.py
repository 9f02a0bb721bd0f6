"""Settings as Neovim, Helix, Zed and others send them."""

import pytest

from whence.values.errors import InvalidSettings
from whence.values.sent_settings import understood
from whence.values.settings import parse

OFF = {"capture": {"enabled": False}}


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(OFF, id="bare"),
        pytest.param({"settings": OFF, "trusted": True, "asks": True}, id="under settings, beside what is no setting"),
        pytest.param({"whence": OFF}, id="under the server's name"),
        pytest.param({"settings": {"whence": OFF}}, id="under both"),
        pytest.param({"whence": {"settings": OFF}}, id="under both, the other way round"),
        pytest.param({"whence.capture.enabled": False}, id="a dotted key"),
        pytest.param({"capture.enabled": False}, id="a dotted key without the name"),
        pytest.param({"whence": {"capture.enabled": False}}, id="a dotted key under the name"),
        pytest.param({"whence.capture": {"enabled": False}}, id="half of it dotted"),
        pytest.param({"pylsp": {"plugins": {}}, "whence": OFF}, id="among those of other servers"),
        pytest.param([{"capture": {"enabled": False}}], id="the answer for one section"),
        pytest.param({"capture": {"enabled": False}, "search": []}, id="an empty table of Lua"),
        pytest.param({"capture": {"enabled": False, "exclude": None}}, id="null for what is not set"),
        pytest.param({"Whence": OFF}, id="the name in another case"),
        pytest.param({"whence-lsp": OFF}, id="the name of a server"),
        pytest.param({"lsp": {"whence": {"initialization_options": OFF}}}, id="copied with all that is around it"),
        pytest.param({"whence": {"config": OFF}, "settings": {"zls": {}}}, id="beside settings of another server"),
        pytest.param([None, {"whence": OFF}], id="answers of which one says nothing"),
        pytest.param([[OFF]], id="an answer in a list"),
        pytest.param('{"whence": {"capture": {"enabled": false}}}', id="JSON as text"),
        pytest.param({"whence": {"capture": [{"enabled": ":json-false"}]}}, id="as Emacs writes it when quoted"),
        pytest.param({" whence/capture/enabled": False}, id="a key with slashes"),
        pytest.param({"whence": {"Capture": {"Enabled": False}}}, id="keys with capitals"),
        pytest.param({":whence": {":capture": {":enabled": ":json-false"}}}, id="a list of properties of Emacs"),
        pytest.param({"LSP-whence": OFF}, id="the name of a package"),
        pytest.param({"command": ["whence", "lsp"], "env": {}, "settings": OFF}, id="the whole of a package"),
        pytest.param(
            {
                "clients": {
                    "gopls": {"settings": {}},
                    "whence": {"enabled": True, "settings": {"whence.capture.enabled": False}},
                }
            },
            id="the whole file of Sublime",
        ),
        pytest.param(
            {"folders": [{"path": "."}], "settings": {"LSP": {"whence": {"enabled": True, "settings": OFF}}}},
            id="a whole project of Sublime",
        ),
        pytest.param(
            {
                "languageserver": {"whence": {"command": "whence", "args": ["lsp"], "settings": {"whence": OFF}}},
                "coc.x": 1,
            },
            id="the whole file of CoC",
        ),
        pytest.param({"lapce-whence": OFF, "core": {"modal": True}, "editor": {}}, id="the whole file of Lapce"),
        pytest.param(
            {"language-server": {"whence": {"command": "whence", "config": OFF}}, "language": [{"name": "python"}]},
            id="the whole file of Helix",
        ),
        pytest.param(
            {"servers": {"python": {"command": ["/usr/bin/whence", "lsp"], "settings": {"whence": OFF}}}},
            id="the whole file of Kate, by its command",
        ),
        pytest.param({"whence": {"cmd": ["whence"], "workspace_config": {"whence": OFF}}}, id="an entry of Vim"),
        pytest.param(
            {"language_server": {"whence": {"args": ["lsp"], "settings_section": "whence", "settings": OFF}}},
            id="beside the name of its section",
        ),
        pytest.param({"whence": {**OFF, "trace": {"server": "verbose"}}}, id="the client's own setting of the trace"),
    ],
)
def test_every_known_shape_says_the_same(sent: object) -> None:
    assert parse(understood(sent)) == parse(OFF)


@pytest.mark.parametrize("sent", [None, {}, [], [None], {"settings": None}, {"whence": {}}, {"trusted": False}])
def test_nothing_is_no_setting(sent: object) -> None:
    assert understood(sent) == {}


def test_keys_of_several_shapes_add_up_and_may_have_dashes() -> None:
    sent = {"whence": {"search": {"recency-weight": 0.5}}, "whence.search.limit": 7, "whence.model": "editor"}
    settings = parse(understood(sent))
    assert (settings.search.recency_weight, settings.search.limit, settings.model) == (0.5, 7, "editor")


@pytest.mark.parametrize("sent", ["capture", 5, [1, 2], {"gopls": {"gofumpt": True}}, {"whence": "off"}])
def test_an_unknown_shape_is_refused_with_the_right_one(sent: object) -> None:
    with pytest.raises(InvalidSettings, match=r'"whence": ."capture": ."enabled": false'):
        understood(sent)


def test_a_misspelt_group_is_left_for_the_check_that_names_the_closest() -> None:
    with pytest.raises(InvalidSettings, match="capture"):
        parse(understood({"captre": {"enabled": False}}))
