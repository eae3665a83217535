"""A client that we did not write (jamf-pro-sdk 0.9a1) drives our simulator over TLS.

It proves that the simulator speaks Jamf's dialect as others understand it, and not only as our own client does.
usage: jamf_pro_sdk_drive.py HOST PORT CA_FILE CLIENT_ID CLIENT_SECRET COMPUTERS
"""

import sys

from jamf_pro_sdk import ApiClientCredentialsProvider, JamfProClient, SessionConfig, UserCredentialsProvider
from jamf_pro_sdk.clients.pro_api.pagination import FilterField, SortField
from jamf_pro_sdk.models.classic.computers import ClassicComputer

PASSED = 0


def check(what, condition, shown=""):
    global PASSED
    if not condition:
        sys.exit(f"FAILED: {what} {shown}")
    PASSED += 1
    print(f"  ok  {what}")


def main():
    host, port, ca, client_id, secret, computers = sys.argv[1:7]
    port, computers = int(port), int(computers)

    def client(credentials):
        return JamfProClient(server=host, port=port, credentials=credentials, session_config=SessionConfig(ca_cert_bundle=ca))

    api = client(ApiClientCredentialsProvider(client_id, secret))
    token = api.get_access_token()
    check("API client token", token.type == "oauth" and token.seconds_remaining > 0)
    user = client(UserCredentialsProvider("admin", "simulated"))
    check("user token", user.get_access_token().type == "user")

    entries = api.classic_api.list_all_computers()
    check("Classic list", len(entries) == computers, len(entries))
    first = api.classic_api.get_computer_by_id(entries[0].id)
    check("Classic get", first.general.id == entries[0].id and bool(first.general.serial_number))
    subset = api.classic_api.get_computer_by_id(entries[0].id, subsets=["general", "location"])
    check("Classic subset", subset.general.id == entries[0].id)

    ids = [e.id for e in entries[:40]]
    read = list(api.classic_api.get_computers(ids))
    check("concurrent read", [c.general.id for c in read] == ids, [type(c) for c in read if isinstance(c, Exception)][:1])

    rows = api.pro_api.get_computer_inventory_v3(sections=["GENERAL", "HARDWARE"], page_size=50, sort_expression=SortField("id").asc())
    found = [int(r.id) for r in rows]
    check("v3 paging", len(found) == computers and found == sorted(set(found)), len(found))
    check("v3 sections", rows[0].hardware is not None and rows[0].general is not None)

    serial = rows[7].hardware.serialNumber
    one = api.pro_api.get_computer_inventory_v3(sections=["HARDWARE"], filter_expression=FilterField("hardware.serialNumber").eq(serial))
    check("filter ==", [r.id for r in one] == [rows[7].id])
    some = api.pro_api.get_computer_inventory_v3(filter_expression=FilterField("id").is_in([rows[1].id, rows[2].id]))
    check("filter =in=", {r.id for r in some} == {rows[1].id, rows[2].id})
    late = api.pro_api.get_computer_inventory_v3(
        filter_expression=FilterField("id").gt(rows[9].id) & FilterField("id").lte(rows[12].id), sort_expression=SortField("id").desc())
    check("filter and sort", [r.id for r in late] == [rows[12].id, rows[11].id, rows[10].id], [r.id for r in late])

    change = ClassicComputer()
    change.general.asset_tag = "Q&A <7> 'x'"
    api.classic_api.update_computer_by_id(ids[0], change)
    again = api.classic_api.get_computer_by_id(ids[0])
    check("Classic update shows in a later read", again.general.asset_tag == "Q&A <7> 'x'", again.general.asset_tag)
    api.classic_api.delete_computer_by_id(ids[1])
    check("delete shows in a later list", len(api.classic_api.list_all_computers()) == computers - 1)

    detail = api.pro_api.get_computer_inventory_detail_v3(rows[20].id)
    check("detail v3", detail.id == rows[20].id and detail.applications is not None)
    print(f"jamf-pro-sdk 0.9a1 against the simulator: {PASSED} checks passed")


main()
