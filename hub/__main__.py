"""The `hub` command."""

import gc
import sys

gc.disable()  # nothing that is loaded here is garbage, and looking for it took a sixth of the start

from hub.app import create_app  # noqa: E402  see above
from hub.cli.main import hub  # noqa: E402  see above
from hub.settings import SettingError  # noqa: E402  see above

gc.freeze()
gc.enable()


def main() -> None:
    """Run the `hub` command; a bad setting ends with status 2 and says which."""
    try:
        hub(obj=create_app)
    except SettingError as error:
        sys.exit(f"hub: {error}")


if __name__ == "__main__":
    main()
