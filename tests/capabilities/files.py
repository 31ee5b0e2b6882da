"""Files of frameworks and roles as an administrator would write them."""

from uuid import uuid4

FRAMEWORK = """part,dimension,code,level,name,text
level,,,1,First steps,With help
level,,,2,On your own,
dimension,,listening,,Listening,Hearing what is meant
dimension,,telling,,Telling,
behaviour,listening,waits,1,,Waits until the other has finished
behaviour,listening,,,,"Says back what was heard, in other words"
behaviour,telling,plainly,2,,Says it in words that everyone knows
"""
ROLES_HEAD = "code,family,level,title,titles,tier,default,summary,capabilities,experience,registration,qualification"


def a_code(mark: str = "f") -> str:
    return f"{mark}{uuid4().hex[:10]}"


def a_role(**given: str) -> str:
    """One line of a file of roles."""
    code = given.get("code") or a_code("r")
    row = {
        "code": code, "family": "voluntary", "level": "5", "title": f"Role {code}", "titles": f"helper {code}",
        "tier": "", "default": "no", "summary": "Helps.",
        "capabilities": "ways.relating|leadership.people.1 (desirable)",
        "experience": "A year of helping", "registration": "", "qualification": "Any degree (desirable)",
    } | given  # fmt: skip
    return ",".join(f'"{row[name]}"' for name in ROLES_HEAD.split(","))


def roles_file(*lines: str) -> str:
    return "\n".join([ROLES_HEAD, *lines]) + "\n"


def a_framework(**given: object) -> dict[str, object]:
    """The body of a request to publish one."""
    return {
        "code": a_code(), "name": "How we talk", "kind": "behaviours", "approved_by": "The people committee",
        "approved_on": "2026-11-02", "based_on": 0, "csv": FRAMEWORK,
    } | given  # fmt: skip
