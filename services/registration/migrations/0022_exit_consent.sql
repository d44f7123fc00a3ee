-- Who recorded each answer of a household in an exit: a refusal is turned by somebody else.
ALTER TABLE exit_case
  ADD COLUMN accepts_recorder text NOT NULL DEFAULT '',
  ADD COLUMN recognised_recorder text NOT NULL DEFAULT '';
UPDATE exit_case SET accepts_recorder = recorder WHERE accepts IS NOT NULL;
UPDATE exit_case SET recognised_recorder = recorder WHERE recognised IS NOT NULL;
