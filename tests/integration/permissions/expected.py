"""Who may do what, written by hand and read against the policy table: the specification the matrix checks.

One row per `resource.action` of a route, one column per actor of `world.ACTORS`. `+` and `-` where the route has no
object. Otherwise the objects that open, by their relation to the actor: o own, u in the unit, c in a unit below, g in
the same group, f foreign; `-` none (and the door is closed). A route of another module needs one line here.

    *EVERYBODY    what is public        *SIGNED_IN    everyone with an account
"""

from __future__ import annotations

from .world import ACTORS

# fmt: off
EVERYBODY = "+ + + + + + + + + + + + + + +"
SIGNED_IN = "- + + + + + + + + + + + + - -"

#   anonymous citizen other_citizen officer elsewhere director analyst leader auditor unit_admin admin borrower former switched_off key
TABLE = {
    "home.view": EVERYBODY,
    "figure.view": EVERYBODY,
    "indicator.view": EVERYBODY,
    "target.view": EVERYBODY,
    "dti.view": EVERYBODY,
    "unit.view": EVERYBODY,
    "search.view": EVERYBODY,
    "document.view": EVERYBODY,
    "session.view": EVERYBODY,
    "session.start": EVERYBODY,
    "session.end": EVERYBODY,
    "preference.change": EVERYBODY,
    "health.view": EVERYBODY,
    "api.view": EVERYBODY,
    "access.view": SIGNED_IN,
    "own_posts.view": SIGNED_IN,
    "styleguide.view":   "- - - - - - - - - - + - - - -",
    "account.view": SIGNED_IN,
    "account.change": SIGNED_IN,
    "own_work.view":     "- - - + + + + + + + + + - - -",
    "own_work.change":   "- - - + + + + + + + + + - - -",
    "outbox.view":       "- - - - - - - - - - + - - - -",
    "outbox.change":     "- - - - - - - - - - + - - - -",
    "ledger.view":       "- - - - - - + - + - + - - - -",
    "ledger.export":     "- - - - - - + - + - + - - - -",
    # objects
    #                     an  ci  oc  off el  dir  ana   lea   aud    uadm  adm    borr  for off key
    "person.view":       "-   og  og  oug og  oug  oucg  oucg  oucgf  oucg  oucgf  oucg  og  -   -",
    "person.choose":     "-   -   -   ou  o   ou   ouc   ouc   ou     ouc   oucgf  uc    -   -   -",
    "person.history":    "-   o   o   o   o   o    o     o     oucgf  ouc   oucgf  o     o   -   -",
    "person.explain":    "-   o   o   o   o   o    o     o     oucgf  ouc   oucgf  o     o   -   -",
    "person.export":     "-   -   -   -   -   -    -     -     oucgf  ouc   oucgf  -     -   -   -",
    "person.create":     "-   -   -   -   -   -    -     -     -      +     +      -     -   -   -",
    "person.switch":     "-   -   -   -   -   -    -     -     -      ouc   oucgf  -     -   -   -",
    # granting asks who the person is, then where: the unit is checked when the form is sent
    "post.grant":        "-   -   -   -   -   -    -     -     -      ouc   oucgf  -     -   -   -",
    "post.end":          "-   -   -   -   -   -    -     -     -      ouc   oucgf  -     -   -   -",
    "delegation.give":   "-   -   -   o   o   o    o     o     o      o     o      o     -   -   -",
    "substitute.name":   "-   -   -   o   o   o    o     o     o      ouc   oucgf  o     -   -   -",
    "delegation.revoke": "-   o   o   o   o   o    o     o     o      ouc   oucgf  o     o   -   -",
    "rehoming.view":     "-   -   -   -   -   -    -     -     oucgf  ouc   oucgf  -     -   -   -",
    "rehoming.decide":   "-   -   -   -   -   -    -     -     -      ouc   oucgf  -     -   -   -",
    "group.manage":      "-   -   -   -   -   -    -     -     -      u     ucgf   -     -   -   -",
}
# fmt: on

EXPECTED = {pair: dict(zip(ACTORS, row.split(), strict=True)) for pair, row in TABLE.items()}

NOBODY = "00000000-0000-0000-0000-000000000000"
# What stands in the place of the arguments of routes that have no object of people; any value does: the door counts.
SAMPLES: dict[str, object] = {
    "code": "F020", "indicator": "dti_rank", "unit": "26@2020-01-01", "unit_id": "26@2020-01-01", "period": "2021",
    "year": 2024, "index": "DTI", "name": "vn-dti", "pk": 1, "level": "province", "edition": "dti-405-2025",
    "kind": "units.Unit", "message": NOBODY, "work": NOBODY,
}  # fmt: skip

# Routes whose argument is an object of people: name of the page or operation → kind of object.
OBJECTS = {
    "person": "person",
    "person_history": "person",
    "person_access": "person",
    "person_switch": "person",
    "post_grant": "person",
    "post_end": "post",
    "delegate": "post",
    "substitute": "post",
    "delegation_revoke": "delegation",
    "rehoming": "rehoming",
    "group": "group",
    "group_remove": "member",
    "get_person": "person",
    "explain_access": "person",
    "switch_off_person": "person",
    "switch_on_person": "person",
    "grant_post": "person",
    "end_post": "post",
    "delegate_post": "post",
    "name_substitute": "post",
    "revoke_delegation": "delegation",
    "decide_rehoming": "rehoming",
}
