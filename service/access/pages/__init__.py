"""The pages of access: signing in, one's own account, and the administrator's view of who may do what."""

from litestar.types import ControllerRouterHandler

from service.access.pages import account, administration, sign_in
from service.access.pages.sign_in import safe_path as safe_path

routes: list[ControllerRouterHandler] = [*sign_in.routes, *account.routes, *administration.routes]
