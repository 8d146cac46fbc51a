"""Reads the models and calls of an unpacked vendor client, without running it, and prints them as JSON."""

import ast
import json
import pathlib
import re
import sys

SIMPLE = {
    "StrictStr": "text",
    "str": "text",
    "StrictInt": "integer",
    "int": "integer",
    "StrictFloat": "number",
    "float": "number",
    "StrictBool": "flag",
    "bool": "flag",
    "datetime": "time",
    "object": "any",
    "Any": "any",
    "Dict": "object",
}
BOUNDS = {"ge": "min", "le": "max", "min_length": "minItems", "max_length": "maxItems"}


def type_of(node, key):
    """Fills in type, bounds and items of a field from its annotation."""
    if isinstance(node, ast.Subscript):
        outer = ast.unparse(node.value)
        inner = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if outer == "Optional":
            type_of(inner[0], key)
        elif outer == "Annotated":
            type_of(inner[0], key)
            bounds_of(inner[1], key)
        elif outer == "List":
            items = {}
            type_of(inner[0], items)
            key.update(type="list", items=items)
        elif outer == "Union":
            # A number is a union of float and integer; both have the same bounds.
            type_of(inner[0], key)
        else:
            key["type"] = SIMPLE.get(outer, outer)
        return
    name = ast.unparse(node)
    if name in SIMPLE:
        key["type"] = SIMPLE[name]
    else:
        key["model"] = name


def bounds_of(call, key):
    if not isinstance(call, ast.Call):
        return
    for keyword in call.keywords:
        name = BOUNDS.get(keyword.arg)
        if name is None:
            continue
        if key.get("type") == "text":
            name = {"minItems": "minLength", "maxItems": "maxLength"}.get(name, name)
        key[name] = ast.literal_eval(keyword.value)


def field_of(statement):
    """The JSON key of a field, and its type."""
    key, name = {}, statement.target.id
    type_of(statement.annotation, key)
    value = statement.value
    required = value is None
    if isinstance(value, ast.Call) and ast.unparse(value.func) == "Field":
        given = {keyword.arg: keyword.value for keyword in value.keywords}
        required = "default" not in given
        if "alias" in given:
            name = ast.literal_eval(given["alias"])
        value = given.get("default")
    if required:
        key["required"] = True
    elif value is not None:
        default = ast.literal_eval(value)
        if isinstance(default, (str, int, float, bool)):
            key["default"] = default
    return name, key


def model_of(node):
    bases = [ast.unparse(base) for base in node.bases]
    if "Enum" in bases:
        values = [ast.literal_eval(one.value) for one in node.body if isinstance(one, ast.Assign)]
        return {"values": values}
    if "BaseModel" not in bases:
        return None
    keys = {}
    for statement in node.body:
        if not isinstance(statement, ast.AnnAssign) or "ClassVar" in ast.unparse(statement.annotation):
            continue
        if statement.target.id == "additional_properties":
            continue
        name, key = field_of(statement)
        keys[name] = key
    # If an enum has no class, the validator of its field contains the values.
    for function in node.body:
        if isinstance(function, ast.FunctionDef) and "_validate_" in function.name:
            values = values_of(function)
            name = function.name.split("_validate_")[0]
            if values and name in keys:
                keys[name]["values"] = values
    return {"keys": keys}


def values_of(function):
    """The values that a validator accepts, from a set or from a pattern of alternatives."""
    for one in ast.walk(function):
        if not isinstance(one, ast.Call):
            continue
        if ast.unparse(one.func) == "set":
            return sorted(ast.literal_eval(one.args[0]), key=str)
        if ast.unparse(one.func) == "re.match":
            alternatives = re.fullmatch(r"\^\(([\w|]+)\)\$", ast.literal_eval(one.args[0]))
            if alternatives:
                return sorted(alternatives.group(1).split("|"))
    return None


def calls_of(tree):
    """All calls by method and path, with their names and their responses by status."""
    found = {}
    for node in ast.walk(tree):
        if not isinstance(node, ast.ClassDef):
            continue
        functions = {one.name: one for one in node.body if isinstance(one, ast.FunctionDef)}
        for name, function in functions.items():
            serialize = functions.get(f"_{name}_serialize")
            if serialize is None:
                continue
            route = route_of(serialize)
            if route:
                found[route] = {"name": f"{node.name}.{name}", "answers": answers_of(function)}
    return found


def route_of(function):
    for one in ast.walk(function):
        if not isinstance(one, ast.Call):
            continue
        given = {keyword.arg: keyword.value for keyword in one.keywords}
        if "resource_path" in given and "method" in given:
            return f"{ast.literal_eval(given['method'])} {ast.literal_eval(given['resource_path'])}"
    return None


def answers_of(function):
    for one in ast.walk(function):
        if isinstance(one, ast.AnnAssign) and ast.unparse(one.target) == "_response_types_map":
            return ast.literal_eval(one.value)
    return {}


def main(folder):
    root = pathlib.Path(folder)
    root = root / "mixpeek" if (root / "mixpeek").is_dir() else root
    version = re.search(r'__version__ = "([^"]+)"', (root / "__init__.py").read_text(encoding="utf-8"))
    models, calls = {}, {}
    for path in sorted((root / "models").glob("*.py")):
        source = path.read_text(encoding="utf-8")
        for node in ast.parse(source).body:
            model = model_of(node) if isinstance(node, ast.ClassDef) else None
            if model is not None:
                models[node.name] = model
    for path in sorted((root / "api").glob("*.py")):
        calls.update(calls_of(ast.parse(path.read_text(encoding="utf-8"))))
    json.dump({"version": version and version.group(1), "models": models, "calls": calls}, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])
