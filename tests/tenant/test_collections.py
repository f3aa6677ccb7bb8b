"""Resources of the workspace that only have to be kept, and watchlists."""

from __future__ import annotations

import pytest

from pivotlab.tenant import Conflict, Invalid, NotFound, Tenant


def test_an_item_is_created_then_replaced_and_its_etag_changes(tenant: Tenant) -> None:
    bookmarks = tenant.sentinel.bookmarks
    item, fresh = bookmarks.put("B1", {"displayName": "x"})
    first = item.etag
    again, fresh_again = bookmarks.put("b1", {"displayName": "y"}, etag=first)
    assert (fresh, fresh_again, again.properties) == (True, False, {"displayName": "y"})
    assert again.etag != first
    with pytest.raises(Conflict):
        bookmarks.put("b1", {}, etag=first)


def test_an_item_can_be_deleted_once(tenant: Tenant) -> None:
    bookmarks = tenant.sentinel.bookmarks
    bookmarks.put("b1", {})
    assert (bookmarks.delete("B1"), bookmarks.delete("B1")) == (True, False)
    with pytest.raises(NotFound):
        bookmarks.get("b1")


def test_the_etag_of_a_deleted_item_does_not_fit_a_later_one_of_its_name(tenant: Tenant) -> None:
    bookmarks = tenant.sentinel.bookmarks
    gone, _ = bookmarks.put("b1", {"displayName": "x"})
    bookmarks.delete("b1")
    bookmarks.put("b1", {"displayName": "y"})
    with pytest.raises(Conflict):
        bookmarks.put("b1", {}, etag=gone.etag)


def test_a_caller_who_keeps_the_properties_does_not_change_the_item(tenant: Tenant) -> None:
    said = {"labels": ["a"]}
    tenant.sentinel.bookmarks.put("b1", said)
    said["labels"].append("b")
    assert tenant.sentinel.bookmarks.get("b1").properties == {"labels": ["a"]}


def test_the_rows_of_a_watchlists_content_become_items(tenant: Tenant) -> None:
    lists = tenant.sentinel.watchlists
    lists.put("vip", {"itemsSearchKey": "user", "rawContent": "user,team\r\nada,finance\r\neve,it\r\n"})
    assert [item.properties["itemsKeyValue"] for item in lists.items("VIP")] == [
        {"user": "ada", "team": "finance"},
        {"user": "eve", "team": "it"},
    ]
    assert "rawContent" not in lists.get("vip").properties


def test_a_search_key_that_is_no_column_is_refused(tenant: Tenant) -> None:
    with pytest.raises(Invalid, match="no column"):
        tenant.sentinel.watchlists.put("vip", {"itemsSearchKey": "host", "rawContent": "user\nada\n"})


def test_items_can_be_added_changed_and_deleted(tenant: Tenant) -> None:
    lists = tenant.sentinel.watchlists
    lists.put("vip", {"itemsSearchKey": "user"})
    lists.put_item("vip", "i1", {"user": "ada"})
    _, fresh = lists.put_item("vip", "i1", {"user": "eve"})
    assert (fresh, [i.properties["itemsKeyValue"] for i in lists.items("vip")]) == (False, [{"user": "eve"}])
    lists.delete_item("vip", "i1")
    with pytest.raises(NotFound):
        lists.delete_item("vip", "i1")


def test_ids_of_items_are_compared_without_case(tenant: Tenant) -> None:
    lists = tenant.sentinel.watchlists
    lists.put("vip", {"itemsSearchKey": "user"})
    lists.put_item("vip", "ABC", {"user": "ada"})
    item, fresh = lists.put_item("vip", "abc", {"user": "eve"})
    assert (fresh, item.name, item.properties["watchlistItemId"]) == (False, "ABC", "ABC")
    lists.delete_item("vip", "Abc")
    assert lists.items("vip") == []


def test_content_that_is_no_csv_is_refused(tenant: Tenant) -> None:
    with pytest.raises(Invalid, match="no CSV"):
        tenant.sentinel.watchlists.put("vip", {"rawContent": f"user\n{'x' * 200_000}\n"})
    assert "vip" not in tenant.sentinel.watchlists


def test_a_stale_etag_does_not_overwrite_an_incident(tenant: Tenant) -> None:
    record = tenant.sentinel.records[0]
    etag = record.etag
    tenant.sentinel.update(record.name, {"severity": "Low"}, etag=etag)
    with pytest.raises(Conflict, match="Read it again"):
        tenant.sentinel.update(record.name, {"severity": "High"}, etag=etag)
    assert record.severity == "Low"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"status": "Open"}, "New, Active, Closed"),
        ({"title": " "}, "title"),
        ({"labels": "vip"}, "list"),
        ({"owner": 7}, "owner"),
        ({"number": 9}, "cannot be changed"),
        (
            {"status": "Closed", "classification": "TruePositive", "classification_reason": "InaccurateData"},
            "no reason",
        ),
        ({"description": "x" * 5001}, "5,000"),
    ],
)
def test_a_value_that_sentinel_does_not_accept_is_refused_with_what_it_would(
    tenant: Tenant, changes: dict[str, object], why: str
) -> None:
    with pytest.raises(Invalid, match=why):
        tenant.sentinel.update(tenant.sentinel.records[0].name, changes)


def test_every_change_of_a_task_is_a_row_of_the_incident(tenant: Tenant) -> None:
    name = tenant.sentinel.records[0].name
    task = tenant.sentinel.add_task(name, "Call")
    tenant.sentinel.add_task(name, "Call the user", task_id=task.name)
    tenant.sentinel.complete_task(name, task.name, by="ada@contoso.example")
    tenant.sentinel.delete_task(name, task.name)
    tenant.advance(minutes=15)
    rows = tenant.logs(
        f"SecurityIncident | where IncidentName == '{name}' | order by TimeGenerated asc"
        " | extend Task = parse_json(Tasks)[0] | project Said = strcat(Task['title'], ' ', Task['status']), ModifiedBy"
    )
    assert rows["Said"].tolist()[-4:] == ["Call New", "Call the user New", "Call the user Completed", " "]
    assert rows["ModifiedBy"].tolist()[-2] == "ada@contoso.example"


def test_an_incident_holds_tasks_that_can_be_completed(tenant: Tenant) -> None:
    name = tenant.sentinel.records[0].name
    task = tenant.sentinel.add_task(name, "Call the user")
    assert tenant.sentinel.complete_task(name, task.name).status == "Completed"
    assert tenant.sentinel.delete_task(name, task.name)
    with pytest.raises(NotFound):
        tenant.sentinel.complete_task(name, task.name)
