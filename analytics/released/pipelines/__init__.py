"""Who is coming through: how far cases get, who is at each stage, who could step up, and how new leaders are supported.

conversion (cases followed from the day they opened) . stages (groups at each stage) and cover (ready people for posts
that fall free), protected together in `guarded` . support (new leaders by tier). `report` puts them together, after
disclosure control. Nobody's group has any part in who is chosen: it is only counted here, among many.
"""

from analytics.released.pipelines.report import METHOD_VERSION, PipelinesReleased, pipelines_report

__all__ = ["METHOD_VERSION", "PipelinesReleased", "pipelines_report"]
