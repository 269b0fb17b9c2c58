"""Writing case studies: by people, and from the seed files."""

from hub.cases.content import content_of
from hub.cases.service.files import add_file, remove_file
from hub.cases.service.moving import delete_draft, move_case
from hub.cases.service.seeding import load_cases
from hub.cases.service.takeout import destroy_file, take_person_out
from hub.cases.service.writing import archive_case, confirm_case, publish_case, save_case, start_case

__all__ = [
    "add_file", "archive_case", "confirm_case", "content_of", "delete_draft", "destroy_file", "load_cases",
    "move_case", "publish_case", "remove_file", "save_case", "start_case", "take_person_out",
]  # fmt: skip
