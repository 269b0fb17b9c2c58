"""Writing case studies: by people, and from the seed files."""

from hub.cases.content import content_of
from hub.cases.service.copies import forget_copy, forget_old_copies, keep_copy, settle_copy
from hub.cases.service.files import add_file, describe_file, put_sizes, remove_file
from hub.cases.service.links import note_failed_link, note_unsaid_link, note_whole_link
from hub.cases.service.moving import delete_draft, move_case
from hub.cases.service.restoring import restore_version
from hub.cases.service.review import (
    propose_change,
    publish_proposal,
    return_case,
    return_proposal,
    submit_case,
    take_up_proposal,
    withdraw_proposal,
)
from hub.cases.service.seeding import load_case_translations, load_cases
from hub.cases.service.takeout import destroy_file, take_person_out
from hub.cases.service.translating import (
    TranslatedText,
    put_seeded_translation,
    save_translation,
    withdraw_translation,
)
from hub.cases.service.writing import archive_case, confirm_case, publish_case, save_case, start_case

__all__ = [
    "TranslatedText",
    "add_file",
    "archive_case",
    "confirm_case",
    "content_of",
    "delete_draft",
    "describe_file",
    "destroy_file",
    "forget_copy",
    "forget_old_copies",
    "keep_copy",
    "load_case_translations",
    "load_cases",
    "move_case",
    "note_failed_link",
    "note_unsaid_link",
    "note_whole_link",
    "propose_change",
    "publish_case",
    "publish_proposal",
    "put_seeded_translation",
    "put_sizes",
    "remove_file",
    "restore_version",
    "return_case",
    "return_proposal",
    "save_case",
    "save_translation",
    "settle_copy",
    "start_case",
    "submit_case",
    "take_person_out",
    "take_up_proposal",
    "withdraw_proposal",
    "withdraw_translation",
]  # fmt: skip
