"""Writes of this room: accounts and sign-ins, invitations, roles."""

from hub.people.service.accounts import (
    LONG,
    ask_reset,
    begin_sign_in,
    change_password,
    check_password,
    choose_language,
    create_user,
    end_sign_in,
    open_sign_in,
    rename,
    use_reset,
)
from hub.people.service.invitations import accept_invitation, invite, withdraw_invitation
from hub.people.service.roles import end_organizer_role, remove_member, restore_person, suspend_person

__all__ = [
    "LONG",
    "accept_invitation",
    "ask_reset",
    "begin_sign_in",
    "change_password",
    "check_password",
    "choose_language",
    "create_user",
    "end_organizer_role",
    "end_sign_in",
    "invite",
    "open_sign_in",
    "remove_member",
    "rename",
    "restore_person",
    "suspend_person",
    "use_reset",
    "withdraw_invitation",
]
