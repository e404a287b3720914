"""Mistakes around the records, each with a code that never changes."""

from __future__ import annotations

from yimatong.core.errors import EnvironmentProblem, YimatongError


class RecordsError(YimatongError):
    """Something about the records that a person can mend."""


def roles_not_allowed(user: str) -> EnvironmentProblem:
    """The database user may not create the two roles that keep verdicts from being painted."""
    statements = (
        f'CREATE ROLE yimatong_app NOLOGIN; CREATE ROLE yimatong_judge NOLOGIN; GRANT yimatong_app, yimatong_judge TO "{user}";'
    )
    return EnvironmentProblem(
        "database-roles-not-allowed",
        zh=f"数据库用户 {user} 无权创建或使用角色 yimatong_app 和 yimatong_judge。",
        en=f"the database user {user} may not create or use the roles yimatong_app and yimatong_judge.",
        remedy_zh=f"请数据库管理员执行一次：{statements}（或执行 ALTER ROLE \"{user}\" CREATEROLE），然后重新运行。",
        remedy_en=f"let the administrator of the database run once: {statements} (or ALTER ROLE \"{user}\" CREATEROLE), then run this again.",
    )
