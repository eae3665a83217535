"""Writes a copy of Jamf's OpenAPI document that Prism can serve. Each change is named; nothing else is changed.

Most are repairs: without them Prism cannot serve the document, or refuses what is right. The last makes the judge
stricter: an object may have declared properties only, so that a misspelt name in a body is a violation and not an
addition.

usage: repair.py SPEC OUT
"""

import json
import sys


def parts(node, found):
    """Schemas that others are made of (allOf) must stay open: each sees the properties of all."""
    if isinstance(node, dict):
        for part in node.get("allOf", []):
            found.add(part.get("$ref", "").rsplit("/", 1)[-1])
        for child in node.values():
            parts(child, found)
    elif isinstance(node, list):
        for child in node:
            parts(child, found)
    return found


def close(node, is_part):
    """Forbids properties that are not declared; says how many objects were closed."""
    if isinstance(node, list):
        return sum(close(child, is_part) for child in node)
    if not isinstance(node, dict):
        return 0
    closed = 0
    if isinstance(node.get("properties"), dict) and "allOf" not in node and not is_part:
        if "additionalProperties" not in node:
            node["additionalProperties"] = False
            closed = 1
    for name, child in node.items():
        if name == "allOf":
            closed += sum(close(part, True) for part in child)
        elif name not in ("example", "examples", "default", "enum"):
            closed += close(child, False)
    return closed


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

    # A token that expired before it was given is refused by any client.
    spec["components"]["schemas"]["AuthTokenV1"]["properties"]["expires"]["example"] = "2099-04-21T21:09:31.626Z"
    repairs.append("AuthTokenV1: the example's expiry moved into the future")

    # The document says that no login is needed in its own word only, and then asks for one like everywhere.
    public = [o for item in spec["paths"].values() for o in item.values() if isinstance(o, dict)]
    public = [o for o in public if o.get("x-authentication-required") is False and "security" not in o]
    for operation in public:
        operation["security"] = []
    repairs.append(f"{len(public)} operations without a login declared as such")

    schemas = spec["components"]["schemas"]
    open_ones = parts(spec, set())
    closed = sum(close(schema, name in open_ones) for name, schema in schemas.items())
    closed += close(spec["paths"], False)
    repairs.append(f"{closed} objects closed: declared properties only")

    with open(out, "w") as file:
        json.dump(spec, file)
    for repair in repairs:
        print("  changed:", repair)


main()
