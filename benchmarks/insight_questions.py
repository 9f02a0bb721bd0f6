"""The questions of `insight.py`: what histories answer, with words of the answer's sources, what they don't, and what
never was.

The words are regular expressions, all of which have to be found in the answer or its sources' titles.
"""

ANSWERED: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "httpx": (
        ("Why was the rfc3986 dependency dropped?", ("rfc3986",)),
        ("Why do we not follow redirects by default?", ("follow.redirects",)),
        ("Is the Authorization header kept on a redirect to https?", ("Authorization header",)),
        ("Does NO_PROXY work with IPv6 addresses?", ("IPv6",)),
        ("Why did we stop using nox?", ("nox in favor",)),
        ("Why was the cgi module dropped from the tests?", ("cgi",)),
        ("What happened to curio?", ("curio",)),
        ("How is the charset of a response detected?", ("charset",)),
        ("When was support for Python 3.7 dropped?", ("3\\.7",)),
        ("Why is chardet not used any more?", ("Drop chardet|simpler charset",)),
    ),
    "click": (
        ("Why was colorama removed?", ("colorama",)),
        ("What was the memory leak on Windows about?", ("memory leak",)),
        ("Why was get_terminal_size deprecated?", ("get_terminal_size",)),
        ("Can arguments have a help text?", ("help parameter to arguments",)),
        ("Which build backend do we use?", ("flit",)),
        ("Is there shell completion for PowerShell?", ("PowerShell",)),
        ("Why does a confirm prompt vanish when readline is imported?", ("readline",)),
        ("How is the pager command resolved?", ("pager",)),
        ("Does show_default respect default_map?", ("default_map",)),
        ("Why is the original file descriptor exposed in CliRunner?", ("CliRunner",)),
    ),
    "zod": (
        ("How is the length of a string measured?", ("code points",)),
        ("Why does base64 validation reject whitespace?", ("atob",)),
        ("Why did recursive tuples overflow?", ("recursive tuple",)),
        ("What does the discriminated union say of an invalid discriminator?", ("discriminator",)),
        ("Which tool builds the package now, zshy?", ("zshy",)),
        ("Are array defaults cloned?", ("array defaults",)),
        ("How are IPv6 addresses validated?", ("ipv6|address",)),
        ("Is there a Danish locale?", ("Danish",)),
        ("Why are infinite loops avoided in defineLazy?", ("defineLazy",)),
        ("Does treeifyError cope with inherited names in a path?", ("treeifyError",)),
    ),
}
"""Questions with words of their answers."""

UNANSWERED: dict[str, tuple[str, ...]] = {
    "httpx": (
        "How do we deploy to kubernetes?",
        "Which database do we use?",
        "Where do we store user passwords?",
        "What is our policy on vacation?",
        "How was the payment gateway integrated?",
    ),
    "click": (
        "How do we deploy to kubernetes?",
        "Why did we choose PostgreSQL over MySQL?",
        "How are GraphQL resolvers cached?",
        "Who approves invoices of customers?",
        "Why was the login page redesigned?",
    ),
    "zod": (
        "How do we deploy to kubernetes?",
        "Which message queue do the workers read from?",
        "How do we rotate the signing keys of sessions?",
        "Why was the mobile app rewritten in Kotlin?",
        "How long are customer records retained?",
    ),
}
"""Questions to which the histories hold no answer."""

PRESUMED: dict[str, tuple[str, ...]] = {
    "httpx": (
        "Why was HTTP/2 support removed?",
        "Why was httpcore dropped?",
        "Since when does httpx support HTTP/3?",
        "Why did we stop using anyio?",
        "Why did we replace pytest with unittest?",
    ),
    "click": (
        "Why was CliRunner removed?",
        "Why did we drop Python 3.12?",
        "Why was the echo function renamed?",
        "When was the prompt function dropped?",
        "Why did we stop using flit?",
    ),
    "zod": (
        "Why was discriminatedUnion removed?",
        "Why did we drop zshy?",
        "When was safeParse renamed?",
        "Why was IPv6 support dropped?",
        "Why did we replace TypeScript with Flow?",
    ),
}
"""Questions that take for granted what was never done to things that the histories do tell of."""
