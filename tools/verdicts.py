"""What the checks say of each case, kept word for word in verdicts.json.

`python tests/verdicts.py` writes the file anew: read the difference before a commit.
"""

import json
import re
from pathlib import Path

import gradient_corpus
import typed_in_corpus
from slips import SLIPS
from wrong_answers import WRONG_ANSWERS

from scratchdl import check_gradients

FILE = Path(__file__).parents[1] / "tests" / "gradcheck" / "verdicts.json"
RIGHT = [*gradient_corpus.RIGHT, *typed_in_corpus.RIGHT]
WRONG = [*gradient_corpus.WRONG, *typed_in_corpus.WRONG]


def words_of(result):
    """Return what a check says, without NumPy's own words, which change with it."""
    return re.sub(r"matmul: [^;]*", "matmul ...", str(result))


def main():
    from test_exercises import answer_message

    verdicts = {
        case.name: words_of(check_gradients(*case.make())) for case in [*RIGHT, *WRONG]
    }
    verdicts |= {name: words_of(check_gradients(*slip)) for name, slip in SLIPS.items()}
    for label, answers in WRONG_ANSWERS.items():
        verdicts[label] = [answer_message(label, answer) for answer, _ in answers]
    FILE.write_text(json.dumps(verdicts, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
