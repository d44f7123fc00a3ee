-- Why a household has another head.
INSERT INTO dictionary_entry (dictionary, code, label, valid_from, source) VALUES
  ('HEAD_CHANGE_REASON', '01', '户口簿户主变更', '2014-01-01', '本系统'),
  ('HEAD_CHANGE_REASON', '02', '家庭成员商定', '2014-01-01', '本系统'),
  ('HEAD_CHANGE_REASON', '03', '更正登记错误', '2014-01-01', '本系统'),
  ('HEAD_CHANGE_REASON', '99', '其他', '2014-01-01', '本系统');

-- When an end was recorded: what moved into a successor since was moved because of it. Of ends recorded before this was
-- kept nothing is known, so that everything counts. An end that is taken back takes its successors with it.
ALTER TABLE area_successor ADD COLUMN record_time timestamptz NOT NULL DEFAULT '-infinity';
CREATE INDEX area_successor_successor ON area_successor (successor);
