"""A certificate as the dict that Python's ssl gives for one: subject, issuer, dates, names."""

import ipaddress
from collections.abc import Iterator
from datetime import datetime
from typing import Any

__all__ = ["as_dict"]

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_ATTRIBUTES = {
    "0.9.2342.19200300.100.1.1": "userId",
    "0.9.2342.19200300.100.1.25": "domainComponent",
    "1.2.840.113549.1.9.1": "emailAddress",
    "2.5.4.3": "commonName",
    "2.5.4.4": "surname",
    "2.5.4.5": "serialNumber",
    "2.5.4.6": "countryName",
    "2.5.4.7": "localityName",
    "2.5.4.8": "stateOrProvinceName",
    "2.5.4.9": "streetAddress",
    "2.5.4.10": "organizationName",
    "2.5.4.11": "organizationalUnitName",
    "2.5.4.12": "title",
    "2.5.4.17": "postalCode",
    "2.5.4.42": "givenName",
    "2.5.4.43": "initials",
    "2.5.4.46": "dnQualifier",
    "2.5.4.65": "pseudonym",
    "2.5.4.97": "organizationIdentifier",
}
_SUBJECT_ALT_NAME = bytes.fromhex("551d11")

_BMP_STRING, _UTC_TIME, _VERSION, _EXTENSIONS, _OCTETS = 0x1E, 0x17, 0xA0, 0xA3, 0x04

Name = tuple[tuple[tuple[str, str], ...], ...]


def as_dict(der: bytes) -> dict[str, Any]:
    """The dict. Raises ValueError for what is no certificate."""
    try:
        return _read(der)
    except (IndexError, StopIteration) as error:
        raise ValueError("not a certificate in DER") from error


def _read(der: bytes) -> dict[str, Any]:
    fields = _elements(_content(_content(der)))
    tag, content = next(fields)
    version = 1
    if tag == _VERSION:
        version = int.from_bytes(_content(content), "big") + 1
        tag, content = next(fields)
    serial = content
    next(fields)  # the signature's algorithm
    issuer = _name(next(fields)[1])
    not_before, not_after = _elements(next(fields)[1])
    subject = _name(next(fields)[1])
    result: dict[str, Any] = {
        "subject": subject,
        "issuer": issuer,
        "version": version,
        "serialNumber": serial.removeprefix(b"\0").hex().upper() or "00",
        "notBefore": _time(*not_before),
        "notAfter": _time(*not_after),
    }
    names = tuple(_alt_name(*element) for element in _subject_alt_names(fields))
    if names:
        result["subjectAltName"] = names
    return result


def _element(data: bytes, at: int) -> tuple[int, bytes, int]:
    """Tag, content, and where the next element begins."""
    tag, length = data[at], data[at + 1]
    at += 2
    if length >= 0x80:
        size = length & 0x7F
        length = int.from_bytes(data[at : at + size], "big")
        at += size
    if at + length > len(data):
        raise IndexError
    return tag, data[at : at + length], at + length


def _elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(data):
        tag, content, at = _element(data, at)
        yield tag, content


def _content(data: bytes) -> bytes:
    return _element(data, 0)[1]


def _oid(content: bytes) -> str:
    arcs: list[int] = []
    arc = 0
    for byte in content:
        arc = arc << 7 | byte & 0x7F
        if not byte & 0x80:
            arcs.append(arc)
            arc = 0
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, (first, arcs[0] - 40 * first, *arcs[1:])))


def _text(tag: int, content: bytes) -> str:
    return content.decode("utf-16-be" if tag == _BMP_STRING else "utf-8", "replace")


def _name(content: bytes) -> Name:
    name = []
    for _, attributes in _elements(content):
        pairs = []
        for _, attribute in _elements(attributes):
            (_, kind), value = _elements(attribute)
            oid = _oid(kind)
            pairs.append((_ATTRIBUTES.get(oid, oid), _text(*value)))
        name.append(tuple(pairs))
    return tuple(name)


def _time(tag: int, content: bytes) -> str:
    digits = content.decode("ascii").removesuffix("Z")
    if tag == _UTC_TIME:
        digits = ("19" if digits >= "50" else "20") + digits
    time = datetime.strptime(digits, "%Y%m%d%H%M%S")
    return f"{_MONTHS[time.month - 1]} {time.day:2} {time:%H:%M:%S} {time.year} GMT"


def _subject_alt_names(fields: Iterator[tuple[int, bytes]]) -> Iterator[tuple[int, bytes]]:
    for tag, content in fields:
        if tag != _EXTENSIONS:
            continue
        for _, extension in _elements(_content(content)):
            members = list(_elements(extension))
            if members[0][1] == _SUBJECT_ALT_NAME and members[-1][0] == _OCTETS:
                yield from _elements(_content(members[-1][1]))


def _alt_name(tag: int, content: bytes) -> tuple[str, Any]:
    kind = tag & 0x1F
    if kind == 1:
        return "email", _text(tag, content)
    if kind == 2:
        return "DNS", _text(tag, content)
    if kind == 4:
        return "DirName", _name(_content(content))
    if kind == 6:
        return "URI", _text(tag, content)
    if kind == 7:
        return "IP Address", _address(content)
    if kind == 8:
        return "Registered ID", _oid(content)
    return "othername", "<unsupported>"


def _address(content: bytes) -> str:
    if len(content) == 4:
        return str(ipaddress.IPv4Address(content))
    if len(content) == 16:
        return ":".join(f"{int.from_bytes(content[at : at + 2], 'big'):X}" for at in range(0, 16, 2))
    return "<invalid>"
