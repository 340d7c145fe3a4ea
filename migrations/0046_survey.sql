-- +goose Up
-- Household surveys. options is empty for a question of for and against; result is
-- empty until a survey is closed.
CREATE TABLE deliberation_survey (
  realm     TEXT   NOT NULL,
  id        TEXT   NOT NULL,
  purpose   TEXT   NOT NULL,
  area      TEXT   NOT NULL,
  place     BIGINT NOT NULL,
  question  TEXT   NOT NULL,
  about     TEXT   NOT NULL,
  options   TEXT   NOT NULL,
  channels  TEXT   NOT NULL,
  state     TEXT   NOT NULL,
  reason    TEXT   NOT NULL,
  asked     BIGINT NOT NULL,
  opened_at BIGINT NOT NULL,
  closes_at BIGINT NOT NULL,
  ended_at  BIGINT NOT NULL,
  kept      BIGINT NOT NULL,
  result    TEXT   NOT NULL,
  revision  BIGINT NOT NULL,
  PRIMARY KEY (realm, id)
);
CREATE INDEX deliberation_survey_closing ON deliberation_survey (realm, state, closes_at, id);
CREATE INDEX deliberation_survey_state ON deliberation_survey (realm, state, id);
CREATE INDEX deliberation_survey_purpose ON deliberation_survey (realm, purpose, id) WHERE purpose <> '';
CREATE INDEX deliberation_survey_kept ON deliberation_survey (realm, id, ended_at) WHERE kept = 1;
-- Who is asked, with the one answer that counts. sealed is the household's name; hash
-- is of the code on its letter; answers is how many were given, one and its corrections.
CREATE TABLE deliberation_household (
  realm   TEXT   NOT NULL,
  survey  TEXT   NOT NULL,
  no      BIGINT NOT NULL,
  place   BIGINT NOT NULL,
  sealed  TEXT   NOT NULL,
  hash    TEXT   NOT NULL,
  letters BIGINT NOT NULL,
  channel TEXT   NOT NULL,
  choice  TEXT   NOT NULL,
  form    TEXT   NOT NULL,
  answers BIGINT NOT NULL,
  shut    BIGINT NOT NULL,
  PRIMARY KEY (realm, survey, no)
);
CREATE INDEX deliberation_household_hash ON deliberation_household (realm, survey, hash) WHERE hash <> '';
CREATE INDEX deliberation_household_open ON deliberation_household (realm, survey, no) WHERE answers = 0;
-- Every answer that was given, the corrected ones too.
CREATE TABLE deliberation_answer (
  realm   TEXT   NOT NULL,
  survey  TEXT   NOT NULL,
  no      BIGINT NOT NULL,
  seq     BIGINT NOT NULL,
  channel TEXT   NOT NULL,
  choice  TEXT   NOT NULL,
  account TEXT   NOT NULL,
  at      BIGINT NOT NULL,
  PRIMARY KEY (realm, survey, no, seq)
);
-- What was said beside an answer. It does not say by which household.
CREATE TABLE deliberation_remark (
  realm   TEXT   NOT NULL,
  survey  TEXT   NOT NULL,
  id      TEXT   NOT NULL,
  sealed  TEXT   NOT NULL,
  state   TEXT   NOT NULL,
  ref     TEXT   NOT NULL,
  PRIMARY KEY (realm, survey, id)
);
