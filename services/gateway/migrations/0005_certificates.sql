-- SHA-256 of the certificate that a client comes with, in hexadecimal. A client of before has none and gets no token
-- until it is registered anew.

ALTER TABLE department_client ADD COLUMN certificate_digest text NOT NULL DEFAULT ''
  CHECK (certificate_digest ~ '^([0-9a-f]{64})?$');
