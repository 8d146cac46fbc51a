"""Runs checks one by one, prints a line for each, and counts."""

import json
import traceback
import urllib.request


class Checks:
    def __init__(self) -> None:
        self.passed = 0
        self.failed = 0

    def run(self, name, check):
        """Runs one check. Returns its result, or None if it failed."""
        try:
            result = check()
        except Exception as error:  # noqa: BLE001 - a failed check must not end the others
            self.failed += 1
            lines = [line for line in f"{type(error).__name__}: {error}".splitlines() if line.strip()]
            print(f"FAILED  {name}: {' | '.join(lines[:4])[:400]}")
            if not isinstance(error, AssertionError) and not lines:
                traceback.print_exc()
            return None
        self.passed += 1
        print(f"ok      {name}")
        return result

    def total(self) -> str:
        return f"{self.passed} passed, {self.failed} failed"


def equal(actual, expected):
    assert actual == expected, f"expected {expected!r}, got {actual!r}"


def typed(answer, model):
    """The data of a response. The client must have read it as `model`, without undeclared keys."""
    data = answer.data
    assert isinstance(data, model), f"expected a {model.__name__}, got {type(data).__name__}"
    raw = json.loads(answer.raw_data)
    declared = {field.alias or name for name, field in model.model_fields.items()}
    unknown = sorted(set(raw) - declared)
    assert not unknown, f"{model.__name__} does not declare {', '.join(unknown)}"
    return data


def raises(call, exception, status):
    """The typed error of a failed call."""
    try:
        result = call()
    except exception as error:
        equal(error.status, status)
        return error
    raise AssertionError(f"expected {exception.__name__}, got {result!r}")


class Control:
    """The emulator's control plane."""

    def __init__(self, url: str) -> None:
        self.url = url

    def send(self, method: str, path: str, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"{self.url}/_emulator{path}",
            data=data,
            method=method,
            headers={"content-type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as response:
            text = response.read()
        return json.loads(text) if text else None
