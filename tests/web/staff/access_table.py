"""Which roles may reach which route: whoever adds a route says so here too, in its area's part."""

from __future__ import annotations

from app.panel.states import Role

ALL = frozenset(Role)
WATCHING = ALL - {Role.TRANSLATOR}
MONITORING = WATCHING - {Role.INTERVIEWER, Role.ANALYST}
"""Exact counts of small groups, day by day, would undo the rounding of an analyst's tables."""
RUNNING = frozenset({Role.RESEARCHER, Role.FIELDWORK, Role.ADMIN})
ANALYSING = frozenset({Role.RESEARCHER, Role.ANALYST, Role.ADMIN})
FIELDWORK = frozenset({Role.FIELDWORK, Role.PRIVACY_OFFICER})
ASSISTING = frozenset({Role.INTERVIEWER, Role.FIELDWORK})
YEAR = "<int:year>"
PERSON = "/staff/people/<uuid:person_id>"

EVERYBODY = {
    "/staff/sign-in",
    "/staff/sign-in/recovery",
    "/staff/sign-in/passkey",
    "/staff/sign-out",
    "/staff/language",
    "/staff/passkey/question",
    "/staff/join/<token>",
}
"""Routes for who has not signed in."""

FRAME_ROLES = {
    "/staff": ALL,
    "/staff/<path:anything>": ALL,
    "/staff/help/<topic>": ALL,
    "/staff/jobs": ALL,
    "/staff/jobs/<uuid:job_id>": ALL,
    "/staff/jobs/<uuid:job_id>/stop": ALL,
    "/staff/assist": ASSISTING,
    "/staff/assist/end": ASSISTING,
}
FRAME_POSTED = {"/staff/jobs/<uuid:job_id>/stop", "/staff/assist/end"}

# --- A: door, account, administration
ACCOUNT = "/staff/account"
ADMIN = frozenset({Role.ADMIN})
MEMBER = "/staff/admin/staff/<uuid:staff_id>"
DOOR_ROLES: dict[str, frozenset[Role]] = {
    "/staff/confirm": ALL,
    ACCOUNT: ALL,
    f"{ACCOUNT}/password": ALL,
    f"{ACCOUNT}/session": ALL,
    f"{ACCOUNT}/sessions": ALL,
    f"{ACCOUNT}/authenticator": ALL,
    f"{ACCOUNT}/recovery-codes": ALL,
    f"{ACCOUNT}/passkeys/new": ALL,
    f"{ACCOUNT}/passkeys/<uuid:passkey_id>/remove": ALL,
    "/staff/admin": ADMIN,
    "/staff/admin/staff.csv": ADMIN,
    "/staff/admin/invite": ADMIN,
    "/staff/admin/links/<uuid:link_id>/take-back": ADMIN,
    MEMBER: ADMIN,
    f"{MEMBER}/role": ADMIN,
    f"{MEMBER}/link": ADMIN,
    f"{MEMBER}/close": ADMIN,
    "/staff/admin/health": ADMIN,
    "/staff/admin/queues": ADMIN,
    "/staff/admin/settings": ADMIN,
}
DOOR_POSTED: set[str] = {
    f"{ACCOUNT}/session",
    f"{ACCOUNT}/sessions",
    f"{ACCOUNT}/recovery-codes",
    f"{ACCOUNT}/passkeys/<uuid:passkey_id>/remove",
    "/staff/admin/links/<uuid:link_id>/take-back",
    f"{MEMBER}/role",
    f"{MEMBER}/link",
}

# --- B: today, waves
WAVE = f"/staff/waves/{YEAR}"
WAVE_STEP = f"{WAVE}/<any(draft,check,rehearsed,open,pause):step>"
WAVE_END = f"{WAVE}/<any(close,freeze):step>"
WRITING = frozenset({Role.RESEARCHER, Role.FIELDWORK})
MAIL_STEP = f"{WAVE}/messages/step/<step>"
WAVES_ROLES: dict[str, frozenset[Role]] = {
    "/staff/": ALL,
    "/staff/waves": ALL,
    WAVE: WATCHING,
    WAVE_STEP: RUNNING,
    WAVE_END: RUNNING,
    f"{WAVE}/messages": RUNNING,
    f"{WAVE}/messages/rehearsal": RUNNING,
    f"{WAVE}/messages/unknown": RUNNING,
    f"{WAVE}/messages/previews": RUNNING | {Role.TRANSLATOR},
    f"{WAVE}/messages/letter/<text>/<language>.pdf": RUNNING | {Role.TRANSLATOR},
    f"{WAVE}/messages/samples": frozenset({Role.FIELDWORK}),
    f"{WAVE}/messages/samples/<int:number>.pdf": frozenset({Role.FIELDWORK}),
    MAIL_STEP: RUNNING,
    f"{MAIL_STEP}/ask": RUNNING,
    f"{MAIL_STEP}/approve": RUNNING,
    f"{MAIL_STEP}/stop": RUNNING,
    f"{WAVE}/preload": RUNNING,
    f"{WAVE}/preload/freeze": WRITING,
    f"{WAVE}/preload/review": frozenset({Role.RESEARCHER}),
    f"{WAVE}/preload/approve": frozenset({Role.RESEARCHER}),
    f"{WAVE}/preload/leave-out": frozenset({Role.RESEARCHER}),
    f"{WAVE}/preload/put-back": frozenset({Role.RESEARCHER}),
    f"{WAVE}/sample": RUNNING,
    f"{WAVE}/sample/carry": WRITING,
    f"{WAVE}/sample/codes": WRITING,
    f"{WAVE}/sample/draw": WRITING,
    f"{WAVE}/sample/reserve": WRITING,
    f"{WAVE}/sample/register": WRITING,
}
WAVES_POSTED: set[str] = {f"{MAIL_STEP}/{what}" for what in ("ask", "approve", "stop")} | {
    f"{WAVE}/preload/{what}" for what in ("freeze", "review", "approve", "leave-out", "put-back")
}
WAVES_POSTED |= {f"{WAVE}/sample/{what}" for what in ("carry", "codes", "draw", "reserve")}

# --- letters on paper
DESK = f"{WAVE}/letters"
BATCH = f"{DESK}/<uuid:batch_id>"
LETTERS_ROLES: dict[str, frozenset[Role]] = {
    DESK: RUNNING,
    f"{DESK}.csv": RUNNING,
    f"{DESK}/print": WRITING,
    f"{DESK}/unwritable": WRITING,
    f"{DESK}/returned": WRITING,
    BATCH: RUNNING,
    f"{BATCH}/manifest.json": WRITING,
    f"{BATCH}/files/<name>": frozenset({Role.FIELDWORK}),
    f"{BATCH}/hand-over": WRITING,
    f"{BATCH}/destroy": WRITING,
    f"{BATCH}/reprint": WRITING,
    f"{BATCH}/agree": WRITING,
}
LETTERS_POSTED: set[str] = {f"{DESK}/print"} | {
    f"{BATCH}/{what}" for what in ("hand-over", "destroy", "reprint", "agree")
}

# --- C: the questionnaire of a wave
QUESTIONNAIRE = f"/staff/waves/{YEAR}/questionnaire"
LOOKING_AT_QUESTIONS = frozenset({Role.RESEARCHER, Role.FIELDWORK, Role.ADMIN})
TRYING_QUESTIONS = LOOKING_AT_QUESTIONS | {Role.TRANSLATOR, Role.ANALYST}
INSTRUMENTS_ROLES: dict[str, frozenset[Role]] = {
    QUESTIONNAIRE: LOOKING_AT_QUESTIONS,
    f"{QUESTIONNAIRE}/check": frozenset({Role.RESEARCHER}),
    f"{QUESTIONNAIRE}/differences": LOOKING_AT_QUESTIONS,
    f"{QUESTIONNAIRE}/differences.csv": LOOKING_AT_QUESTIONS,
    f"{QUESTIONNAIRE}/publish": frozenset({Role.RESEARCHER}),
    f"{QUESTIONNAIRE}/preview": TRYING_QUESTIONS,
    f"{QUESTIONNAIRE}/side-by-side": LOOKING_AT_QUESTIONS | {Role.TRANSLATOR},
    f"{QUESTIONNAIRE}/codebook": LOOKING_AT_QUESTIONS | {Role.ANALYST},
    f"{QUESTIONNAIRE}/codebook.csv": LOOKING_AT_QUESTIONS | {Role.ANALYST},
    f"{QUESTIONNAIRE}/codebook/<string(maxlength=80):var>": LOOKING_AT_QUESTIONS | {Role.ANALYST},
}
INSTRUMENTS_POSTED: set[str] = {f"{QUESTIONNAIRE}/check"}

# --- D: monitor, cases, panel
FOLLOWING = FIELDWORK | {Role.RESEARCHER}
CASE = "/staff/cases/<uuid:case_id>"
CASES_ROLES: dict[str, frozenset[Role]] = {
    f"/staff/waves/{YEAR}/monitor": MONITORING,
    f"/staff/waves/{YEAR}/monitor/<table>.csv": MONITORING,
    f"/staff/waves/{YEAR}/monitor/work-out": MONITORING,
    "/staff/panel/work-out": WATCHING - {Role.INTERVIEWER},
    "/staff/panel": WATCHING - {Role.INTERVIEWER},
    "/staff/panel.csv": WATCHING - {Role.INTERVIEWER},
    "/staff/panel/ledger.csv": frozenset({Role.RESEARCHER}),
    "/staff/cases": FOLLOWING,
    "/staff/cases.csv": frozenset({Role.RESEARCHER, Role.FIELDWORK}),
    CASE: FOLLOWING,
    f"{CASE}/note": FOLLOWING,
    f"{CASE}/refusal": FOLLOWING,
    f"{CASE}/outcome": frozenset({Role.RESEARCHER, Role.FIELDWORK}),
    "/staff/people": FIELDWORK,
    PERSON: FIELDWORK,
    f"{PERSON}/news": FIELDWORK,
    f"{PERSON}/contact": FIELDWORK,
    f"{PERSON}/code": FIELDWORK,
    f"{PERSON}/revoke": FIELDWORK,
}
CASES_POSTED: set[str] = {
    f"/staff/waves/{YEAR}/monitor/work-out",
    "/staff/panel/work-out",
    f"{CASE}/note",
    f"{CASE}/refusal",
    f"{CASE}/outcome",
    f"{PERSON}/news",
    f"{PERSON}/contact",
    f"{PERSON}/code",
    f"{PERSON}/revoke",
}

# --- E: texts, audio, open answers
TRANSLATING = frozenset({Role.TRANSLATOR, Role.RESEARCHER})
REDACTING = frozenset({Role.PRIVACY_OFFICER, Role.RESEARCHER})
CODING = frozenset({Role.RESEARCHER, Role.ANALYST})
SETTLING = frozenset({Role.RESEARCHER})
WORDED = TRANSLATING | REDACTING | CODING
"""Who works on people's own words: as writers wrote them only `REDACTING`."""
TEXTS_ROLES: dict[str, frozenset[Role]] = {
    "/staff/texts": TRANSLATING,
    "/staff/texts/<language>": TRANSLATING,
    "/staff/texts/<language>/list": TRANSLATING,
    "/staff/texts/<language>/list.csv": TRANSLATING,
    "/staff/texts/<language>/text/<id>": TRANSLATING,
    "/staff/texts/<language>/parts/<part>": TRANSLATING,
    "/staff/texts/<language>/<any(questions,interface):which>.<any(xlsx,po):format>": TRANSLATING,
    "/staff/texts/<language>/import": TRANSLATING,
    "/staff/audio": TRANSLATING,
    "/staff/audio/<language>": TRANSLATING,
    "/staff/audio/<language>.csv": TRANSLATING,
    "/staff/audio/<language>/clear": TRANSLATING,
    "/staff/audio/<language>/<id>": TRANSLATING,
    "/staff/open-answers": WORDED,
    "/staff/open-answers/agreement": WORDED,
    "/staff/open-answers/frames/<variable>": WORDED,
    "/staff/open-answers/<uuid:entry>/reopen": REDACTING,
    "/staff/open-answers/redact": REDACTING,
    "/staff/open-answers/redact/<uuid:entry>": REDACTING,
    "/staff/open-answers/translate": TRANSLATING,
    "/staff/open-answers/translate/<uuid:entry>": TRANSLATING,
    "/staff/open-answers/code": CODING,
    "/staff/open-answers/code/<uuid:entry>": CODING,
    "/staff/open-answers/settle": SETTLING,
    "/staff/open-answers/settle/<uuid:entry>": SETTLING,
}
TEXTS_POSTED: set[str] = {
    "/staff/texts/<language>/import",
    "/staff/audio/<language>/clear",
    "/staff/open-answers/<uuid:entry>/reopen",
    "/staff/open-answers/redact",
    "/staff/open-answers/translate",
    "/staff/open-answers/code",
    "/staff/open-answers/settle",
}

# --- F: results to explore
RESULTS_ROLES: dict[str, frozenset[Role]] = {
    "/staff/results": ANALYSING,
    "/staff/results.csv": ANALYSING,
    "/staff/results.xlsx": ANALYSING,
    "/staff/results/variables": ANALYSING,
    "/staff/results/variables.csv": ANALYSING,
    "/staff/results/variables/<name>": ANALYSING,
    "/staff/results/tables": ANALYSING,
    "/staff/results/tables.csv": ANALYSING,
    "/staff/results/tables/new": ANALYSING,
    "/staff/results/tables/new.<any(xlsx,csv,sav,pdf,html):ending>": ANALYSING,
    "/staff/results/snapshot": ANALYSING,
    "/staff/results/tables/keep": ANALYSING,
    "/staff/results/tables/<uuid:plan_id>": ANALYSING,
    "/staff/results/tables/<uuid:plan_id>.yaml": ANALYSING,
    "/staff/results/tables/<uuid:plan_id>/rename": ANALYSING,
    "/staff/results/tables/<uuid:plan_id>/drop": ANALYSING,
    "/staff/results/tables/<uuid:plan_id>/delete": ANALYSING,
}
RESULTS_POSTED: set[str] = {
    "/staff/results/snapshot",
    "/staff/results/tables/keep",
    "/staff/results/tables/<uuid:plan_id>/rename",
    "/staff/results/tables/<uuid:plan_id>/drop",
    "/staff/results/tables/<uuid:plan_id>/delete",
}

# --- G: releases, weights, findings, summary
_READING = frozenset({Role.RESEARCHER, Role.ANALYST})
_RESEARCHER = frozenset({Role.RESEARCHER})
_RELEASE = "/staff/results/releases/<int:number>"
RELEASES_ROLES: dict[str, frozenset[Role]] = {
    "/staff/results/releases": _READING,
    "/staff/results/releases.csv": _READING,
    "/staff/results/releases/new": _RESEARCHER,
    "/staff/results/releases/compare": _READING,
    "/staff/results/releases/compare.csv": _READING,
    _RELEASE: _READING,
    f"{_RELEASE}/withdraw": _RESEARCHER,
    f"{_RELEASE}/files/<name>": _READING,
    f"{_RELEASE}/data/<part>/<name>": _RESEARCHER,
    "/staff/results/weights": _READING,
    "/staff/results/weights.csv": _READING,
    "/staff/results/weights/work-out": _READING,
    "/staff/results/weights/compare": _READING,
    "/staff/results/weights/<name>": _READING,
    "/staff/results/findings": _READING,
    "/staff/results/findings.csv": _READING,
    "/staff/results/findings/<name>": _READING,
    "/staff/results/summary": _READING,
    "/staff/results/summary/begin": _READING,
    f"/staff/results/summary/{YEAR}": _READING,
    f"/staff/results/summary/{YEAR}/preview": _READING,
    f"/staff/results/summary/{YEAR}/numbers": _READING,
    f"/staff/results/summary/{YEAR}/chapters/<key>": _READING,
    f"/staff/results/summary/{YEAR}/versions/<int:number>.<name>": _READING,
}
RELEASES_POSTED: set[str] = {
    "/staff/results/weights/work-out",
    "/staff/results/summary/begin",
    f"/staff/results/summary/{YEAR}/numbers",
}

# --- H: privacy
OFFICER = frozenset({Role.PRIVACY_OFFICER})
OF_PRIVACY = frozenset({Role.PRIVACY_OFFICER, Role.FIELDWORK, Role.RESEARCHER, Role.ADMIN})
POST_LIST = "/staff/incentives/lists/<uuid:list_id>"
REQUEST = "/staff/privacy/requests/<uuid:request_id>"
ERASURE = "/staff/privacy/erasures/<uuid:person_id>"
PRIVACY_ROLES: dict[str, frozenset[Role]] = {
    "/staff/privacy": OF_PRIVACY,
    "/staff/privacy.csv": OF_PRIVACY,
    "/staff/privacy/requests/new": FIELDWORK,
    "/staff/privacy/people/<uuid:person_id>": FIELDWORK,
    REQUEST: OF_PRIVACY,
    f"{REQUEST}/copy": OFFICER,
    f"{REQUEST}/longer": OFFICER,
    f"{REQUEST}/answer": OFFICER,
    f"{REQUEST}/erase": OFFICER,
    f"{REQUEST}/proof": OFFICER,
    "/staff/privacy/erasures": OFFICER,
    "/staff/privacy/erasures.csv": OFFICER,
    ERASURE: OFFICER,
    f"{ERASURE}/proof.json": OFFICER,
    f"{ERASURE}/verify": OFFICER,
    "/staff/incentives": RUNNING,
    "/staff/incentives.csv": RUNNING,
    "/staff/incentives/stock": RUNNING,
    "/staff/incentives/write-off": RUNNING,
    "/staff/incentives/<uuid:incentive_id>/settle": RUNNING,
    "/staff/incentives/send": RUNNING,
    "/staff/incentives/lists": frozenset({Role.FIELDWORK}),
    POST_LIST: frozenset({Role.FIELDWORK}),
    f"{POST_LIST}/file": frozenset({Role.FIELDWORK}),
    f"{POST_LIST}/posted": frozenset({Role.FIELDWORK}),
    f"{POST_LIST}/throw-away": frozenset({Role.FIELDWORK}),
    "/staff/privacy/dpia": OF_PRIVACY,
    "/staff/privacy/dpia/versions/<int:number>": OF_PRIVACY,
    "/staff/privacy/dpia/edit": frozenset({Role.PRIVACY_OFFICER, Role.RESEARCHER}),
    "/staff/privacy/dpia/sign": frozenset({Role.PRIVACY_OFFICER, Role.RESEARCHER}),
    "/staff/privacy/register": OF_PRIVACY,
    "/staff/privacy/retention": OF_PRIVACY,
    "/staff/privacy/retention.csv": OF_PRIVACY,
    "/staff/privacy/retention/carry-out": OFFICER,
    "/staff/privacy/audit": frozenset({Role.PRIVACY_OFFICER, Role.ADMIN}),
    "/staff/privacy/audit.csv": frozenset({Role.PRIVACY_OFFICER, Role.ADMIN}),
    "/staff/privacy/audit/verify": frozenset({Role.PRIVACY_OFFICER, Role.ADMIN}),
}
PRIVACY_POSTED: set[str] = {
    "/staff/privacy/dpia/sign",
    "/staff/incentives/<uuid:incentive_id>/settle",
    f"{POST_LIST}/file",
    f"{POST_LIST}/posted",
    f"{POST_LIST}/throw-away",
    f"{REQUEST}/longer",
    f"{REQUEST}/answer",
    f"{ERASURE}/verify",
}

ROLES = (
    FRAME_ROLES
    | DOOR_ROLES
    | WAVES_ROLES
    | LETTERS_ROLES
    | INSTRUMENTS_ROLES
    | CASES_ROLES
    | TEXTS_ROLES
    | RESULTS_ROLES
    | RELEASES_ROLES
    | PRIVACY_ROLES
)
POSTED = (
    FRAME_POSTED
    | DOOR_POSTED
    | WAVES_POSTED
    | LETTERS_POSTED
    | INSTRUMENTS_POSTED
    | CASES_POSTED
    | TEXTS_POSTED
    | RESULTS_POSTED
    | RELEASES_POSTED
    | PRIVACY_POSTED
)
"""Routes that are only posted to."""

SAMPLES = {
    "<int:year>": "2024",
    "<int:number>": "1",
    "<any(draft,check,rehearsed,open,pause):step>": "pause",
    "<any(close,freeze):step>": "close",
    "<path:anything>": "no/such/page",
    "<topic>": "no-such-topic",
    "<any(questions,interface):which>": "questions",
    "<any(xlsx,po):format>": "xlsx",
    "<any(xlsx,csv,sav,pdf,html):ending>": "csv",
    "<string(maxlength=80):var>": "k_werk",
}
"""What stands for a part of an address; ``<uuid:…>`` gets the id of nobody, and every other part
that is not listed gets a word that nothing bears."""
