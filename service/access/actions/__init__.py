"""What can be done about access: sessions (for everyone), and accounts and grants (for administrators)."""

from service.access.actions.accounts import add_account as add_account
from service.access.actions.accounts import close_account as close_account
from service.access.actions.accounts import give as give
from service.access.actions.accounts import reopen_account as reopen_account
from service.access.actions.accounts import take_away as take_away
from service.access.actions.sessions import Limits as Limits
from service.access.actions.sessions import end_all_sessions as end_all_sessions
from service.access.actions.sessions import end_one_session as end_one_session
from service.access.actions.sessions import end_session as end_session
from service.access.actions.sessions import form_token as form_token
from service.access.actions.sessions import form_token_fits as form_token_fits
from service.access.actions.sessions import session_key as session_key
from service.access.actions.sessions import sign_in as sign_in
from service.access.actions.sessions import start_session as start_session
from service.access.actions.sessions import who_is as who_is
