-- +goose Up
CREATE TABLE jobs_job (
  realm       TEXT   NOT NULL,
  id          TEXT   NOT NULL,
  kind        TEXT   NOT NULL,
  job_key     TEXT,
  body        TEXT   NOT NULL,
  state       TEXT   NOT NULL,
  run_at      BIGINT NOT NULL,
  attempt     BIGINT NOT NULL,
  lease_until BIGINT NOT NULL,
  failure     TEXT   NOT NULL,
  PRIMARY KEY (realm, id)
);
CREATE UNIQUE INDEX jobs_job_key ON jobs_job (realm, kind, job_key) WHERE job_key IS NOT NULL;
CREATE INDEX jobs_job_ready ON jobs_job (realm, kind, run_at) WHERE state = 'ready';
CREATE INDEX jobs_job_running ON jobs_job (realm, lease_until) WHERE state = 'running';
CREATE INDEX jobs_job_dead ON jobs_job (realm, id) WHERE state = 'dead';
