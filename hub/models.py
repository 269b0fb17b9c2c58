"""One import per room, so that migrations see every table."""

import hub.cases.models
import hub.cities.models
import hub.commitments.models
import hub.core.chain
import hub.core.jobs
import hub.core.log
import hub.core.once
import hub.core.outbox
import hub.core.readers
import hub.exchange.models
import hub.feeds.models
import hub.follows.models
import hub.people.models
import hub.search.models
import hub.vocabularies.models  # noqa: F401
