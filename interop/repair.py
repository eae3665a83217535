"""Writes a copy of Jamf's OpenAPI document that Prism can serve. Each repair is named; nothing else is changed.

usage: repair.py SPEC OUT
"""

import json
import sys


def main():
    source, out = sys.argv[1:3]
    with open(source) as file:
        spec = json.load(file)
    repairs = []

    # The paths are relative to /api, which the server entry says in a way that Prism does not serve.
    spec["paths"] = {"/api" + path: item for path, item in spec["paths"].items()}
    spec["servers"] = [{"url": "/"}]
    repairs.append("paths: the prefix /api written out")

    for path, item in spec["paths"].items():
        for verb, operation in item.items():
            if not isinstance(operation, dict):
                continue
            for status, response in operation.get("responses", {}).items():
                content = response.get("content") or {}
                for media in [m for m in content if "," in m]:
                    body = content.pop(media)
                    for one in media.split(","):
                        content[one.strip()] = json.loads(json.dumps(body))
                    repairs.append(f"{verb.upper()} {path} {status}: {media!r} is two media types")

    with open(out, "w") as file:
        json.dump(spec, file)
    for repair in repairs:
        print("  repaired:", repair)


main()
