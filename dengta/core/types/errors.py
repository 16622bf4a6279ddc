"""What all typed values share: a refusal that a person can read."""


class BadValue(ValueError):
    """A text that is not what it should be. `sentence` is translated when shown; `code` never changes."""

    def __init__(self, sentence, code: str = "invalid", suggestion: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code
        self.suggestion = suggestion

    def __str__(self) -> str:
        return str(self.sentence)
