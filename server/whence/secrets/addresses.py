"""Addresses that are secrets: whoever knows them may post, deploy, or read what was signed for somebody.

Of each the part goes that nobody can guess; the host and the path up to it stay, so that one sees what it was.
"""

from whence.secrets.randomness import is_mixed, is_scrambled, is_uuid, is_wordlike, oddness
from whence.secrets.surroundings import Context, is_given, is_made_up, row
from whence.secrets.told import is_made_or_thought_up

_UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"


def _is_drawn(value: str) -> bool:
    """Where a word may stand as well."""
    return is_scrambled(value) or (is_mixed(value) and (oddness(value) > 1 or len(set(value)) > 9))


def _is_drawn_or_uuid(value: str) -> bool:
    """Where a path may go on with a word or a number."""
    return is_uuid(value) or (_is_drawn(value) and not is_wordlike(value))


# Hosts of which the next name in the path is the key to what is behind.
_KEYED = (
    r"webhook\.site|api\.day\.app|sctapi\.ftqq\.com|sc\.ftqq\.com|qmsg\.zendee\.cn|api\.simplepush\.io|nosnch\.in|cronitor\.link"
    r"|smee\.io|connect\.pabbly\.com|trigger\.macrodroid\.com|web\.squadcast\.com|webhooks\.fivetran\.com|hooks\.bitrise\.io"
    r"|media\.guilded\.gg|cloud\.activepieces\.com|notify\.run|requestbin\.net|typedwebhook\.tools|push\.statuscake\.com"
    r"|integrations\.spike\.sh|api\.squadcast\.com|hooks\.stackhawk\.com|inputs\.alertmanager\.com|api\.hookdeck\.com|hkdk\.events"
    # nodes of chains
    r"|infura\.io|g\.alchemy\.com|quiknode\.pro|rpc\.ankr\.com|go\.getblock\.io|p2pify\.com|nodereal\.io|blastapi\.io"
    r"|gateway\.tenderly\.co|rpc\.shyft\.to"
)


def _webhook(service: str, host: str, path: str) -> Context:
    """The row of a service whose host and path leave no doubt; the path is a pattern."""
    return row(f"{service}-webhook", (host,), is_given, path)


ROWS = (
    _webhook(
        "slack", "slack://", r"slack://(?:[\w.-]{1,40}@)?(?P<secret>T[A-Z0-9]{6,12}/[A-Z0-9]{6,14}/[A-Za-z0-9]{20,30})"
    ),
    # What a mail brings to somebody who has lost a password, was invited, or logs in without one.
    row(
        "url-token",
        ("reset", "confirm", "verif", "activat", "invit", "magic", "unlock", "sign-in", "signin", "login", "one-time"),
        _is_drawn,
        r"https?://\S{1,200}?/[a-z_-]{0,24}(?:reset|confirm|verif|activat|invit|magic|unlock|sign-?in|login|one-time)[a-z_-]{0,16}/",
        r"(?P<secret>[\w-]{20,200})(?![\w.-])",
    ),
    _webhook("make", ".make.com/", r"\bhook\.[a-z]{2}\d\.make\.com/(?P<secret>[a-z0-9]{20,64})"),
    _webhook("make", "hook.integromat.com/", r"hook\.integromat\.com/(?P<secret>[a-z0-9]{20,64})"),
    _webhook(
        "ifttt", "maker.ifttt.com/", r"maker\.ifttt\.com/(?:[\w./{}-]{0,120}?/with/key|use)/(?P<secret>[\w-]{10,64})"
    ),
    _webhook(
        "google-chat",
        "chat.googleapis.com/",
        r"chat\.googleapis\.com/[^\s\"'<>]{0,300}?[?&]token=(?P<secret>[\w%=-]{20,120})",
    ),
    _webhook(
        "pagerduty",
        "events.pagerduty.com/",
        r"events\.(?:eu\.)?pagerduty\.com/(?:integration|x-ere)/(?P<secret>\w{20,40})",
    ),
    _webhook(
        "pagerduty",
        "events.eu.pagerduty.com/",
        r"events\.eu\.pagerduty\.com/(?:integration|x-ere)/(?P<secret>\w{20,40})",
    ),
    row(
        "pagerduty-webhook",
        ("/integration/",),
        _is_drawn_or_uuid,
        r"/integration/(?P<secret>[a-f0-9]{32}|R0[A-Z0-9]{30})(?=/enqueue)",
    ),
    row("opsgenie-key", ("GenieKey ", "geniekey "), is_given, rf"(?i)GenieKey[ \t]+(?P<secret>{_UUID})"),
    _webhook("opsgenie", "opsgenie.com/", rf"opsgenie\.com/[^\s\"'<>]{{0,200}}?apiKey=(?P<secret>{_UUID})"),
    _webhook("datadog", "logs.datadoghq.", r"logs\.datadoghq\.[a-z]{2,3}/v1/input/(?P<secret>[a-f0-9]{32})"),
    _webhook(
        "datadog",
        "webhook-intake.datadoghq.",
        r"webhook-intake\.datadoghq\.[a-z]{2,3}/[^\s\"'<>]{0,200}?dd-api-key=(?P<secret>\w{32})",
    ),
    _webhook("webex", "webhooks/incoming/", r"webexapis\.com/v1/webhooks/incoming/(?P<secret>\w{40,120})"),
    _webhook("webex", "webhooks/incoming/", r"api\.ciscospark\.com/v1/webhooks/incoming/(?P<secret>\w{40,120})"),
    _webhook("lark", "/open-apis/bot/", r"/open-apis/bot/(?:v2/)?hook/(?P<secret>[\w-]{20,64})"),
    _webhook("dingtalk", "oapi.dingtalk.com/", r"oapi\.dingtalk\.com/robot/send\?access_token=(?P<secret>\w{40,80})"),
    _webhook("wecom", "qyapi.weixin.qq.com/", rf"qyapi\.weixin\.qq\.com/cgi-bin/webhook/\w+\?key=(?P<secret>{_UUID})"),
    _webhook("pipedream", ".m.pipedream.net", r"(?P<secret>[a-z0-9]{10,32})\.m\.pipedream\.net"),
    _webhook("pipedream", ".m.pipedream.net/", r"\.m\.pipedream\.net/(?P<secret>[\w-]{12,64})"),
    _webhook("healthchecks", "hc-ping.com/", rf"hc-ping\.com/(?P<secret>{_UUID}|[\w-]{{22}}(?=/))"),
    _webhook("better-stack", "/api/v1/heartbeat/", r"/api/v1/heartbeat/(?P<secret>\w{16,64})"),
    _webhook(
        "chime",
        "hooks.chime.aws/",
        r"hooks\.chime\.aws/incomingwebhooks/[\w-]{20,64}\?token=(?P<secret>[\w|%=-]{20,200})",
    ),
    _webhook("deploy", "/v1/integrations/deploy/", r"/v1/integrations/deploy/prj_\w{10,40}/(?P<secret>\w{8,40})"),
    _webhook("deploy", "/build_hooks/", r"netlify\.com/build_hooks/(?P<secret>[a-f0-9]{20,40})"),
    _webhook("deploy", "api.render.com/deploy/", r"api\.render\.com/deploy/srv-\w{10,40}\?key=(?P<secret>[\w-]{8,40})"),
    _webhook("deploy", "/build/deployhooks", r"/build/deployhooks?/(?P<secret>[\w/-]{16,100})"),
    _webhook("victorops", "victorops.com/", rf"victorops\.com/integrations/\w+/\d+/alert/(?P<secret>{_UUID})"),
    _webhook("workato", "/webhooks/rest/", rf"workato\.com/webhooks/rest/(?P<secret>{_UUID})"),
    _webhook(
        "airtable", "hooks.airtable.com/", r"hooks\.airtable\.com/workflows/v1/genericWebhook/(?P<secret>[\w/]{30,100})"
    ),
    _webhook("gitter", "webhooks.gitter.im/", r"webhooks\.gitter\.im/e/(?P<secret>[a-f0-9]{16,40})"),
    _webhook("flock", "/hooks/sendMessage/", r"flock\.(?:com|co)/hooks/sendMessage/(?P<secret>[\w-]{20,64})"),
    _webhook("ryver", "/application/webhook/", r"ryver\.com/application/webhook/(?P<secret>[\w-]{16,64})"),
    _webhook("pumble", "/incomingPostMessages/", r"/incomingPostMessages/(?P<secret>[\w/-]{16,120})"),
    _webhook("zoho", "cliq.zoho.", r"cliq\.zoho\.[a-z.]{2,6}/[^\s\"'<>]{0,200}?zapikey=(?P<secret>[\w.]{20,120})"),
    row(
        "teams-webhook",
        ("/workflows/",),
        is_given,
        r"/workflows/[a-f0-9]{32}/triggers/[^\s\"'<>]{0,400}?sig=(?P<secret>[\w%-]{20,100})",
    ),
    row(
        "teams-webhook",
        ("/IncomingWebhook/",),
        is_given,
        rf"/IncomingWebhook/(?P<secret>[a-f0-9]{{32}}(?:/{_UUID})?(?:/V2[\w-]{{20,80}})?)",
    ),
    row(
        "function-key",
        ("azurewebsites.net/",),
        is_given,
        r"azurewebsites\.net/[^\s\"'<>]{0,200}?[?&]code=(?P<secret>[\w%=-]{20,120})",
    ),
    row(
        "authorization-code",
        ("code=",),
        _is_drawn,
        r"[?&]code=(?P<secret>[\w%/.-]{20,400})(?=[&\s\"'<>\\]|$)",
    ),
    _webhook("tines", ".tines.com/", r"\.tines\.(?:com|io)/webhook/[a-z0-9]{16,64}/(?P<secret>[a-z0-9]{16,64})"),
    row("url-password", ("sip:", "sips:"), is_given, r"\bsips?:[\w.+-]{1,64}:(?P<secret>[^\s@\"'<>]{4,64})@"),
    row(
        "url-password",
        ("ss://", "ssr://", "vmess://", "trojan://"),
        is_given,
        r"\b(?:ssr?|vmess|trojan)://(?P<secret>[\w+/=-]{16,1000})",
    ),
    # A login before a host with its port, without the name of a protocol.
    row(
        "password",
        ("@",),
        is_made_up,
        r"(?<![\w/:@.%])[a-z][\w-]{1,32}:(?P<secret>[^\s:@/\"'`<>]{8,128})@(?:[\w-]+\.)+[\w-]+:\d{2,5}\b",
    ),
    row(
        "instrumentation-key",
        ("nstrumentationKey", "NSTRUMENTATIONKEY", "nstrumentation_key", "NSTRUMENTATION_KEY"),
        is_given,
        rf"(?i)instrumentation_?key\\*[\"']?[ \t]*[:=][ \t]*\\*[\"']?(?P<secret>{_UUID})",
    ),
    row(
        "pagerduty-key",
        ("routing_key", "routingKey", "ROUTING_KEY", "service_key"),
        is_given,
        r"(?i)(?:routing|service)_?key\\*[\"']?[ \t]*[:=][ \t]*\\*[\"']?(?P<secret>[a-f0-9]{32}|R0[A-Z0-9]{30})\b",
    ),
    row(
        "bundler-login",
        ("BUNDLE_",),
        _is_drawn,
        r"BUNDLE_[A-Z0-9_]{1,80}+(?<=[A-Z0-9])\\*[\"']?[ \t]*[:=][ \t]*\\*[\"']?(?:[\w.@-]{1,64}:)?",
        r"(?P<secret>[\w:.%-]{8,200})",
    ),
    row(
        "github-token",
        ('oauth"',),
        is_given,
        r"-oauth\"[ \t]*:[ \t]*\{[ \t]*\"[\w.-]+\"[ \t]*:[ \t]*\"(?P<secret>[\w-]{20,255})\"",
    ),
    row(
        "teams-webhook",
        ("/webhook/", "/webhookb2/"),
        is_given,
        rf"/webhook(?:b2)?/{_UUID}@{_UUID}/\w{{1,40}}/(?P<secret>[a-f0-9]{{32}}(?:/{_UUID})?(?:/V2[\w-]{{20,80}})?)",
    ),
    # Services that ring telephones, keep what was sent, or start something: the path is the key.
    row("url-token", ("ushover",), is_given, r"ushover[^\n]{0,300}?\buser\W{1,6}(?P<secret>u\w{29})\b"),
    row(
        "webhook",
        tuple(host.replace("\\", "") for host in _KEYED.split("|")),
        _is_drawn_or_uuid,
        rf"(?:{_KEYED})/(?:[a-z]\w{{0,20}}/){{0,3}}(?P<secret>{_UUID}|[\w-]{{12,100}})(?![\w-])",
    ),
    row(
        "webhook",
        ("ebhooks/", "ebhook/", "/deploy_hooks/", "/hooks/", "/api/push/"),
        _is_drawn_or_uuid,
        r"\w/(?:\w{0,16}[wW]ebhooks?(?:/(?:incoming|in|custom|deploy_hooks|v\d))?|hooks|api/push)/",
        r"(?:(?:[a-z][a-zA-Z_-]{1,20}|\d{1,12})/){0,4}",
        rf"(?:{_UUID}/)?(?P<secret>{_UUID}|[\w-]{{24,100}}|(?<=api/push/)\w{{10,23}})(?![\w@-])",
    ),
    row(
        "high-entropy-secret",
        ("token=", "key=", "Token=", "Key=", "auth=", "secret=", "sid=", "pass="),
        _is_drawn,
        r"[?&;](?:[a-zA-Z]{0,16}[_-]?)(?:[tT]oken|[kK]ey|auth|[sS]ecret|sid|pass)=(?P<secret>[\w.~-]{10,200})(?![\w.~%-])",
    ),
    # A file that is called by the password which it holds.
    row(
        "password",
        ("assword-", "assword_", "pw-", "pass-", "pwd-", "passwd-"),
        is_made_or_thought_up,
        r"(?<=[/\\])(?i:password|passwd|pwd|pass|pw)[-_](?P<secret>[^\s/\\\"'.]{9,64})(?=\.[a-z0-9]{1,5}\b|[/\\]|$)",
    ),
    # What is sent to a host for hooks: the part of its path that nobody can guess.
    row(
        "webhook",
        ("//hook", "//webhook"),
        _is_drawn_or_uuid,
        r"//(?:web)?hooks?\.[\w.-]{3,80}/(?:[\w.-]{1,24}/){0,5}(?P<secret>[\w-]{24,100})(?![\w.-])",
    ),
    # Chats and flows that people run themselves, on any host.
    row("chat-webhook", ("/hooks/",), _is_drawn, r"\w/hooks/(?P<secret>[a-z0-9]{26}|\w{17,24}/\w{30,64})(?![\w/-])"),
    row(
        "flow-webhook",
        ("/webhook/", "/webhook-test/"),
        _is_drawn,
        rf"\w/(?:api/)?webhook(?:-test)?/(?P<secret>{_UUID}|[\w-]{{20,64}})(?![\w-])",
    ),
    row(
        "url-signature",
        ("Signature=",),
        _is_drawn,
        r"[?&]Signature=(?P<secret>[\w~%+/=-]{60,1200})",
    ),
    row(
        "storage-key",
        (
            "account.key.",
            "zure",
            "torage",
            "windows.net",
            "ccount key",
            "ccount-key",
            "ccountkey",
            "ccountKey",
            "torage key",
        ),
        is_given,
        r"(?P<secret>(?<![\w+/])(?<!sha512-)[A-Za-z0-9+/]{86}==)",
    ),
)
