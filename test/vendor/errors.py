"""For each error that the API documents, the client raises its own exception, with the envelope read as a model."""

import time

import mixpeek
from checks import Checks, Control, equal, raises

E = mixpeek.exceptions
Create = mixpeek.SharedTriggersModelsCreateTriggerRequest
BODY = {
    "action_type": "cluster",
    "action_config": {"cluster_id": "clust_dev_product_clusters"},
    "trigger_type": "cron",
    "schedule_config": {"cron_expression": "0 2 * * *"},
}
# Injected with a fault, because no call of the emulator fails like this by itself.
BY_FAULT = [
    (400, E.BadRequestException, "BadRequestError"),
    (401, E.UnauthorizedException, "UnauthorizedError"),
    (403, E.ForbiddenException, "NotEnabledError"),
    (404, E.NotFoundException, "NotFoundError"),
    (409, E.ConflictException, "AlreadyExistsError"),
    (422, E.UnprocessableEntityException, "ValidationError"),
    (500, E.ServiceException, "InternalServerError"),
    (503, E.ServiceException, "WriterReadOnlyError"),
]


def envelope(error, status, error_type):
    """The model of an error's body."""
    data = error.data
    if status == 409:
        # The client's map of responses has no model for it: it raises the right exception, with the body as text.
        data = mixpeek.ErrorResponse.from_json(error.body)
    assert isinstance(data, mixpeek.ErrorResponse), f"expected an ErrorResponse, got {type(data).__name__}: {error.body}"
    equal((data.success, data.status, data.error.type), (False, status, error_type))
    assert data.error.message
    return data.error


def check_errors(checks: Checks, client: mixpeek.ApiClient, control: Control, connect) -> None:
    api = mixpeek.TriggersApi(client)

    def refused(change):
        return raises(lambda: api.create_trigger(Create(**{**BODY, **change})), E.UnprocessableEntityException, 422)

    def items(error):
        found = envelope(error, 422, "ValidationError").details["validation_errors"]
        for item in found:
            equal(sorted(item), ["location", "message", "type"])
        return [(item["location"], item["type"]) for item in found]

    _faults(checks, api, control)
    checks.run(
        "400: without a namespace",
        lambda: envelope(
            raises(lambda: mixpeek.TriggersApi(connect(namespace=None)).list_triggers(), E.BadRequestException, 400),
            400,
            "BadRequestError",
        ),
    )
    checks.run(
        "401: without a good key",
        lambda: envelope(
            raises(lambda: mixpeek.TriggersApi(connect(key="wrong")).list_triggers(), E.UnauthorizedException, 401),
            401,
            "UnauthorizedError",
        ),
    )
    checks.run(
        "404: no such trigger",
        lambda: envelope(
            raises(lambda: api.get_trigger("trg_no"), E.NotFoundException, 404), 404, "NotFoundError"
        ),
    )
    checks.run(
        "404: a cluster that is not there",
        lambda: envelope(
            raises(
                lambda: api.create_trigger(Create(**{**BODY, "action_config": {"cluster_id": "clust_no"}})),
                E.NotFoundException,
                404,
            ),
            404,
            "NotFoundError",
        ),
    )
    checks.run(
        "422: a required key",
        lambda: equal(items(refused({"schedule_config": {}})), [("body.schedule_config.cron_expression", "missing")]),
    )
    checks.run(
        "422: several findings",
        lambda: equal(
            items(refused({"action_config": {}, "schedule_config": {"cron_expression": 5}})),
            [
                ("body.action_config.cluster_id", "missing"),
                ("body.schedule_config.cron_expression", "string_type"),
            ],
        ),
    )

    def extra():
        change = mixpeek.SharedTriggersModelsUpdateTriggerRequest()
        change.additional_properties = {"action_config": {}}
        trigger = api.create_trigger(Create(**BODY))
        error = raises(
            lambda: api.update_trigger(trigger.trigger_id, change), E.UnprocessableEntityException, 422
        )
        equal(items(error), [("body.action_config", "extra_forbidden")])

    checks.run("422: an undeclared key", extra)
    checks.run(
        "422: out of bounds in a query",
        lambda: equal(
            items(
                raises(
                    lambda: _raw(client, "GET", "/v1/triggers/trg_no/history?limit=0"),
                    E.UnprocessableEntityException,
                    422,
                )
            ),
            [("query.limit", "greater_than_equal")],
        ),
    )


def _raw(client, method, path):
    """A call that the client's own validation would not send."""
    param = client.param_serialize(
        method=method, resource_path=path, header_params={"Accept": "application/json"}, auth_settings=["BearerAuth"]
    )
    response = client.call_api(*param)
    response.read()
    return client.response_deserialize(response_data=response, response_types_map={"422": "ErrorResponse"})


def _faults(checks: Checks, api, control: Control) -> None:
    for status, exception, error_type in BY_FAULT:

        def by_fault(status=status, exception=exception, error_type=error_type):
            control.send("POST", "/faults", {"kind": "status", "status": status, "times": 1})
            envelope(raises(lambda: api.list_triggers(), exception, status), status, error_type)

        checks.run(f"{status}: {error_type}, by a fault", by_fault)

    def not_retryable():
        fault = {"kind": "status", "status": 503, "retryable": False, "times": 1}
        control.send("POST", "/faults", fault)
        error = envelope(raises(lambda: api.list_triggers(), E.ServiceException, 503), 503, "WriterReadOnlyError")
        equal(error.details["retryable"], False)

    checks.run("503: retryable false", not_retryable)
    control.send("DELETE", "/faults")


def check_rate_limit(checks: Checks, client: mixpeek.ApiClient) -> None:
    """Against an emulator of the free plan."""
    api = mixpeek.TriggersApi(client)

    def headers():
        answer = api.list_triggers_0_with_http_info()
        found = {key.lower(): value for key, value in answer.headers.items()}
        equal(found["x-ratelimit-limit"], "10")
        equal(found["x-ratelimit-window"], "60")
        assert 0 <= int(found["x-ratelimit-remaining"]) < 10
        assert abs(int(found["x-ratelimit-reset"]) - time.time()) <= 61

    def over():
        for _ in range(20):
            try:
                api.list_triggers_0()
            except mixpeek.ApiException as error:
                equal(error.status, 429)
                detail = envelope(error, 429, "TooManyRequestsError")
                wait = int(error.headers["Retry-After"])
                assert 1 <= wait <= 60
                equal(detail.details["retry_after_seconds"], wait)
                equal(error.headers["X-RateLimit-Remaining"], "0")
                return
        raise AssertionError("no request was refused")

    checks.run("429: the headers of an accepted request", headers)
    checks.run("429: over the limit", over)


def check_high_level(checks: Checks, url: str, control: Control) -> None:
    """The vendor's other client, which reads the same responses for its own retries."""
    high = mixpeek.Mixpeek("sk_vendor", namespace="dev", base_url=f"{url}/v1")

    def retries():
        fault = {"kind": "status", "status": 503, "retry_after_seconds": 0, "times": 2}
        control.send("POST", "/faults", fault)
        answer = high._request("POST", "/triggers", body={**BODY, "name": "retried"})
        equal(answer["name"], "retried")
        named = [one for one in control.send("GET", "/triggers?namespace=dev")["triggers"] if one["name"] == "retried"]
        equal(len(named), 1)

    def gives_up():
        fault = {"kind": "status", "status": 503, "retryable": False, "times": 1}
        control.send("POST", "/faults", fault)
        try:
            high._request("POST", "/triggers", body=BODY)
        except Exception as error:  # noqa: BLE001 - its class is not exported
            equal(type(error).__name__, "MixpeekAPIError")
            equal((error.status, error.detail["error"]["details"]["retryable"]), (503, False))
            return
        raise AssertionError("it was tried again")

    checks.run("503: the vendor's retries create one trigger", retries)
    checks.run("503: its retries end at retryable false", gives_up)
    control.send("DELETE", "/faults")
