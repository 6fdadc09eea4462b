#!/usr/bin/env python3
"""Compare what the library exports, what its version script lists and what its header declares; and look at how it is
linked: no executable stack, no text relocations, nothing needed but the C and C++ run time.

Usage: exports.py LIBRARY VERSION_SCRIPT HEADER
"""
import re
import subprocess
import sys

NODE = re.compile(r"^(\w+)\s*\{(.*?)\}\s*(\w*)\s*;", re.M | re.S)
DECLARATION = re.compile(r"^TLS_API\b[^;{]*?\b(\w+)\s*\(", re.M)
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.S)
NEEDED = re.compile(r"lib(?:c|m|dl|pthread|rt|stdc\+\+|gcc_s|asan|ubsan|tsan)\.so\.\d+|ld-linux.*|libwolfssl\.so\.\d+")


def listed(script):
    """Give {name: node} of a version script, and complaints about its form."""
    names, complaints = {}, []
    nodes = NODE.findall(COMMENT.sub("", script))
    for position, (node, body, parent) in enumerate(nodes):
        visible, _, hidden = body.partition("local:")
        for name in visible.replace("global:", "").replace(";", " ").split():
            if not re.fullmatch(r"tls_[a-z0-9_]+", name):
                complaints.append(f"{node} lists {name}: names are given one by one and begin with tls_")
            if name in names:
                complaints.append(f"{name} is listed twice")
            names[name] = node
        if position == 0 and hidden.replace(";", " ").split() != ["*"]:
            complaints.append(f"{node} does not hide all other names")
    return names, complaints


def declared(header):
    """Give the names of the functions that a header declares as exported."""
    return DECLARATION.findall(COMMENT.sub("", header))


def exported(symbols):
    """Give {name: node} of `nm -D --defined-only --with-symbol-versions`, and the version nodes themselves."""
    names, nodes = {}, set()
    for line in symbols.splitlines():
        kind, symbol = line.split()[-2:]
        name, _, node = symbol.partition("@@")
        if kind == "A":
            nodes.add(name)
        else:
            names[name] = node
    return names, nodes


def compare(symbols, script, header):
    """Yield a complaint for each difference."""
    names, complaints = listed(script)
    yield from complaints
    declarations = declared(header)
    if not declarations:
        yield "the header declares nothing"
    yield from (f"{name} is declared, but not in the version script" for name in declarations if name not in names)
    yield from (f"{name} is in the version script, but not declared" for name in names if name not in declarations)
    symbols, nodes = exported(symbols)
    yield from (f"{name} is exported as {symbols[name] or 'no version'}, not as {names.get(name, 'a listed name')}"
                for name in symbols if names.get(name) != symbols[name])
    yield from (f"{name} is not exported" for name in names if name not in symbols)
    yield from (f"the version node {node} is not in the script" for node in nodes - set(names.values()))


def linkage(headers, dynamic):
    """Yield a complaint for each bad property in `readelf -lW` and `readelf -dW`."""
    stack = re.search(r"^\s*GNU_STACK\s.*$", headers, re.M)
    if not stack or "E" in stack.group().split()[-2]:
        yield "the stack is executable"
    if re.search(r"\bTEXTREL\b", dynamic):
        yield "there are text relocations"
    if not re.search(r"^\s*GNU_RELRO\s", headers, re.M) or not re.search(r"\bBIND_NOW\b|\bNOW\b", dynamic):
        yield "the relocation tables stay writable"
    for library in re.findall(r"\(NEEDED\).*\[(.*)\]", dynamic):
        if not NEEDED.fullmatch(library):
            yield f"{library} is needed"
    name = re.search(r"\(SONAME\).*\[(.*)\]", dynamic)
    if not name or name.group(1) != "libtlsock.so.1":
        yield "the SONAME is not libtlsock.so.1"


def main(library, script, header):
    def output(*command):
        return subprocess.run([*command, library], check=True, capture_output=True, text=True).stdout

    with open(script) as s, open(header) as h:
        complaints = list(compare(output("nm", "-D", "--defined-only", "--with-symbol-versions"), s.read(), h.read()))
    complaints += linkage(output("readelf", "-lW"), output("readelf", "-dW"))
    for complaint in complaints:
        print(complaint)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
