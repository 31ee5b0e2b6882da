from uuid import UUID
from sqlalchemy import text
from service.kit.actor import the_service
from service.kit.db import transaction
from service.transfer import actions
from service.transfer.staging import Staging
from tests.builders import Builder

CSV = """EMPLOYEE_NUMBER,FIRST_NAME,LAST_NAME,DATE_OF_BIRTH,EMAIL_ADDRESS,JOB_TITLE,GRADE_SCHEME,GRADE,STAFF_GROUP,CONTRACTED_FTE,START_DATE,END_DATE,SEX
1,Amara,Okafor,17/05/1985,a@example.org,Ward manager,afc,7,Nursing and midwifery,1,01/03/2024,,F
2,Bronwen,Parry,17/05/1985,b@example.org,Porter,afc,2,Estates & ancillary,0.6,31/02/2024,,F
3,Ceri,Pugh,17/05/1985,c@example.org,Porter,afc,2,Estates & ancilary,0.6,01/02/2024,,F
4,Dai,Rees,17/05/1985,d@example.org,Porter,,band 2,Estates & ancillary,0.6,01/02/2024,,M
"""

async def test_end_to_end(make: Builder, sessions, admin, tmp_path):
    org = await make.organisation()
    actor = the_service(org)
    st = Staging(tmp_path)
    async with transaction(sessions, actor) as s:
        i = await actions.upload(s, actor, org, "a.csv", CSV.encode(), st)
    async with transaction(sessions, actor) as s:
        print(await actions.check_import(s, actor, i, st))
    print(st.read(i, 'problems').to_dicts())
    async with transaction(sessions, actor) as s:
        print(await actions.apply_import(s, actor, i, st, without_problem_rows=True))
    async with transaction(sessions, actor) as s:
        j = await actions.upload(s, actor, org, "a.csv", CSV.replace("Ward manager", "Matron").replace("Dai","David").encode(), st)
        r = await actions.check_import(s, actor, j, st); print(r)
        print(st.read(j,'changes').to_dicts())
        print(await actions.apply_import(s, actor, j, st, without_problem_rows=True))
    async with transaction(sessions, actor) as s:
        print(await actions.undo_import(s, actor, j))
    async with transaction(sessions, actor) as s:
        print(await actions.undo_import(s, actor, i))
    async with admin.connect() as c:
        for t in ('people','employments','assignments','equality_answers','import_steps','import_changes','audit_entries'):
            print(t, (await c.execute(text(f"select * from {t}"))).all())
    assert 0
