"""Every call of the Triggers API, for each action and each kind of schedule."""

import mixpeek
from checks import Checks, Control, equal, raises, typed

Trigger = mixpeek.SharedTriggersModelsTriggerModel
Create = mixpeek.SharedTriggersModelsCreateTriggerRequest
Update = mixpeek.SharedTriggersModelsUpdateTriggerRequest
List = mixpeek.SharedTriggersModelsListTriggersRequest
Listed = mixpeek.SharedTriggersModelsListTriggersResponse
History = mixpeek.SharedTriggersModelsTriggerHistoryResponse
Status = mixpeek.SharedTriggersModelsTriggerStatus
Type = mixpeek.SharedTriggersModelsTriggerType

FILTERS = {"AND": [{"field": "status", "operator": "eq", "value": "active"}]}
CLUSTER = "clust_dev_product_clusters"
COLLECTION = "col_dev_products"

# As the client itself serializes them: `to_dict` adds the client's defaults.
ACTIONS = {
    "cluster": [
        {"cluster_id": CLUSTER},
        mixpeek.TriggerActionConfigCluster(cluster_id=CLUSTER, filters=FILTERS).to_dict(),
        {"cluster_id": CLUSTER, "mode": "assign", "assignment_threshold": 0.25},
        {"cluster_id": CLUSTER, "mode": "composite", "source_execution_ids": ["run_1", "run_2"]},
        {"cluster_id": CLUSTER, "mode": "composite"},
    ],
    "taxonomy_enrichment": [
        {"taxonomy_id": "tax_dev_product_categories", "collection_id": COLLECTION},
        mixpeek.TriggerActionConfigTaxonomyEnrichment(
            taxonomy_id="tax_dev_product_categories", collection_id=COLLECTION
        ).to_dict(),
    ],
    "batch_rerun": [
        mixpeek.TriggerActionConfigBatchRerun(batch_id="btch_dev_nightly_import").to_dict(),
    ],
    "collection_trigger": [
        mixpeek.TriggerActionConfigCollectionTrigger(
            collection_id=COLLECTION, source_filters={"status": "active"}
        ).to_dict(),
    ],
    "retriever_execution": [
        {"retriever_id": "ret_dev_product_search"},
        mixpeek.TriggerActionConfigRetrieverExecution(
            retriever_id="ret_dev_product_search",
            acceptance=mixpeek.TriggerDefsRetrieverAcceptanceCriteria(
                judge_field="verdict", min_pass_ratio=0.9, min_results=1
            ),
            notification_config=mixpeek.TriggerDefsRetrieverCanaryNotificationConfig(
                channels=[
                    {"channel_type": "webhook", "channel_id": "wh_1"},
                    {"channel_type": "slack", "config": None},
                    {"channel_type": "email", "config": {"to": "team@example.com"}},
                ]
            ),
        ).to_dict(),
    ],
    "alert_evaluation": [{"alert_id": "alt_dev_low_stock"}],
}
SCHEDULES = {
    "cron": [{"cron_expression": "*/5 * * * *"}, {"cron_expression": "0 2 * * 1", "timezone": "Europe/Berlin"}],
    "interval": [{"interval_seconds": 300}, {"interval_seconds": 300, "start_immediately": True}],
    "event": [
        {"event_type": "documents_added", "event_threshold": 10, "collection_id": COLLECTION, "cooldown_seconds": 60}
    ],
    "conditional": [
        {"condition_type": "drift", "threshold": 0.2, "metric": "cosine_drift", "check_interval_seconds": 300},
        {"condition_type": "volume", "threshold": 1000},
    ],
}


def check_triggers(checks: Checks, client: mixpeek.ApiClient, control: Control) -> None:
    api = mixpeek.TriggersApi(client)
    created = _create_each(checks, api)
    _lists(checks, api, created)
    _reads_and_runs(checks, api, control, created)
    _changes(checks, api, created)
    _deletes(checks, api, created)


def _create_each(checks: Checks, api) -> dict:
    created = {}
    number = 0
    for action_type, action_configs in ACTIONS.items():
        for schedule_type, schedule_configs in SCHEDULES.items():
            for action_config in action_configs:
                for schedule_config in schedule_configs:
                    number += 1
                    name = f"vendor-{number}"

                    def create(action_config=action_config, schedule_config=schedule_config, name=name):
                        request = Create(
                            action_type=action_type,
                            action_config=action_config,
                            trigger_type=schedule_type,
                            schedule_config=schedule_config,
                            name=name,
                            description="driven by the vendor's client",
                            status="paused" if number % 7 == 0 else None,
                        )
                        trigger = typed(api.create_trigger_with_http_info(request), Trigger)
                        equal(trigger.name, name)
                        for key, value in {**action_config, **schedule_config}.items():
                            stored = {**trigger.action_config, **trigger.schedule_config}
                            if isinstance(value, (str, int, float, bool)):
                                equal(stored.get(key), value)
                        equal(trigger.status, Status.PAUSED if number % 7 == 0 else Status.ACTIVE)
                        return trigger

                    what = f"create {action_type} on {schedule_type}: {action_config} {schedule_config}"
                    trigger = checks.run(what[:150], create)
                    if trigger is not None:
                        created[name] = trigger
    return created


def _lists(checks: Checks, api, created: dict) -> None:
    def listed(**asked):
        answer = typed(api.list_triggers_0_with_http_info(List(**asked)), Listed)
        assert all(isinstance(one, Trigger) for one in answer.results)
        return answer

    def whole():
        answer = listed(limit=1000)
        equal((answer.total, answer.offset, answer.limit), (len(created), 0, 1000))

    checks.run("list: all", whole)
    for action_type in ACTIONS:
        for schedule_type in SCHEDULES:

            def filtered(action_type=action_type, schedule_type=schedule_type):
                answer = listed(action_type=action_type, trigger_type=schedule_type, limit=1000)
                assert answer.total > 0
                pairs = {(one.action_type.value, one.trigger_type.value) for one in answer.results}
                equal(pairs, {(action_type, schedule_type)})

            checks.run(f"list: action_type={action_type} trigger_type={schedule_type}", filtered)
    for status in ("active", "paused", "disabled", "failed"):

        def by_status(status=status):
            answer = listed(status=status, limit=1000)
            assert all(one.status.value == status for one in answer.results)
            equal(answer.total > 0, status in ("active", "paused"))

        checks.run(f"list: status={status}", by_status)

    def by_resource():
        answer = listed(resource_id=CLUSTER, limit=1000)
        equal({one.action_type.value for one in answer.results}, {"cluster"})
        equal(answer.total, sum(one.action_type.value == "cluster" for one in created.values()))

    checks.run("list: resource_id", by_resource)

    def pages():
        seen = []
        for offset in range(0, len(created) + 10, 10):
            page = listed(offset=offset, limit=10, sort_by="created_at", direction="asc")
            equal((page.offset, page.limit, page.total), (offset, 10, len(created)))
            seen += [one.trigger_id for one in page.results]
        equal(sorted(seen), sorted(one.trigger_id for one in created.values()))
        equal(len(set(seen)), len(seen))

    checks.run("list: every page, each trigger once", pages)
    # The keys of the client's model, except configs and measurements, whose keys have no order.
    fields = [
        name
        for name, field in Trigger.model_fields.items()
        if "Dict" not in str(field.annotation) and name not in ("is_overdue", "additional_properties")
    ]
    for field in fields:

        def both_ways(field=field):
            up = [one.trigger_id for one in listed(sort_by=field, direction="asc", limit=1000).results]
            down = [one.trigger_id for one in listed(sort_by=field, direction="desc", limit=1000).results]
            equal(sorted(up), sorted(down))

        checks.run(f"list: sort_by={field}, both directions", both_ways)

    def by_get():
        answer = typed(api.list_triggers_with_http_info(), Listed)
        equal((answer.total, answer.limit, len(answer.results)), (len(created), 50, min(50, len(created))))

    checks.run("list by GET: the client drops the body, so the defaults", by_get)

    def empty_list():
        answer = typed(api.list_triggers_0_with_http_info(), Listed)
        equal((answer.total, answer.limit), (len(created), 50))

    checks.run("list: without a body", empty_list)


def _reads_and_runs(checks: Checks, api, control: Control, created: dict) -> None:
    def run_all():
        control.send("POST", "/documents", {"namespace": "dev", "collection_id": "products", "count": 10})
        control.send("POST", "/drift", {"namespace": "dev", "cluster_id": CLUSTER, "value": 0.5})
        control.send("POST", "/clock", {"advance_seconds": 900})

    checks.run("control: documents, drift and 15 minutes", run_all)
    by_pair = {(one.action_type.value, one.trigger_type.value): one for one in created.values()}
    for (action_type, schedule_type), trigger in by_pair.items():

        def read(trigger=trigger):
            answer = typed(api.get_trigger_with_http_info(trigger.trigger_id), Trigger)
            equal(answer.trigger_id, trigger.trigger_id)
            equal(answer.action_config, trigger.action_config)

        def execute(trigger=trigger):
            task = typed(api.execute_trigger_now_with_http_info(trigger.trigger_id), mixpeek.TaskResponse)
            found = api.get_trigger_history(trigger.trigger_id, limit=1)
            equal(found.executions[0].task_id, task.task_id)

        def history(trigger=trigger):
            answer = typed(api.get_trigger_history_with_http_info(trigger.trigger_id, offset=0, limit=1000), History)
            equal(answer.trigger_id, trigger.trigger_id)
            equal(len(answer.executions), answer.total)
            assert all(isinstance(one, mixpeek.TriggerExecutionHistory) for one in answer.executions)

        checks.run(f"get: {action_type} on {schedule_type}", read)
        checks.run(f"execute: {action_type} on {schedule_type}", execute)
        checks.run(f"history: {action_type} on {schedule_type}", history)

    def failing():
        trigger = by_pair[("batch_rerun", "interval")]
        failure = {"namespace": "dev", "trigger": trigger.name, "error": "out of memory", "count": 1}
        control.send("POST", "/failures", failure)
        api.execute_trigger_now(trigger.trigger_id)
        read = api.get_trigger(trigger.trigger_id)
        equal((read.last_execution_status, read.last_execution_error), ("FAILED", "out of memory"))
        newest = api.get_trigger_history(trigger.trigger_id, offset=0, limit=1).executions[0]
        equal((newest.status, newest.error), ("FAILED", "out of memory"))

    checks.run("execute: a run that fails", failing)


def _changes(checks: Checks, api, created: dict) -> None:
    for schedule_type, configs in SCHEDULES.items():
        trigger = next((one for one in created.values() if one.trigger_type.value == schedule_type), None)
        if trigger is None:
            continue
        for config in configs:

            def reschedule(trigger=trigger, config=config):
                request = Update(schedule_config=config)
                answer = typed(api.update_trigger_with_http_info(trigger.trigger_id, request), Trigger)
                for key, value in config.items():
                    equal(answer.schedule_config[key], value)

            checks.run(f"patch: schedule_config of {schedule_type}: {config}", reschedule)
    first = next(iter(created.values()), None)
    if first is None:
        return
    for change in ({"name": "renamed"}, {"description": "described"}, {"status": "paused"}, {"status": "active"}):

        def patch(change=change):
            answer = typed(api.update_trigger_with_http_info(first.trigger_id, Update(**change)), Trigger)
            for key, value in change.items():
                actual = getattr(answer, key)
                equal(getattr(actual, "value", actual), value)

        checks.run(f"patch: {change}", patch)
    for name, status in (("pause_trigger", "paused"), ("resume_trigger", "active")):

        def switch(name=name, status=status):
            answer = typed(getattr(api, f"{name}_with_http_info")(first.trigger_id), Trigger)
            equal(answer.status.value, status)

        checks.run(name, switch)


def _deletes(checks: Checks, api, created: dict) -> None:
    for trigger in list(created.values())[:3]:

        def delete(trigger=trigger):
            answer = api.delete_trigger_with_http_info(trigger.trigger_id)
            equal((answer.status_code, answer.data), (204, None))
            equal(api.get_trigger(trigger.trigger_id).status, Status.DISABLED)

        checks.run(f"delete: {trigger.name}", delete)

    def shown():
        answer = api.list_triggers_0(List(status="disabled"))
        equal(answer.total, 3)

    checks.run("list: the deleted ones", shown)

    def refused():
        deleted = next(iter(created.values()))
        raises(lambda: api.resume_trigger(deleted.trigger_id), mixpeek.exceptions.BadRequestException, 400)

    checks.run("resume: a deleted trigger is 400", refused)
