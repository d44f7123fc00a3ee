-- Ordinary households stand beside the registered ones: those that applied, are watched or were removed. The type stands
-- with each member, too, so that lists of persons need not look at their households.
ALTER TABLE household
  ADD COLUMN type             smallint NOT NULL DEFAULT 1 CHECK (type IN (1, 2)),
  ADD COLUMN identify_date    date,
  ADD COLUMN buffer_end_date  date,
  ADD COLUMN monitor_type     text NOT NULL DEFAULT '',
  ADD COLUMN risk_eliminated  boolean;
ALTER TABLE member ADD COLUMN household_type smallint NOT NULL DEFAULT 1;

DROP INDEX household_area;
CREATE INDEX household_area ON household (area, id) INCLUDE (state, type);
DROP INDEX member_area;
CREATE INDEX member_area ON member (area, id) INCLUDE (state, household_type);

INSERT INTO dictionary_entry (dictionary, code, label, valid_from, source) VALUES
  ('MONITOR_TYPE', '1', '脱贫不稳定户', '2020-01-01', '防止返贫监测和帮扶有关规定; 代码为本系统自定'),
  ('MONITOR_TYPE', '2', '边缘易致贫户', '2020-01-01', '防止返贫监测和帮扶有关规定; 代码为本系统自定'),
  ('MONITOR_TYPE', '3', '突发严重困难户', '2021-01-01', '防止返贫监测和帮扶有关规定; 代码为本系统自定'),
  ('MONITOR_TYPE', '4', '未脱贫户', '2020-01-01', '扎鲁特旗三类重点 (2020); 代码为本系统自定');
