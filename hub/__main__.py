"""The `hub` command."""

import sys

from hub.app import create_app
from hub.cli.main import hub
from hub.settings import SettingError


def main() -> None:
    """Run the `hub` command; a bad setting ends with status 2 and says which."""
    try:
        hub(obj=create_app)
    except SettingError as error:
        sys.exit(f"hub: {error}")


if __name__ == "__main__":
    main()
