-- A list whose rows are being deleted is compared no more: without some of them, whoever stood there looks absent.
ALTER TABLE match_list DROP CONSTRAINT match_list_state_check;
ALTER TABLE match_list ADD CONSTRAINT match_list_state_check
  CHECK (state BETWEEN 1 AND 4);  -- receiving, received, purged, purging
