"""The staff pages that a browser looks at for everybody: by axe, at every width, for hostile words.

An entry is a path, and a role that may see it; the site behind it is the synthetic panel, wave 2024
in the field. Whoever adds a page adds it here, in its area's part.
"""

from __future__ import annotations

from app.panel.states import Role

PATHS: list[tuple[str, Role]] = [
    ("/staff/", Role.RESEARCHER),
    ("/staff/waves/2024", Role.RESEARCHER),
    ("/staff/waves/2024/close", Role.RESEARCHER),
    ("/staff/jobs", Role.RESEARCHER),
    ("/staff/people", Role.FIELDWORK),
    ("/staff/assist", Role.INTERVIEWER),
    ("/staff/no-such-page", Role.RESEARCHER),
    # A: door, account, administration
    ("/staff/account", Role.TRANSLATOR),
    ("/staff/account/password", Role.TRANSLATOR),
    ("/staff/account/authenticator", Role.TRANSLATOR),
    ("/staff/account/passkeys/new", Role.TRANSLATOR),
    ("/staff/confirm?to=/staff/admin", Role.ADMIN),
    ("/staff/help/account", Role.TRANSLATOR),
    ("/staff/admin", Role.ADMIN),
    ("/staff/admin/invite", Role.ADMIN),
    ("/staff/admin/health", Role.ADMIN),
    ("/staff/admin/queues", Role.ADMIN),
    ("/staff/admin/settings", Role.ADMIN),
    ("/staff/help/admin", Role.ADMIN),
    # B: today, waves
    ("/staff/waves", Role.RESEARCHER),
    ("/staff/waves/2024/messages", Role.RESEARCHER),
    ("/staff/waves/2024/messages/step/letter_1", Role.RESEARCHER),
    ("/staff/waves/2024/messages/rehearsal", Role.RESEARCHER),
    ("/staff/waves/2024/messages/previews?language=ar", Role.RESEARCHER),
    ("/staff/waves/2024/messages/unknown", Role.RESEARCHER),
    ("/staff/waves/2024/messages/samples", Role.FIELDWORK),
    ("/staff/waves/2024/preload", Role.RESEARCHER),
    ("/staff/waves/2024/sample", Role.RESEARCHER),
    ("/staff/waves/2024/sample/register", Role.RESEARCHER),
    ("/staff/waves/2024/letters", Role.FIELDWORK),
    ("/staff/waves/2024/letters/returned", Role.FIELDWORK),
    ("/staff/waves/2024/letters/unwritable", Role.FIELDWORK),
    # C: the questionnaire of a wave
    ("/staff/waves/2024/questionnaire", Role.RESEARCHER),
    ("/staff/waves/2024/questionnaire/differences?before=2024:1&after=2025:draft", Role.FIELDWORK),
    ("/staff/waves/2024/questionnaire/publish", Role.RESEARCHER),
    ("/staff/waves/2024/questionnaire/preview?language=ar&beside=nl&at=r_wonen", Role.TRANSLATOR),
    ("/staff/waves/2024/questionnaire/side-by-side?module=les&language=ti", Role.TRANSLATOR),
    ("/staff/waves/2024/questionnaire/codebook", Role.ANALYST),
    ("/staff/waves/2024/questionnaire/codebook/r_status", Role.ANALYST),
    # D: monitor, cases, panel
    ("/staff/cases", Role.FIELDWORK),
    ("/staff/waves/2024/monitor", Role.RESEARCHER),
    ("/staff/waves/2024/monitor?by=language", Role.FIELDWORK),
    ("/staff/panel?by=fr_group", Role.RESEARCHER),
    ("/staff/help/monitor", Role.FIELDWORK),
    # E: texts, audio, open answers
    ("/staff/texts", Role.TRANSLATOR),
    ("/staff/texts/ar", Role.TRANSLATOR),
    ("/staff/texts/ar/list", Role.TRANSLATOR),
    ("/staff/texts/ar/parts/02_wie", Role.TRANSLATOR),
    ("/staff/texts/ar/text/4ea6080379c0da7b", Role.TRANSLATOR),  # r_gemeente
    ("/staff/audio", Role.TRANSLATOR),
    ("/staff/audio/nl", Role.TRANSLATOR),
    ("/staff/audio/nl/bec455afe13123ea", Role.TRANSLATOR),  # "Nee"
    ("/staff/open-answers", Role.RESEARCHER),
    ("/staff/open-answers/agreement", Role.RESEARCHER),
    ("/staff/open-answers/frames/o_goed", Role.ANALYST),
    # F: results to explore
    ("/staff/results", Role.ANALYST),
    ("/staff/results/variables", Role.ANALYST),
    ("/staff/results/variables/q_tevreden", Role.ANALYST),
    ("/staff/results/tables/new", Role.ANALYST),
    (
        "/staff/results/tables/new?stub=e_meedoen&by=r_grp&waves=2024&shows=column&letters=1&ci=1"
        "&net1=1&net1=2&if1=sekse&if1c=sekse.man&if1c=sekse.vrouw",
        Role.ANALYST,
    ),
    ("/staff/results/tables/new?stub=d_nu&by=sekse&waves=2024&shows=mean", Role.ANALYST),
    ("/staff/results/tables", Role.ANALYST),
    ("/staff/help/table-builder", Role.ANALYST),
    ("/staff/help/variables", Role.ANALYST),
    # G: releases, weights, findings, summary
    ("/staff/results/releases", Role.RESEARCHER),
    ("/staff/results/releases/new", Role.RESEARCHER),
    ("/staff/results/weights", Role.ANALYST),
    ("/staff/results/findings", Role.ANALYST),
    ("/staff/results/findings/F24", Role.ANALYST),
    ("/staff/results/summary", Role.ANALYST),
    ("/staff/help/releases", Role.ANALYST),
    ("/staff/help/weights", Role.ANALYST),
    ("/staff/help/findings", Role.ANALYST),
    ("/staff/help/summary", Role.ANALYST),
    # H: privacy
    ("/staff/privacy", Role.PRIVACY_OFFICER),
    ("/staff/privacy/requests/new", Role.FIELDWORK),
    ("/staff/privacy/erasures", Role.PRIVACY_OFFICER),
    ("/staff/incentives", Role.FIELDWORK),
    ("/staff/incentives/stock", Role.FIELDWORK),
    ("/staff/incentives/send", Role.FIELDWORK),
    ("/staff/incentives/lists", Role.FIELDWORK),
    ("/staff/privacy/dpia", Role.PRIVACY_OFFICER),
    ("/staff/privacy/dpia/edit", Role.RESEARCHER),
    ("/staff/privacy/register", Role.ADMIN),
    ("/staff/privacy/retention", Role.RESEARCHER),
    ("/staff/privacy/retention?by=month", Role.PRIVACY_OFFICER),
    ("/staff/privacy/retention/carry-out", Role.PRIVACY_OFFICER),
    ("/staff/privacy/audit", Role.PRIVACY_OFFICER),
    ("/staff/privacy/audit/verify", Role.ADMIN),
]
