"""Whether words are those of code and of labels, or such as people make passwords of.

`userTokenValue` after a password is a variable, `plaintext` and `Required` are labels; `blueHorseRuns` is nothing but a
password, though it has neither a digit nor a sign.
"""

import re

from whence.secrets.vocabulary import word_set

# The thousand commonest words in the names of the standard library and of the modules of Node, by the number of files
# in which each stands.
_CODE = word_set(
    "abort abs absolute abstract access account acquire action active actual add added additional address after "
    "agent algorithm alias aliases align all allclose allow allowed almost already always and angle animation "
    "annotation any api app append application apply area arg args argument arguments arn arr array arrays arrow "
    "ascii assert assertion assign assignment ast async attr attribute attributes attrs auth authentication "
    "authority authorization auto available aws axis back backend backends background bad bar base bases basic "
    "batch before begin big binary binding block body bool boolean border bound boundary bounding bounds box break "
    "broadcast broker browser buffer build builder built builtin byte bytes cache cached calculate call callable "
    "callback called can cancel capabilities card case cast catch category cell certificate cfn chain challenge "
    "change changed channel char character chars check child children claims class classes clean cleanup clear cli "
    "client clone close closed closing cloud cls cluster cmd code codec codes col collect collection color column "
    "command comment comments common compare compat compile compiler complete completed complex component "
    "components composite compute condition conditional config configuration connect connected connection constant "
    "constants constraint construct constructor container contains content context continuation continue control "
    "controller convert coord coordinate copy core correlation count counter create created creation credential "
    "credentials cross crypto current cursor custom cycle data date debug declaration decode decoder decorator deep "
    "def default defaults define defined definition degree del delay delete delta dense deprecated deprecation "
    "depth desc describe description descriptor details device dict dictionary diff dim dimension dir directed "
    "directory disable discovery dispatch dispatchable display dist distribution division doc docs document dom "
    "domain done dot double down draw dtype dummy duration dynamic each edge edges effect element elements email "
    "emit emitter empty enable enabled encode encoder encoding encryption end endpoint ends ensure enter entity "
    "entries entry enum env environment equal equals err error errors escape eval event events exact example exc "
    "exception exceptions exclude exec execute execution exist existing exists exit exp expand expect expected "
    "expires explicit export exports expr expression ext extend extended extends extension extensions external "
    "extra extract factor factory fail failed failure fake false fast feature fetch field fields file filename "
    "files fill filter filters final find finite first fix fixed flag flags flat flatten float flow for force form "
    "format formation formats formatter found fragment frame free from full func function functions future gamma "
    "gen generate generator generic get getattr getitem global globals grant graph greater group groups guide "
    "handle handler handlers has hash head header headers height help helper helpers hex hint history home hook "
    "host html http identifier identity ids idx ignore image impl implemented import include incremental indent "
    "index indices infinity info init initial initialize inline inner input insensitive insert install instance int "
    "integer interaction interactive interface internal interrupt intersection interval invalid inverse invoke "
    "issue item items iter iterable iteration iterator java join json keep key keys keyword keywords kind known "
    "kwargs label lambda language large last layout lazy leading left legacy len length less level lexer lib "
    "library like limit line linear lines link lint list listener literal load loader local locale location lock "
    "log logger logging logical login long lookup loop lower machine main make managed manager map mapping mark "
    "mask mat match matches matching math matrix max maximum maybe member memory merge message meta metadata method "
    "methods middleware min minimum missing mixin mock mod mode model models modified module modules more move msg "
    "mul multi multiple name named names namespace nan native need needs neg negative nested network new next node "
    "nodes non none normal normalize normalized not notification null num number numeric numpy obj object objects "
    "offset old one only open operation operator ops opt option optional options opts order ordered orig origin "
    "original other out outer output overflow override own package pair pairs parallel param parameter parameters "
    "params parent parse parsed parser part partial partition parts pass password patch path paths pattern payload "
    "pending per performance permission pipe pipeline plain platform plugin point pointer points policy poly pool "
    "pop port pos position positive post pow power pre prefix prepare preserve prev previous primitive print "
    "private process processor product profile progress project promise prompt prop properties property props proto "
    "protocol prototype provider proxy public push put python query queue quote quoted raise raises random range "
    "ratio rational raw read readable reader readonly real received record rect recursive redirect reduce ref "
    "reference refresh reg regex region register registration registry relative release remove render replace "
    "report repr req request requested require required requires res reset resolve resolved resolver resource "
    "resources response rest result results retries retry return reverse right rng role root round route row rule "
    "rules run running runtime safe same sample save scalar scale schema scheme scope scopes script search second "
    "seconds secret section security select selection selector self send seq sequence serialize series server "
    "service session set setitem sets settings setup shape shared shell shift short should show side sign signal "
    "signature silent simple since single size skip slice slots small snapshot socket solve some sort sorted source "
    "space span sparse spec special split square src ssl stack standard start starts state statement states static "
    "stats status stdout step stop storage store str strategy stream strict string stringify strings strip "
    "structured style sub subclass success suffix sum super support supported switch symbol symbols sympy sync "
    "syntax sys system table tag tags target task tear telemetry temp template temporary tenant term terminal test "
    "tests text theme this thread throw time timeout timestamp title tls tmp token tokens too top total trace "
    "traceback tracing trailing transform transition tree trim true try tuple two type typed types typing "
    "unavailable undefined unexpected unicode union unique unit unix unknown unless unsafe unsupported until update "
    "updated upper uri url usage use used user using util utils val valid validate validation validator value "
    "values var variable variables vars vector vendor verify version view visit visitor visual vpc wait warn "
    "warning warnings weak web weight whitespace width window windows with without word work worker works wrap "
    "wrapped wrapper write writer xml zero zeros zip zod zone zoom"
)
# What labels, types and notes say of a password, and what it is called in other languages.
_LABELS = word_set(
    "admin anonymous blank blocked captcha changed changeme classified compromised confidential confirm "
    "confirmation confirmed correct credential credentials cryptic current decrypted demo deleted denied described "
    "disabled email encoded encrypted expired forbidden forgot forgotten generated given granted guest hash hashed "
    "hidden hint ignored inactive incorrect indefinite inherited insecure insufficient known locked login logon "
    "logout lost mandatory masked matched mismatch missing mixed never nobody nothing ok omitted only optional "
    "passed password passwords passwort permitted persistent phrase pin plain plaintext please policy private "
    "protected provided prompt random recover recovery redacted refused rejected remember removed different another "
    "repeat repeated required reset reused revealed revoked rotate rotated salted saved secret secrets secure "
    "secured sensitive signin signup skipped somewhere stored strength strong submit submitted temporary temp "
    "unchanged undisclosed unknown unlock unlocked unprotected unset unused updated user username validated varchar "
    "verified verify visible weak weakness welcome wrong adgangskode clave codigo geslo haslo heslo jelszo kennwort "
    "kodeord losenord lozinka parola parole passe passord salasana sandi senha sifre wachtwoord zaporka geheim "
    "geheimnis benutzer utilisateur usuario utente gebruiker"
)
_WORDS = _CODE | _LABELS
_TELLING = re.compile(r"(?i)passw|passwd|secret|token|credential|pwd|pswd|kennwort|wachtwoord|contrase|lösenord|phrase")
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_LEAST = 8
"""Letters of a password that nothing but letters makes one."""
_MOST = 64


def is_coined(value: str) -> bool:
    """Whether letters, in one word or several in camel case, are a password: code and labels have other words."""
    if not _LEAST <= len(value) <= _MOST or _TELLING.search(value):
        return False
    parts = [part.lower() for part in _PART.findall(value)]
    if len(parts) > 1:
        return all(len(part) > 2 for part in parts) and 3 * sum(map(is_known, parts)) <= len(parts)
    return not value.istitle() and not _is_compound(parts[0])


_COMPOSED = re.compile(
    r"[A-Za-z]{3,16}(?:[-_.]?[!?#$%*+&^~][-_.]?\d{1,6}|[-_.]?\d{2,6}[-_.]?)[!?#$%*+&^~]?[A-Za-z]{3,16}[!?#$*+.]{0,3}"
    r"|[A-Za-z]{3,16}(?:-[A-Z][a-z]{2,15}){1,4}-\d{2,6}[!?#$*]{0,2}"
    r"|\d{1,6}(?:[A-Z][a-z]{2,15}){1,3}[!?#$*+]{1,3}|[A-Za-z]{3,16}\.[A-Z]?[a-z]{2,15}\d{2,6}[!?#$*]{0,2}"
)
_ALGORITHM = re.compile(r"(?i)(?:sha|md|base|utf|aes|rsa|oauth|http|argon|pbkdf|crc|u?int|float|iso|rfc)[-_]?\d")
_RUN = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")


def is_composed(value: str) -> bool:
    """Whether words have a number or a sign between them, as in `amber4605Walrus` or `Walrus#23amber`, and no name has.

    Most words in names of code and of algorithms are words of code.
    """
    if _COMPOSED.fullmatch(value) is None or _ALGORITHM.match(value):
        return False
    words = _RUN.findall(value)
    return 2 * sum(is_known(word.lower()) for word in words) <= len(words)


_NUMBERED = re.compile(r"(?P<words>[A-Za-z]{3,32}(?:[-_.][A-Za-z]{3,16}){0,5})[-_.]?\d{2,6}[!?#$*.]{0,3}")
_LEET = re.compile(r"(?<=[A-Za-z])[013457@$](?=[A-Za-z])")
"""A sign in place of the letter that it looks like."""
_LEET_ENDS = re.compile(r"[A-Za-z]{5,16}[-_.!?#$@*]?\d{3,6}[!?#$*.]{0,3}")


def is_thought_up(value: str) -> bool:
    """Whether words were made a password, as people do: composed, with a number behind, or spelt with other signs.

    `amber-walrus-cobalt42`, `amberwalrus442` and `w4lrus!4412` are; what ends in a word of code and a number is a name.
    """
    if is_composed(value):
        return True
    plain = _LEET.sub("e", value)
    if (numbered := _NUMBERED.fullmatch(plain)) and not _ALGORITHM.match(value):
        words = numbered["words"]
        if (
            is_coined(words.lower() if words.istitle() else words)
            if words.isalpha()
            else _are_mostly_coined(re.split(r"[-_.]", words))
        ):
            return True
    return plain != value and _LEET_ENDS.fullmatch(plain) is not None and not _ALGORITHM.match(value)


def _are_mostly_coined(parts: list[str]) -> bool:
    """Whether of words with a number behind them not more than one in three is a word of code or of a label."""
    return (
        sum(map(len, parts)) >= _LEAST
        and not any(map(_TELLING.search, parts))
        and 3 * sum(is_known(part.lower()) for part in parts) <= len(parts)
    )


def are_coined(parts: list[str]) -> bool:
    """Whether words with signs between them are a password, as `blue-horse` is and `user-name` is not."""
    return (
        len(parts) > 1
        and sum(map(len, parts)) >= _LEAST
        and all(len(part) > 3 and part.isalpha() for part in parts)
        and not any(_TELLING.search(part) or is_known(part.lower()) for part in parts)
    )


def is_known(word: str) -> bool:
    """Whether a small word stands in names of code or on labels, alone or in the plural."""
    return word in _WORDS or word.removesuffix("s") in _WORDS or word.removesuffix("es") in _WORDS


def _is_compound(word: str) -> bool:
    """Whether it is one of the words, or several of them written as one: `plaintext`, `newpassword`."""
    reached = {0}
    for end in range(3, len(word) + 1):
        if any(end - start > 2 and is_known(word[start:end]) for start in reached):
            reached.add(end)
    return len(word) in reached
