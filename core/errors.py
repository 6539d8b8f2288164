"""Errors a visitor can act on: an English sentence that pages translate and the command line prints."""


def N_(message: str) -> str:
    """Mark a message for the translation catalogue without translating it here."""
    return message


class UserError(ValueError):
    """Something the user gave or lacks; `template` and `params` let a page say it in the visitor's language.

    `template` is the English sentence with `{named}` fields, marked with `N_` where it is raised.
    """

    def __init__(self, template: str, **params: object) -> None:
        self.template = template
        self.params = params
        super().__init__(template.format(**params))


class DataError(UserError):
    """Data that cannot be used; the message says what is wrong and what would be right."""
