"""The pages of the hub, one of every kind, with the status each one answers."""

from __future__ import annotations

PAGES: dict[str, tuple[str, int]] = {
    "home": ("/", 200),
    "cases": ("/cases/", 200),
    "cases found": ("/cases/?q=council&principle=GP8&country=AT", 200),
    "cases last page": ("/cases/?page=3&sort=title", 200),
    "cases none": ("/cases/?q=zzqqxx&principle=GP8", 200),
    "case in English": ("/cases/graz-advisory-council", 200),
    "case in Korean": ("/cases/gwangju-ombudsman", 200),
    "case in Spanish": ("/cases/rosario-museo-memoria", 200),
    "case in French": ("/cases/grenoble-participation", 200),
    "national programme": ("/cases/senegal-charte", 200),
    "history": ("/cases/graz-advisory-council/history", 200),
    "one version": ("/cases/graz-advisory-council/history?version=1", 200),
    "charters": ("/principles/", 200),
    "principle": ("/principles/GP8", 200),
    "clause": ("/principles/GP8.2", 200),
    "theme": ("/principles/DT-LAW", 200),
    "alliance principle": ("/principles/US3", 200),
    "cities": ("/cities/", 200),
    "cities found": ("/cities/?region=europe&with=cases", 200),
    "cities none": ("/cities/?q=zzqqxx", 200),
    "city": ("/cities/gwangju", 200),
    "city without a point": ("/cities/seongbuk", 200),
    "city nothing is known of": ("/cities/middelburg", 200),
    "commitments": ("/commitments/", 200),
    "commitments second page": ("/commitments/?page=2", 200),
    "commitments on a day": ("/commitments/?group=C4&as_of=2012-01-01", 200),
    "commitment": ("/commitments/C4.1", 200),
    "instrument": ("/commitments/R2", 200),
    "commitments of a city": ("/cities/graz/commitments", 200),
    "commitments of a city nothing is known of": ("/cities/middelburg/commitments", 200),
    "news": ("/news/", 200),
    "news found": ("/news/?principle=GP8", 200),
    "events": ("/events/", 200),
    "exchange": ("/exchange/", 200),
    "search": ("/search", 200),
    "search found": ("/search?q=Gwangju", 200),
    "search none": ("/search?q=zzqqxx", 200),
    "about": ("/about", 200),
    "methodology": ("/methodology", 200),
    "privacy": ("/privacy", 200),
    "join": ("/join", 200),
    "follow": ("/follow", 200),
    "follow a case": ("/follow?kind=case&id=graz-advisory-council", 200),
    "login": ("/login", 200),
    "unknown parameter": ("/cities/?utm_source=mail", 200),
    "for members": ("/desk", 401),
    "missing": ("/cases/nothing-here", 404),
    "refused": ("/cases/?page=banana", 400),
    "forgotten password": ("/password/forgot", 200),
    "dead invitation": ("/invitations/nothing", 410),
    "dead application": ("/join/nothing", 404),
    "dead proof of an address": ("/account/email/nothing", 410),
    "dead unsubscription": ("/unsubscribe/nothing", 404),
}
COORDINATOR: dict[str, tuple[str, int]] = {
    "desk": ("/desk", 200),
    "new case": ("/cases/new", 200),
    "write a case": ("/cases/gwangju-ombudsman/edit", 200),
    "archive a case": ("/cases/gwangju-ombudsman/archive", 200),
    "own case": ("/cases/gwangju-ombudsman", 200),
    "record a status": ("/cities/gwangju/commitments/C4.1/record", 200),
    "own commitments": ("/cities/gwangju/commitments", 200),
    "team": ("/cities/gwangju/people", 200),
    "profile": ("/cities/gwangju/edit", 200),
    "another city": ("/cities/utrecht", 200),
    "account": ("/account", 200),
    "password": ("/account/password", 200),
    "address": ("/account/email", 200),
    "ways to sign in": ("/account/security", 200),
    "one-time codes": ("/account/security/codes", 200),
    "recovery codes": ("/account/security/recovery", 200),
    "new passkey": ("/account/security/passkeys/new", 200),
    "what the hub knows": ("/account/export", 200),
    "leave": ("/account/leave", 200),
    "trail of a city": ("/cities/gwangju/trail", 200),
    "take a person out": ("/cases/gwangju-ombudsman/take-out", 200),
    "following": ("/following", 200),
    "notifications": ("/notifications", 200),
    "for organizers": ("/organizers", 403),
}
ORGANIZER: dict[str, tuple[str, int]] = {
    "organizers": ("/organizers", 200),
    "applications": ("/organizers/applications", 200),
    "members": ("/organizers/people", 200),
    "one member": ("/organizers/people/2", 200),
    "forget a member": ("/organizers/people/2/forget", 200),
    "move a case": ("/cases/gwangju-ombudsman/move", 200),
    "invite": ("/organizers/people/invite", 200),
    "member cities": ("/organizers/cities", 200),
    "suspend a city": ("/organizers/cities/gwangju/suspend", 200),
    "sources": ("/organizers/sources", 200),
    "new source": ("/organizers/sources/new", 200),
    "system": ("/organizers/system", 200),
    "audit": ("/organizers/audit", 200),
}
EVERY = PAGES | COORDINATOR | ORGANIZER


def visitor_of(name: str) -> str:
    """Return who looks at a page: nobody in particular, a coordinator or an organizer."""
    return "coordinator" if name in COORDINATOR else "organizer" if name in ORGANIZER else ""


LANGUAGES = ("en", "ko", "es", "fr")
THEMES = ("light", "dark")
WIDTHS = (360, 768, 1280)
NARROWEST = 320  # WCAG 1.4.10
