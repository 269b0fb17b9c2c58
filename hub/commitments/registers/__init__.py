"""Published lists of members: reading the file, and finding which city each line is; pure."""

from hub.commitments.registers.matching import EXACT, NEAR, OTHER_NAME, Match, Names, match_lines
from hub.commitments.registers.reading import LONGEST_NAME, MAX_BYTES, MOST_LINES, Listed, read_list

__all__ = [
    "EXACT", "LONGEST_NAME", "MAX_BYTES", "MOST_LINES", "NEAR", "OTHER_NAME", "Listed", "Match", "Names", "match_lines",
    "read_list",
]  # fmt: skip
