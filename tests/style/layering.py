#!/usr/bin/env python3
"""Refuse includes that point upwards or sideways, and headers of others outside the files that wrap them.

The layers are the folders of src/, with capi/ on top of them.

Usage: layering.py REPOSITORY
"""
import fnmatch
import pathlib
import re
import sys

# A folder may include itself and any folder of a line above its own. Folders of one line don't see each other.
LAYERS = [
    ["base"],
    ["wire"],
    ["crypto"],
    ["keys", "x509", "record"],
    ["channel", "session"],
    ["config"],
    ["handshake"],
    ["connection"],
    ["socket"],
    ["capi"],
]

# Headers of others, and the only files that may include them.
SYSTEM_CALLS = ["socket/*", "x509/trust_store.cc", "x509/pem_file.cc", "x509/file_identity.h"]
FENCED = {
    "wolfssl/*": ["crypto/*.cc", "crypto/*_internal.h"],
    "nlohmann/*": ["config/*", "connection/info.cc", "capi/*"],
    "coroutine": ["handshake/flow.h"],
    "arpa/*": ["socket/*", "x509/host_name.cc"],
    **dict.fromkeys(
        ["sys/*", "netinet/*", "netdb.h", "poll.h", "fcntl.h", "unistd.h", "dirent.h", "signal.h"],
        SYSTEM_CALLS),
}

RANK = {folder: rank for rank, folders in enumerate(LAYERS) for folder in folders}
INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]', re.M)


def check(path, text):
    """Yield (line, complaint) for each bad include in the file `path`, which begins with its layer."""
    folder = path.split("/")[0]
    if folder not in RANK or "/" not in path:
        yield 1, f"{path} is in no layer"
        return
    for match in INCLUDE.finditer(text):
        line = text.count("\n", 0, match.start(2)) + 1
        mark, target = match.groups()
        for pattern, allowed in FENCED.items():
            if fnmatch.fnmatch(target, pattern) and not any(fnmatch.fnmatch(path, a) for a in allowed):
                yield line, f"{target} may be included by {', '.join(allowed)} only"
        if mark == "<" or target.startswith("tlsock/") or any(fnmatch.fnmatch(target, p) for p in FENCED):
            continue
        other = target.split("/")[0]
        if "/" not in target or other not in RANK:
            yield line, f'"{target}" does not begin with a layer'
        elif other != folder and RANK[other] >= RANK[folder]:
            yield line, f"{folder} may not include {other}"


def files(repository):
    """Yield (path, path that begins with the layer) for each source file."""
    for top, base in ((repository / "src", repository / "src"), (repository / "capi", repository)):
        for path in sorted(p for p in top.rglob("*") if p.suffix in (".h", ".cc")):
            yield path, path.relative_to(base).as_posix()


def main(repository):
    found = seen = 0
    for path, name in files(pathlib.Path(repository)):
        seen += 1
        for line, complaint in check(name, path.read_text()):
            print(f"{path}:{line}: {complaint}")
            found += 1
    if not seen:
        print(f"{repository}: no sources")
    return 1 if found or not seen else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
