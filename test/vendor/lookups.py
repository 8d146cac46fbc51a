"""The other calls: resources of every kind, the account, tasks, events and health."""

import datetime

import mixpeek
from checks import Checks, Control, equal, raises, typed

NotFound = mixpeek.exceptions.NotFoundException

# Kind, the client's class and its model; how it reads one and lists them; the keys of id and name; an existing one.
KINDS = [
    ("cluster", mixpeek.ClustersApi, mixpeek.ClusterMetadata, "get_cluster", ["list_clusters", "list_clusters_get"],
     mixpeek.ListClustersResponse, "cluster_id", "cluster_name", "product-clusters"),
    ("collection", mixpeek.CollectionsApi, mixpeek.CollectionResponse, "get_collection",
     ["list_collections", "list_collections_get"],
     mixpeek.ListCollectionsResponse, "collection_id", "collection_name", "products"),
    ("taxonomy", mixpeek.TaxonomiesApi, mixpeek.TaxonomyResponse, "get_taxonomy_taxonomies",
     ["list_taxonomies", "list_taxonomies_0"],
     mixpeek.ListTaxonomiesResponse, "taxonomy_id", "taxonomy_name", "product-categories"),
    ("bucket", mixpeek.BucketsApi, mixpeek.BucketResponse, "get_bucket", ["list_buckets", "list_buckets_get"],
     mixpeek.ListBucketsResponse, "bucket_id", "bucket_name", "catalog"),
    ("retriever", mixpeek.RetrieversApi, mixpeek.RetrieverModelOutput, "get_retriever",
     ["list_retrievers", "list_retrievers_get"],
     mixpeek.ListRetrieversResponse, "retriever_id", "retriever_name", "product-search"),
    ("namespace", mixpeek.NamespacesApi, mixpeek.NamespaceModel, "get_namespace",
     ["list_namespaces", "list_namespaces_get"],
     mixpeek.ListNamespacesResponse, "namespace_id", "namespace_name", "dev"),
    ("alert", mixpeek.AlertsApi, mixpeek.AlertResponse, "get_alert", ["list_alerts", "list_alerts_0"],
     mixpeek.ListAlertsResponse, "alert_id", "name", "low-stock"),
]  # fmt: skip
EVENT_TYPES = [one.value for one in mixpeek.WebhookEventType if one.value.startswith("trigger.")]


def check_lookups(checks: Checks, client: mixpeek.ApiClient, control: Control) -> None:
    for kind in KINDS:
        _kind(checks, client, *kind)
    _account(checks, client)
    _task(checks, client, control)
    _events(checks, client)
    _health(checks, client, control)


def _kind(checks: Checks, client, kind, api_class, model, get, lists, listed, id_key, name_key, name) -> None:
    api = api_class(client)

    def by(reference):
        one = typed(getattr(api, f"{get}_with_http_info")(reference), model)
        equal(getattr(one, name_key), name)
        return one

    found = checks.run(f"{kind}: get by name", lambda: by(name))
    if found is not None:
        checks.run(f"{kind}: get by id", lambda: equal(by(getattr(found, id_key)), found))
    missing = f"no-{kind}"
    checks.run(
        f"{kind}: get of a missing one is 404",
        lambda: equal(
            raises(lambda: getattr(api, get)(missing), NotFound, 404).data.error.type,
            "NotFoundError",
        ),
    )
    for method in lists:

        def lists_all(method=method):
            answer = typed(getattr(api, f"{method}_with_http_info")(limit=1000), listed)
            assert name in [getattr(one, name_key) for one in answer.results]
            assert all(isinstance(one, model) for one in answer.results)

        def one_page(method=method):
            answer = getattr(api, method)(limit=1, include_total=True)
            equal(len(answer.results), 1)
            pagination = answer.pagination
            page = pagination if isinstance(pagination, dict) else pagination.to_dict()
            assert page["total"] >= 1 and page["page_size"] == 1

        checks.run(f"{kind}: {method}", lists_all)
        checks.run(f"{kind}: {method}, one a page", one_page)


def _account(checks: Checks, client) -> None:
    def me():
        answer = typed(mixpeek.AccountApi(client).whoami_me_with_http_info(), mixpeek.MeResponse)
        assert answer.organization_id and answer.account_type and answer.key

    checks.run("account: who am I", me)


def _task(checks: Checks, client, control: Control) -> None:
    triggers = mixpeek.TriggersApi(client)
    tasks = mixpeek.TasksApi(client)

    def created():
        return triggers.create_trigger(
            mixpeek.SharedTriggersModelsCreateTriggerRequest(
                action_type="cluster",
                action_config={"cluster_id": "clust_dev_product_clusters"},
                trigger_type="interval",
                schedule_config={"interval_seconds": 86400},
                name="followed",
            )
        )

    trigger = checks.run("task: a trigger to follow", lambda: created() or raises(lambda: None, Exception, 0))
    if trigger is None:
        return

    def follows():
        started = triggers.execute_trigger_now(trigger.trigger_id)
        task = typed(tasks.get_task_with_http_info(started.task_id), mixpeek.TaskResponse)
        equal((task.task_id, task.status.value), (started.task_id, "COMPLETED"))

    def fails():
        failure = {"namespace": "dev", "trigger": "followed", "error": "out of memory", "count": 1}
        control.send("POST", "/failures", failure)
        started = triggers.execute_trigger_now(trigger.trigger_id)
        task = tasks.get_task(started.task_id)
        equal((task.status.value, task.error), ("FAILED", "out of memory"))

    checks.run("task: of an execution", follows)
    checks.run("task: of a failed execution", fails)
    checks.run(
        "task: a missing one is 404",
        lambda: equal(raises(lambda: tasks.get_task("no"), NotFound, 404).data.error.type, "NotFoundError"),
    )

    def ended():
        triggers.pause_trigger(trigger.trigger_id)
        triggers.resume_trigger(trigger.trigger_id)
        change = mixpeek.SharedTriggersModelsUpdateTriggerRequest(description="changed")
        triggers.update_trigger(trigger.trigger_id, change)
        triggers.delete_trigger(trigger.trigger_id)

    checks.run("task: pause, resume, change and delete what was followed", ended)


def _events(checks: Checks, client) -> None:
    api = mixpeek.EventsApi(client)
    for event_type in EVENT_TYPES:

        def of_type(event_type=event_type):
            answer = typed(
                api.list_events_with_http_info(event_type=event_type, limit=1000), mixpeek.ListEventsResponse
            )
            assert answer.results, "no event"
            for one in answer.results:
                equal((one.event_type, one.resource_type), (event_type, "trigger"))
                assert isinstance(one.created_at, datetime.datetime)
                assert one.payload["trigger_id"] and "actor_id" in one.payload

        checks.run(f"events: {event_type}", of_type)

    def pages():
        seen, cursor = [], None
        while True:
            page = api.list_events(limit=50, cursor=cursor)
            seen += [one.seq for one in page.results]
            cursor = page.next_cursor
            if not page.has_more:
                break
        equal(seen, sorted(set(seen)))
        equal(len(seen) > 50, True)

    def of_namespace():
        here = api.list_events(namespace_id="ns_dev", limit=1).results
        equal(here[0].namespace_id, "ns_dev")
        client.default_headers.pop("X-Namespace")
        try:
            equal(api.list_events(namespace_id="prod", limit=1).results, [])
            equal(len(api.list_events(limit=1).results), 1)
        finally:
            client.default_headers["X-Namespace"] = "dev"

    checks.run("events: every page, each once, in order", pages)
    checks.run("events: of a namespace, and of all", of_namespace)


def _health(checks: Checks, client, control: Control) -> None:
    api = mixpeek.HealthApi(client)

    def beats():
        answer = api.celery_beat_health()
        equal(answer["beat_running"], True)
        assert answer["age_seconds"] < 300 and answer["last_heartbeat"]

    def stops():
        control.send("POST", "/scheduler", {"running": False})
        try:
            control.send("POST", "/clock", {"advance_seconds": 600})
            answer = api.celery_beat_health()
            equal(answer["beat_running"], False)
            assert answer["age_seconds"] >= 600
        finally:
            control.send("POST", "/scheduler", {"running": True})

    checks.run("health: the scheduler runs", beats)
    checks.run("health: the scheduler is stopped", stops)
