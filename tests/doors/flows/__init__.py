"""What people do at the doors that change something, from the first page to the last button.

Each flow names the rules it sends a good form to, with what that leaves in the log; nothing where it changes nothing
that is kept. A new door needs a line here: `test_trail.py` prints which rules have none.
"""

from tests.doors.flows import (  # noqa: F401  they name their rules
    accounts,
    adapting,
    asking,
    calendar,
    checks,
    house,
    mailing,
    notices,
    planning,
    questions,
    replies,
    reviewing,
    stories,
    subscribing,
    telling,
)
from tests.doors.flows.world import FLOWS, World, fill

__all__ = ["FLOWS", "World", "fill"]
