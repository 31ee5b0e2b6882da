#!/bin/sh
# Runs once, when the database is first made. The migrations make these roles too, but only whoever runs the servers can
# give them passwords; what each role may do is in migrations/roles.py.
set -eu
psql --set=ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
    --set=app="$APP_PASSWORD" --set=analyst="$ANALYST_PASSWORD" --set=courier="$COURIER_PASSWORD" <<'SQL'
CREATE ROLE ridgeway_app LOGIN PASSWORD :'app';
CREATE ROLE ridgeway_analyst LOGIN PASSWORD :'analyst';
CREATE ROLE ridgeway_courier LOGIN PASSWORD :'courier';
SQL
