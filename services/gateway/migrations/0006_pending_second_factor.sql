-- When the device that is not confirmed yet was enrolled: it can be confirmed for a while only. A device of before has no
-- time and is enrolled anew.

ALTER TABLE account ADD COLUMN totp_pending_at timestamptz;
