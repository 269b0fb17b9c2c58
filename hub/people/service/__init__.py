"""Writes of this room: accounts and sign-ins, invitations, roles."""

from hub.people.service.accepting import accept_invitation
from hub.people.service.accounts import (
    change_password,
    choose_language,
    choose_time_zone,
    create_user,
    rename,
    withhold_name,
)
from hub.people.service.asking import ask_by_address
from hub.people.service.invitations import invite, withdraw_invitation
from hub.people.service.proofs import ask_change, ask_confirmation, use_proof
from hub.people.service.resets import ask_reset, use_reset
from hub.people.service.roles import change_role, end_organizer_role, remove_member, restore_person, suspend_person
from hub.people.service.signins import (
    LONG,
    begin_sign_in,
    check_password,
    end_all_of_mine,
    end_one_of_mine,
    end_sign_in,
    open_sign_in,
    prove_again,
    renew_sign_in,
)
from hub.people.service.waiting import withdraw_of_city, withdraw_waiting

__all__ = [
    "LONG",
    "accept_invitation",
    "ask_by_address",
    "ask_change",
    "ask_confirmation",
    "ask_reset",
    "begin_sign_in",
    "change_password",
    "change_role",
    "check_password",
    "choose_language",
    "choose_time_zone",
    "create_user",
    "end_all_of_mine",
    "end_one_of_mine",
    "end_organizer_role",
    "end_sign_in",
    "invite",
    "open_sign_in",
    "prove_again",
    "remove_member",
    "rename",
    "renew_sign_in",
    "restore_person",
    "suspend_person",
    "use_proof",
    "use_reset",
    "withdraw_invitation",
    "withdraw_of_city",
    "withdraw_waiting",
    "withhold_name",
]
