-- Two roles and a database, made once, when the database folder is empty. psql runs this as the superuser.
-- The owner makes and changes tables and is used by `aislechat migrate` alone. The servers' role reads and
-- writes rows, and row-level security holds it to one retailer at a time.
\set ON_ERROR_STOP on
\set owner_password `cat /run/secrets/owner_password`
\set app_password `cat /run/secrets/app_password`

CREATE ROLE aislechat_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'owner_password';
CREATE ROLE aislechat_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'app_password';

CREATE DATABASE aislechat OWNER aislechat_owner ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE aislechat FROM PUBLIC;
GRANT CONNECT ON DATABASE aislechat TO aislechat_app;
