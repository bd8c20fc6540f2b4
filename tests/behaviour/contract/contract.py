# SPDX-License-Identifier: Apache-2.0
"""Cloudflare's own OpenAPI document as a contract: what is wrong with one exchange (a request and its answer)?

`Contract()` reads the cut beside this file, which stays as Cloudflare published it, and lays over it what the document
has wrong against what the API has been seen to do (each repair below says why), plus the zone settings, whose schema
is too large to keep. `faults(exchange)` gives sentences; none: the exchange fits. Unknown fields and unknown statuses
never are faults: the API grows."""
import copy
import json
import pathlib
import re

import jsonschema

PREFIX = "#/components/schemas/"
TLS = "tls-certificates-and-hostnames_"


def walk(node, visit):
    if isinstance(node, dict):
        visit(node)
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        walk(child, visit)


def repair(document):
    schemas = document["components"]["schemas"]
    operations = [operation for path in document["paths"].values() for operation in path.values()]

    # Every 4XX was to satisfy the success and the failure envelope at once, which nothing can.
    for operation in operations:
        answer = operation["responses"]["4XX"]["content"]["application/json"]
        parts = answer["schema"].get("allOf", [answer["schema"]])
        answer["schema"] = next(part for part in parts if part["$ref"].endswith("-failure"))
    # The service leaves `result` out of its own refusals; gateways give null.
    for name, schema in schemas.items():
        if name.endswith("-response-common-failure"):
            schema["required"] = ["success", "errors", "messages"]
            schema["properties"]["result"] = {"enum": [None]}
            schema["properties"]["errors"] = {"allOf": [schema["properties"]["errors"]["allOf"][0], {"minItems": 1}]}

    # Ids are UUIDs of 36 characters.
    schemas[TLS + "identifier"]["maxLength"] = 36
    # A list of nothing is null.
    for schema in schemas.values():
        for part in schema.get("allOf", []):
            result = part.get("properties", {}).get("result", {})
            if result.get("type") == "array":
                result["nullable"] = True
    # Uploads, reads and deletions of the zone level had a result of any shape; so had the switch.
    zone_level = {"allOf": [{"$ref": PREFIX + TLS + "zone-authenticated-origin-pull"},
                            {"type": "object",
                           "required": ["id", "certificate", "status", "expires_on", "uploaded_on"]}]}
    schemas[TLS + "certificate_response_single"]["allOf"][1] = {
        "required": ["result"], "properties": {"result": zone_level}}
    schemas[TLS + "enabled_response"]["allOf"][1] = {
        "required": ["result"],
        "properties": {"result": {"type": "object", "required": ["enabled"],
                                  "properties": {"enabled": {"type": "boolean"}}}}}
    for name in ("components-schemas-certificate_response_single", "hostname_aop_single_response"):
        schemas[TLS + name]["allOf"][1]["required"] = ["result"]
    # A deletion was to have a body; no client sends one.
    for path in document["paths"].values():
        path.get("delete", {}).pop("requestBody", None)
    # API tokens work everywhere, not only the old pair of key and address.
    for operation in operations:
        operation["security"] = [{"api_token": []}, {"api_email": [], "api_key": []}]
    # The set of statuses is open.
    for name, schema in schemas.items():
        if name.endswith("-schemas-status"):
            schema.pop("enum")
            schema["type"] = "string"
    # Not in the cut: a zone setting, and what an account's own token is verified by.
    setting = {"type": "object", "required": ["id", "value", "editable"],
               "properties": {"id": {"type": "string"}, "value": {"type": "string"}, "editable": {"type": "boolean"},
                              "modified_on": {"type": "string", "format": "date-time", "nullable": True}}}
    one = {"allOf": [{"$ref": PREFIX + "zones_api-response-common"},
                     {"type": "object", "required": ["result"], "properties": {"result": setting}}]}
    refused = {"$ref": PREFIX + "zones_api-response-common-failure"}

    def of(schema):
        return {"content": {"application/json": {"schema": schema}}}

    security = operations[0]["security"]
    document["paths"]["/zones/{zone_id}/settings/{setting_id}"] = {
        "get": {"responses": {"200": of(one), "4XX": of(refused)}, "security": security},
        "patch": {"requestBody": of({"type": "object", "required": ["value"], "properties": {"value": {}}}),
                  "responses": {"200": of(one), "4XX": of(refused)}, "security": security}}
    document["paths"]["/accounts/{account_id}/tokens/verify"] = copy.deepcopy(document["paths"]["/user/tokens/verify"])

    def as_json_schema(node):
        if node.pop("nullable", False):
            if "type" in node:
                node["type"] = [node["type"], "null"]
            if "enum" in node and None not in node["enum"]:
                node["enum"] = [*node["enum"], None]
    walk(document["components"]["schemas"], as_json_schema)
    walk(document["paths"], as_json_schema)
    return document


class Contract:
    def __init__(self):
        text = (pathlib.Path(__file__).parent / "cloudflare-openapi.json").read_text()
        self.document = repair(json.loads(text))
        self.resolver = jsonschema.RefResolver.from_schema(self.document)
        # A literal segment wins over a parameter.
        self.paths = sorted(self.document["paths"], key=lambda path: path.count("{"))
        self.used = set()

    def operation(self, exchange):
        path = exchange["path"].split("?")[0]
        for template in self.paths:
            if re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", template), path):
                return template, self.document["paths"][template].get(exchange["method"].lower())
        return None, None

    def against(self, schema, value, what):
        validator = jsonschema.Draft4Validator(schema, resolver=self.resolver,
                                               format_checker=jsonschema.draft4_format_checker)
        return [f"{what} {'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"
                for error in validator.iter_errors(value)]

    def faults(self, exchange):
        """`exchange`: {"method", "path" below the base, "authorization", "request": text, "status", "answer": text}."""
        template, operation = self.operation(exchange)
        if operation is None:
            return [f"no operation {exchange['method']} {exchange['path']}"]
        self.used.add((exchange["method"], template))
        found = []
        if not exchange["authorization"].startswith("Bearer "):
            found.append("the request bears no token")
        body = operation.get("requestBody")
        try:
            sent = json.loads(exchange["request"]) if exchange["request"] else None
            got = json.loads(exchange["answer"])
        except ValueError as error:
            return found + [f"no JSON: {error}"]
        if body is None and sent is not None:
            found.append("a body where the document has none")
        # 409 and the like send what they send: the contract of a request is about those that were understood.
        if body is not None and exchange["status"] == 200:
            found += self.against(body["content"]["application/json"]["schema"], sent, "request")
        code = "200" if exchange["status"] == 200 else "4XX" if 400 <= exchange["status"] < 500 else None
        if code is None:
            return found + [f"the document knows no status {exchange['status']}"]
        schema = operation["responses"][code]["content"]["application/json"]["schema"]
        found += self.against(schema, got, "answer")
        if re.search(r'"private_key"\s*:', exchange["answer"]):
            found.append("the answer holds a private key, which the API never returns")
        return found
