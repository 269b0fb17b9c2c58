"""What can go wrong in a heart, in words that a door can turn into a page or a problem document."""


class HubError(Exception):
    """The base of every error that a person should hear about; `status` is the HTTP status a door answers with."""

    status = 500


class NotFound(HubError):
    """The thing does not exist, or must look as if it did not."""

    status = 404


class Forbidden(HubError):
    """The actor may not do this."""

    status = 403


class Conflict(HubError):
    """Someone else changed the thing meanwhile, or it already exists."""

    status = 409


class Invalid(HubError):
    """One named field holds something it cannot hold.

    The message is English with `%(name)s` places for the values, so that a door can translate it.
    """

    status = 400

    def __init__(self, field: str, message: str, **values: object) -> None:
        super().__init__(f"{field}: {message % values if values else message}")
        self.field = field
        self.message = message
        self.values = values


class Unavailable(HubError):
    """The hub cannot do this now; trying again after `retry_after` seconds makes sense."""

    status = 503

    def __init__(self, message: str, retry_after: int = 5) -> None:
        super().__init__(message)
        self.retry_after = retry_after
