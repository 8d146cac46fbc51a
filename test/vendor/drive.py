"""Drives an emulator with the vendor's own client. Arguments: its base URL, and the base URL of one on the free plan."""

import importlib.metadata
import sys

import mixpeek
from checks import Checks, Control
from errors import check_errors, check_high_level, check_rate_limit
from lookups import check_lookups
from triggers import check_triggers


def connector(url: str):
    def connect(key: str = "sk_vendor", namespace: str | None = "dev") -> mixpeek.ApiClient:
        client = mixpeek.ApiClient(mixpeek.Configuration(host=url, access_token=key))
        if namespace is not None:
            client.default_headers["X-Namespace"] = namespace
        return client

    return connect


def main(url: str, limited_url: str) -> int:
    print(f"mixpeek {importlib.metadata.version('mixpeek')}")
    checks = Checks()
    connect = connector(url)
    client, control = connect(), Control(url)
    check_triggers(checks, client, control)
    check_lookups(checks, client, control)
    check_errors(checks, client, control, connect)
    check_high_level(checks, url, control)
    check_rate_limit(checks, connector(limited_url)())
    print(checks.total())
    return 0 if checks.failed == 0 else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
