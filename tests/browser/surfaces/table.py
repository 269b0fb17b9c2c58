"""Where what somebody wrote is shown: pages by who looks at them, feeds, files and mails."""

from __future__ import annotations

from dataclasses import dataclass

PAGE, FEED, FILE = "page", "feed", "file"
VISITOR, COORDINATOR, ORGANIZER = "", "coordinator", "organizer"


@dataclass(frozen=True)
class Surface:
    """One address. `{mark}`, `{code}`, `{member}`, `{application}` and `{one}` (a payload) are filled in."""

    path: str
    who: str = VISITOR
    kind: str = PAGE
    status: int = 200
    is_prose: bool = False  # what is written there may be set in paragraphs, lists and links
    shows_mark: bool = True  # every text of a batch holds its mark; a page without it shows nothing of the batch


SURFACES = (
    Surface("/", shows_mark=False),
    Surface("/cases/?q={mark}"),
    Surface("/cases/?city=payloadville&sort=title&page=2", shows_mark=False),
    Surface("/search?q={mark}"),
    Surface("/cases/payload-whole", is_prose=True),
    Surface("/cases/payload-whole/history"),
    Surface("/cases/payload-whole/history?version=2", is_prose=True),
    Surface("/cases/payload-whole/history?version=7", is_prose=True),
    Surface("/cities/"),
    Surface("/cities/?q={mark}"),
    Surface("/cities/payloadville"),
    Surface("/cities/payloadville/commitments"),
    Surface("/commitments/"),
    Surface("/commitments/{code}"),
    Surface("/principles/GP8"),
    Surface("/news/?principle=GP8", is_prose=True),
    Surface("/news/?principle=GP8&page=2", is_prose=True),
    Surface("/follow?kind=city&id=payloadville"),
    Surface("/follow?kind=case&id=payload-whole"),
    Surface("/desk", COORDINATOR),
    Surface("/notifications", COORDINATOR),
    Surface("/following", COORDINATOR, shows_mark=False),
    Surface("/cities/payloadville", COORDINATOR),
    Surface("/cities/payloadville/people", COORDINATOR),
    Surface("/cities/payloadville/edit", COORDINATOR),
    Surface("/cities/payloadville/trail", COORDINATOR),
    Surface("/cities/payloadville/commitments", COORDINATOR),
    Surface("/cities/payloadville/commitments/{code}/record", COORDINATOR),
    Surface("/cases/payload-whole", COORDINATOR, is_prose=True),
    Surface("/cases/payload-whole/edit", COORDINATOR),
    Surface("/cases/payload-whole/archive", COORDINATOR),
    Surface("/cases/payload-draft-0", COORDINATOR, is_prose=True),
    Surface("/cases/payload-draft-0/delete", COORDINATOR),
    Surface("/account", COORDINATOR),
    Surface("/account/security", COORDINATOR),
    Surface("/organizers", ORGANIZER),
    Surface("/organizers/applications", ORGANIZER),
    Surface("/organizers/applications/{application}", ORGANIZER),
    Surface("/organizers/people", ORGANIZER),
    Surface("/organizers/people?q=stage-1", ORGANIZER),
    Surface("/organizers/people/{member}", ORGANIZER),
    Surface("/organizers/people/{member}/forget", ORGANIZER),
    Surface("/organizers/people/invite", ORGANIZER),
    Surface("/organizers/cities", ORGANIZER),
    Surface("/organizers/cities/payloadville/suspend", ORGANIZER),
    Surface("/organizers/sources", ORGANIZER),
    Surface("/organizers/sources/stage", ORGANIZER, is_prose=True),
    Surface("/organizers/system", ORGANIZER),
    Surface("/organizers/audit", ORGANIZER),
    Surface("/organizers/audit?q={mark}", ORGANIZER),
    Surface("/cases/payload-whole/move", ORGANIZER),
    Surface("/cases.atom?city=payloadville", kind=FEED),
    Surface("/cities.atom", kind=FEED, shows_mark=False),
    Surface("/news.atom?principle=GP8", kind=FEED),
    Surface("/commitments/{code}.atom", kind=FEED),
    Surface("/follow.atom?kind=city&id=payloadville", kind=FEED, shows_mark=False),
    Surface("/cases.csv?city=payloadville", kind=FILE),
    Surface("/cities.csv", kind=FILE),
    Surface("/cities/payloadville/commitments.csv", kind=FILE),
    Surface("/commitments/{code}.csv", kind=FILE),
    Surface("/news.csv?principle=GP8", kind=FILE),
    Surface("/organizers/audit.csv", ORGANIZER, FILE),
    Surface("/cities/payloadville/trail.csv", COORDINATOR, FILE),
    Surface("/cases.json?city=payloadville", kind=FILE),
    Surface("/cities/payloadville.json", kind=FILE),
    Surface("/cases/payload-whole.json", kind=FILE),
    Surface("/cases/payload-whole.md", kind=FILE),
    Surface("/cases/payload-whole.bib", kind=FILE),
    Surface("/cases/payload-whole.ris", kind=FILE),
)

IN_ADDRESSES = (  # a payload of its own each time
    Surface("/cases/?q={one}", shows_mark=False),
    Surface("/search?q={one}", shows_mark=False),
    Surface("/login?next={one}", shows_mark=False),
    Surface("/cases/{one}", shows_mark=False),
    Surface("/about?{one}=1", shows_mark=False),
)
