-- The area tree: a reference table, the same on every node.
CREATE TABLE area (
  code             bigint PRIMARY KEY CHECK (code BETWEEN 100000000000 AND 999999999999),
  name             text NOT NULL,
  level            smallint NOT NULL CHECK (level BETWEEN 1 AND 5),
  parent           bigint REFERENCES area (code),           -- null for a province
  kind             smallint NOT NULL CHECK (kind BETWEEN 1 AND 3),
  valid_from       date NOT NULL,
  valid_to         date CHECK (valid_to > valid_from),      -- null while valid
  pinyin           text NOT NULL,                           -- initials of every reading, separated by spaces
  path             text NOT NULL                            -- names from the province down
);
CREATE INDEX area_parent ON area (parent, code);
CREATE INDEX area_name ON area (name text_pattern_ops);

CREATE TABLE area_successor (
  code             bigint NOT NULL REFERENCES area (code),
  successor        bigint NOT NULL REFERENCES area (code),
  change           smallint NOT NULL CHECK (change BETWEEN 1 AND 4),
  effective_date   date NOT NULL,
  PRIMARY KEY (code, successor)
);
