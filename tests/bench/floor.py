"""The floor of an RPC: pgbench of the very statements that the service sent for one call of it.

What must differ from one transaction to the next becomes a variable of the script:
  :id             the record that the call was about, drawn at random; in the captured call, number `example`
  :new1, :new2 …  ids that the call gave, ascending with time as those of the service do
  :key1, :key2 …  keyed digests and request ids, random as those of the service are
  :version        the version that a record gets, another each time
Everything else stays as it was sent: sealed values, audit record and events have their true lengths."""
import re
import time

import measure

_KEY_DIGITS = 18


def transaction_on(sent, table):
    """The last complete transaction that touches the table, or the last such statement that stood outside of any."""
    def touches(unit):
        return any(f" {table} " in f"{text} " for _, text, _ in unit)

    found, open_units = None, {}
    for entry in sent:
        session, text, _ = entry
        if text.startswith("BEGIN"):
            open_units[session] = [entry]
        elif session in open_units:
            open_units[session].append(entry)
            if text.startswith("COMMIT"):
                unit = open_units.pop(session)
                found = unit if touches(unit) else found
        elif touches([entry]):
            found = [entry]
    if found is None:
        raise RuntimeError("the server was sent nothing")
    # What the service finds locked it does by itself later; pgbench can only wait for it.
    return [(" ".join(text.split()).replace(" SKIP LOCKED", ""), values) for _, text, values in found]


def told(statements):
    """What was taken, in a line: the tables that each statement writes, or reads."""
    parts = []
    for text, _ in statements:
        writes = re.findall(r"\b(INSERT INTO|UPDATE|DELETE FROM) (?!SET\b)(\w+)", text)
        reads = re.findall(r"\b(?:FROM|JOIN) (\w+)(?! ?\()", text)
        if writes:
            parts.append(" + ".join(f"{verb.split()[0]} {table}" for verb, table in writes))
        else:
            parts.append(f"SELECT {reads[-1]}" + (" FOR UPDATE" if "FOR UPDATE" in text else "") if reads else text)
    return "; ".join(parts)


def first_id():
    """Where the ids that a run gives begin: 41 bits of milliseconds and 22 more, as in common/ids."""
    return (int(time.time() * 1000) - 1_577_836_800_000) << 22


class Script:
    """Captured statements as a pgbench script."""

    def __init__(self, server, database, statements, example, records):
        self._server, self._database = server, database
        self._variables = {str(example): ":id"}
        lines = [self._line(text, values) for text, values in statements]
        new = [name for name in self._variables.values() if name.startswith(":new")]
        keys = [name for name in self._variables.values() if name.startswith(":key")]
        head = [f"\\set id random({example}, {example + records - 1})", "\\set n :n + 1",
                "\\set version 1000 + :n * 1024 + :client_id"]
        head += [f"\\set {name[1:]} :start + (:n * 1024 + :client_id) * 16 + {i}" for i, name in enumerate(new)]
        head += [f"\\set {name[1:]} random({10 ** (_KEY_DIGITS - 1)}, {10 ** _KEY_DIGITS - 1})" for name in keys]
        self.text = "\n".join(head + lines) + "\n"

    def rate(self, database, clients, seconds):
        """Transactions a second."""
        return measure.pgbench(self._server, database, self.text, clients, seconds, n=0, start=first_id())

    def _line(self, text, values):
        """A parameter becomes an expression of the parameter's own type."""
        types = self._types(text) if values else []

        def expression(match):
            number = int(match[1]) - 1
            return "NULL" if values[number] is None else self._typed(values[number], types[number])
        return re.sub(r"\$(\d+)", expression, text) + ";"

    def _types(self, text):
        answer = self._server.sql(f"PREPARE captured AS {text}; SELECT array_to_string(parameter_types::text[], '|') "
                                  "FROM pg_prepared_statements", self._database)
        return answer[0][0].split("|")

    def _typed(self, value, of):
        """An array is built of its elements, so that its length is as plain to the planner as in a parameter."""
        if of.endswith("[]") and value != "{}":
            elements = (re.sub(r"\\(.)", r"\1", quoted) or plain
                        for quoted, plain in re.findall(r'"((?:[^"\\]|\\.)*)"|([^,{}"]+)', value))
            return f"ARRAY[{', '.join(self._typed(element, of[:-2]) for element in elements)}]"
        return f"({self._expression(value)})::{of}"

    def _expression(self, value):
        """Text of literals and variables. Only what stands between characters that are no hexadecimal digits is an id,
        a number of its own or a whole digest: sealed bytes hold any digits."""
        if value in self._variables or re.fullmatch(r"\d{17,19}", value):
            return self._variable(value, "new")
        parts, end = [], 0
        token = re.compile(r"(?<![0-9a-fA-F])(%s|\d{17,19}|[0-9a-f]{32}|[0-9a-f]{64}|(?<=\"version\":)\d+)(?![0-9a-fA-F])"
                           % "|".join(name for name in self._variables if len(name) < 17))
        for match in token.finditer(value):
            parts.append(_literal(value[end:match.start()]))
            text = match[1]
            if value[:match.start()].endswith('"version":'):
                parts.append(":version::text")
            elif len(text) < 32:
                parts.append(self._variable(text, "new") + "::text")
            else:
                parts.append(self._variable(text, "key") + f"::text || '{text[_KEY_DIGITS:]}'")
            end = match.end()
        parts.append(_literal(value[end:]))
        return " || ".join(parts)

    def _variable(self, text, kind):
        if text not in self._variables:
            count = sum(name.startswith(f":{kind}") for name in self._variables.values())
            self._variables[text] = f":{kind}{count + 1}"
        return self._variables[text]


def _literal(text):
    """Without colons, behind which pgbench would see a variable."""
    text = text.replace("\\", "\\\\").replace("'", "''").replace(":", "\\x3A")
    return f"E'{text}'"
