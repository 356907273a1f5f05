"""A small FHIR server on loopback: it keeps versions, searches by `_lastUpdated`, pages, tells a history, and fails
where it is told to."""

import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

START = datetime(2026, 5, 4, 14, tzinfo=UTC)


class FhirServer:
    """What it holds and what it was asked. `ahead` is how far its clock is."""

    def __init__(self) -> None:
        self.versions: list[dict[str, Any]] = []
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.answers: dict[str, Callable[[], tuple[int, dict[str, str], bytes]]] = {}
        self.assertions: list[str] = []
        self.page_size = 3
        self.now = START
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(self))
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server.server_address[1]}"

    @property
    def base(self) -> str:
        return f"http://{self.host}/fhir"

    def put(self, resource_type: str, outside_id: str, **said: Any) -> dict[str, Any]:
        """Another version of a record, a second after the last."""
        self.now += timedelta(seconds=1)
        mine = [each for each in self.versions if (each["resourceType"], each["id"]) == (resource_type, outside_id)]
        meta = {"versionId": str(len(mine) + 1), "lastUpdated": self.now.isoformat()}
        version = {"resourceType": resource_type, "id": outside_id, "meta": meta, **said}
        self.versions.append(version)
        return version

    def delete(self, resource_type: str, outside_id: str) -> None:
        self.put(resource_type, outside_id, deleted=True)

    def current(self) -> list[dict[str, Any]]:
        latest = {(each["resourceType"], each["id"]): each for each in self.versions}
        return [each for each in latest.values() if "deleted" not in each]

    def answer(self, path: str) -> tuple[int, dict[str, str], bytes]:
        parts = urlsplit(path)
        said = parse_qs(parts.query)
        named = parts.path.removeprefix("/fhir/").split("/")
        for begin, found in self.answers.items():
            if path.removeprefix("/fhir/").startswith(begin):
                return found()
        if named == ["metadata"]:
            return ok(self.statement())
        if len(named) == 2 and named[1] == "_history":
            return ok(bundle([history_entry(each) for each in self.versions if each["resourceType"] == named[0]]))
        if len(named) == 2:
            return self.read(*named)
        since = said.get("_lastUpdated", ["ge"])[0][2:]
        rows = [each for each in self.current() if each["resourceType"] == named[0]]
        rows = [each for each in rows if not since or moment_of(each) >= datetime.fromisoformat(since)]
        rows.sort(key=moment_of)
        start = int(said.get("start", ["0"])[0])
        entries = [{"fullUrl": f"{self.base}/{named[0]}/{each['id']}", "resource": each} for each in rows]
        following = f"{self.base}/{named[0]}?start={start + self.page_size}&_lastUpdated=ge{since}".replace("+", "%2B")
        is_last = start + self.page_size >= len(rows)
        return ok(bundle(entries[start : start + self.page_size], None if is_last else following))

    def read(self, resource_type: str, outside_id: str) -> tuple[int, dict[str, str], bytes]:
        for each in self.current():
            if (each["resourceType"], each["id"]) == (resource_type, outside_id):
                return ok(each)
        return 410, {}, b"{}"

    def statement(self) -> dict[str, Any]:
        codes = [{"code": code} for code in ("read", "search-type", "history-type")]
        types = [{"type": name, "interaction": codes} for name in ("Patient", "ServiceRequest", "DiagnosticReport")]
        return {
            "resourceType": "CapabilityStatement",
            "fhirVersion": "4.0.1",
            "software": {"name": "Little EMR", "version": "1"},
            "rest": [{"mode": "server", "resource": types}],
        }

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def moment_of(version: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(version["meta"]["lastUpdated"])


def history_entry(version: dict[str, Any]) -> dict[str, Any]:
    url = f"{version['resourceType']}/{version['id']}"
    if "deleted" not in version:
        return {"resource": version, "request": {"method": "PUT", "url": url}}
    meta = version["meta"]
    told = {"status": "204", "etag": f'W/"{meta["versionId"]}"', "lastModified": meta["lastUpdated"]}
    return {"request": {"method": "DELETE", "url": url}, "response": told}


def bundle(entries: list[dict[str, Any]], following: str | None = None) -> dict[str, Any]:
    links = [{"relation": "next", "url": following}] if following else []
    return {"resourceType": "Bundle", "type": "searchset", "link": links, "entry": entries}


def ok(said: Any) -> tuple[int, dict[str, str], bytes]:
    return 200, {}, json.dumps(said).encode()


def handler_of(fhir: FhirServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            sent = parse_qs(self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode())
            fhir.assertions += sent.get("client_assertion", [])
            fhir.asked.append(f"{self.command} {self.path.removeprefix('/fhir/')}")
            fhir.headers.append({name.lower(): value for name, value in self.headers.items()})
            status, headers, body = fhir.answer(self.path)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET
        do_PUT = do_GET

        def date_time_string(self, timestamp: float | None = None) -> str:
            return super().date_time_string(fhir.now.timestamp())

        def log_message(self, format: str, *args: Any) -> None:
            return

    return Handler
