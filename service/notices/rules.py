"""What may be told, in words fixed beforehand: a notice never carries what somebody wrote about a person."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of news. Each room that tells something keeps its own kinds beside its rules.

    `headline` is read on the person's own page and may name `{about}`: the title of an offer or opportunity, never
    a note. `mail` is the only sentence that an e-mail says, and names nothing. An urgent kind is neither gathered into
    a digest nor held back over quiet hours.
    """

    code: str
    headline: str
    mail: str
    is_urgent: bool = False
