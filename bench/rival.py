"""The rival at the same work: jamf-pro-sdk 0.9a1, as its own documentation uses it.

rival.py TASK HOST PORT CA_FILE CLIENT_ID CLIENT_SECRET OUT
"""

import sys

from jamf_pro_sdk import ApiClientCredentialsProvider, JamfProClient, SessionConfig


def main():
    task, host, port, ca, client_id, secret, out = sys.argv[1:8]
    client = JamfProClient(
        server=host,
        port=int(port),
        credentials=ApiClientCredentialsProvider(client_id, secret),
        session_config=SessionConfig(ca_cert_bundle=ca),
    )
    count = 0
    with open(out, "w") as file:
        if task == "classic":
            # Its default (no ids) reads every computer.
            rows = client.classic_api.get_computers()
        elif task == "inventory":
            rows = client.pro_api.get_computer_inventory_v3(sections=["ALL"], page_size=100, return_generator=False)
        elif task.startswith("reads:"):
            ids = range(1, int(task.split(":")[1]) + 1)
            rows = client.concurrent_api_requests(client.classic_api.get_computer_by_id, list(ids))
        else:
            sys.exit("unknown task")
        for row in rows:
            if isinstance(row, Exception):
                raise row
            file.write(row.model_dump_json() + "\n")
            count += 1
    print(count, "rows")


main()
