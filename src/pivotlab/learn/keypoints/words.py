"""Word forms and word lists: what counts as the same word, and which words make a proposition out of a list."""

from __future__ import annotations

import re
from functools import cache

import snowballstemmer

_STEMMER = snowballstemmer.stemmer("english")

NUMBERS = {
    word: str(value)
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty".split()
    )
} | {"thirty": "30", "forty": "40", "fifty": "50", "sixty": "60", "ninety": "90", "hundred": "100"}

_SPELLINGS = (
    (re.compile(r"is(e|ed|es|er|ers|ing|ation|ations)$"), r"iz\1"),
    (re.compile(r"yse(d|s|r)?$"), r"yze\1"),
    (re.compile(r"^(behavi|col|fav|flav|hon|lab)our"), r"\1or"),
    (re.compile(r"^licenc"), "licens"),
    (re.compile(r"^catalogue"), "catalog"),
)
_KEEPS_ITS_S = frozenset("raise raised raises raising otherwise noise precise exercise enterprise arise rise".split())

_PASTS = {
    past: verb
    for verb, pasts in {
        "keep": "kept", "send": "sent", "lose": "lost", "choose": "chose chosen", "begin": "began begun", "pay": "paid", "make": "made",
        "build": "built", "write": "wrote written", "tell": "told", "say": "said", "find": "found", "see": "saw seen", "come": "came",
        "run": "ran", "get": "got gotten", "take": "took taken", "give": "gave", "hold": "held", "mean": "meant", "stand": "stood",
        "bring": "brought", "think": "thought", "catch": "caught", "fall": "fell fallen", "hide": "hid hidden", "show": "shown",
        "forget": "forgot forgotten", "wake": "woke woken", "drive": "drove driven", "leave": "left",
    }.items()
    for past in pasts.split()
}  # fmt: skip

SYNONYMS = {"case": "incident", "cases": "incidents"}
"""Words that mean the same wherever this course is spoken about. Kept few: others lost more than they found."""

NEGATORS = frozenset("not no never without nobody none nothing neither nor hardly".split())
"""Words that turn round what follows them in their clause."""

NEGATING_PHRASES = (("rather", "than"), ("instead", "of"), ("as", "opposed", "to"), ("far", "from"))
"""Phrases that turn round what follows them in their clause."""

SCOPE_ENDS = frozenset("but only except until till unless besides beyond".split())
"""Words up to which a negator reaches ("You see no product until you expand the alerts")."""

DISMISSALS = frozenset("impossible unnecessary pointless irrelevant useless needless superfluous dispensable".split())
"""Words that turn round what stands before them in their clause ("Testing is unnecessary")."""

DISMISSING_PHRASES = (
    ("waste", "of", "time"),
    ("no", "difference"),
    ("not", "needed"),
    ("not", "necessary"),
    ("not", "required"),
    ("not", "important"),
    ("not", "worth"),
    ("not", "possible"),
    ("no", "sense"),
    ("need", "not"),
    ("needs", "no"),
)
"""Phrases that turn round what stands before them in their clause ("Testing is a waste of time")."""

NEEDLESS = (
    ("no", "need"),
    ("not", "need"),
    ("never", "need"),
    ("not", "have", "to"),
    ("no", "reason", "to"),
    ("no", "point", "in"),
    ("not", "bother"),
)
"""Phrases that call needless what follows them in their clause ("There is no need to test")."""

AUXILIARIES_BEFORE_NOT = frozenset("can could do does did should would will must may".split())
"""Before "not just" they make it a real negation: "you can not just stream it all", but "it is not just a delay"."""

HARMLESS_NEGATIONS = (
    ("not", "only"),
    ("not", "just"),
    ("not", "merely"),
    ("not", "simply"),
    ("no", "doubt"),
    ("no", "matter"),
    ("not", "to", "mention"),
    ("whether", "or", "not"),
    ("or", "not"),
    ("not", "everything"),
    ("not", "necessarily"),
    ("not", "always"),
    ("not", "until"),
    *((negator, size, "than") for negator in ("no", "not") for size in ("more", "less", "fewer", "later", "earlier")),
    ("not", "before"),
    ("impossible", "travel"),
    *(("without", pronoun) for pronoun in ("that", "this", "it", "them", "these")),
)
"""Negators that turn nothing round."""

REMINDERS = (
    ("not", "forget"),
    ("never", "forget"),
    ("not", "hesitate"),
    ("not", "worry"),
    ("not", "panic"),
    ("not", "freak"),
)
"""Phrases that stress or announce what follows them. Their negator is not read at all."""

REJECTIONS = (
    "myth",
    "misconception",
    "mistake to",
    "mistake is",
    "mistake would",
    "wrong to",
    "not true that",
    "false that",
    "wrong that",
    "red flag",
    "people think",
    "people assume",
    "people believe",
    "many assume",
    "many think",
    "trap is",
    "would be wrong",
    "tempting",
)
"""Phrases by which a sentence reports a claim in order to reject it."""

HEDGES = (
    "maybe",
    "perhaps",
    "possibly",
    "somehow",
    "something like",
    "kind of",
    "sort of",
    "or something",
    "i guess",
    "not sure",
    "no idea",
    "or whatever",
    "might be",
    "could be",
    "i suppose",
)
"""Phrases by which a speaker commits to nothing. Two in one sentence and it claims nothing."""

FUNCTION_WORDS = frozenset(
    (
        "a an the this that these those my our your their his her its some any each every both all no not of in on at by for with from to into onto "
        "over under after before between about as than through during until while since because so if when where which who whose whom what how why "
        "then there here and or but also only once just too still already yet again never always even other such very out up off down now "
        "i you we they he she it me us them him nobody somebody everyone "
        "someone something nothing anything everything is are was were be been being am has have had having do does did doing can could will would shall "
        "should may might must let per via without within against"
    ).split()
)
"""Words that hold a sentence together. A list of keywords has next to none of them."""

DETERMINERS = frozenset("the a an my our your its their this that these those each every".split())
"""Words that a list of keywords does without."""

_AUXILIARIES = (
    "is are was were be been am has have had do does did can could will would shall should may might must i you we they he she it let"
).split()

_VERBS = (
    "accept add agree allow appear apply approve arrive ask assign assume avoid become begin belong break bring build buy call carry change check choose "
    "close collect come compare confirm connect consider contain continue create cut decide declare delete deliver depend deploy disable disconnect "
    "discover drive drop enable enrich ensure escalate examine exist expand expect explain export fail find fire fix follow forget gain gather get give "
    "go guard happen help hide hold identify ignore include ingest inspect install investigate isolate join keep know lack leave let list look lose make "
    "map match mean measure merge miss move name need note notify offer open own parse pay pick plan prefer prevent prove provide pull put query raise read "
    "reach receive recommend reconcile record reduce refuse reject remain remove rename reopen replace replay reproduce require rerun resolve restore "
    "retire revoke rewrite run save say see select send separate set share show sit start state stay stop store stream suppress switch take tell test "
    "tie treat trigger trust try tune turn use validate verify wait want warn watch work write"
).split()

_ALSO_NOUNS = frozenset(
    "list query change test plan map match name note record state trigger export fire watch work share set start stop run merge look drop cut break call "
    "help hold join move need open own pick pay play read reach stream store tie switch use wait want warn address detect alert report"
    " guard measure ingest close connect separate expand deploy enrich escalate isolate contain suppress reconcile resolve revoke tune parse".split()
)


@cache
def normal(word: str) -> str:
    """One spelling for a lower-case word: British endings as American ones, number words as digits, one of two synonyms."""
    if word in NUMBERS:
        return NUMBERS[word]
    if word in _KEEPS_ITS_S:
        return word
    for spelling, replacement in _SPELLINGS:
        word = spelling.sub(replacement, word)
    word = _PASTS.get(word, word)
    return SYNONYMS.get(word, word)


@cache
def stem(word: str) -> str:
    """The stem of a lower-case word after `normal`, by the Snowball stemmer for English."""
    word = normal(word)
    return str(_STEMMER.stemWord(word)) if word.isalpha() else word


PREDICATES = frozenset(_AUXILIARIES)
"""Words whose presence makes a proposition: auxiliaries and personal pronouns."""

VERB_FORMS = frozenset(
    (
        "goes stays keeps shows holds breaks runs syncs means gets sits lives reads fires starts stops moves closes opens hides matters lands dies "
        "dries eats pulls walks lets lies went kept held broke ran meant got sat lost found gave took came saw wrote built made told sent became knew "
        "learned learnt stood brought chose left thought noticed realised realized trusted closed opened turned dropped"
    ).split()
)
"""Inflected forms that are hardly ever nouns, of verbs whose stem may be one."""

VERB_STEMS = frozenset(stem(verb) for verb in _VERBS if verb not in _ALSO_NOUNS)
"""Stems of verbs that are rarely nouns in this field."""

OPENING_VERB_STEMS = frozenset(stem(verb) for verb in _VERBS)
"""Stems that make an instruction when they open a clause ("Query the table and ...")."""
